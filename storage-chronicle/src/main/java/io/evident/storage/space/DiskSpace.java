package io.evident.storage.space;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.agent.AgentThread;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room on a volume. Below the floor only CRITICAL events are taken, which may use what is left and then the reserve;
 * when that is gone too, they have only the emergency journals. It comes back by itself: when there is room for the floor, a margin and the
 * whole reserve, the reserve is rebuilt first, and then everything is taken again.
 *
 * <p>Two duty cycles belong to it, {@link #check} and {@link #reserveAhead}. {@link #start} gives each a thread; a test
 * calls them instead. Thread-safe.
 */
public final class DiskSpace implements RoomGuard, AutoCloseable {
    /** How often free space is looked at, and how soon a reservation that failed is tried again. */
    public static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    private static final long LAST_GRACE_NS = TimeUnit.SECONDS.toNanos(1);
    /** With less than this and no reserve there is no room for a CRITICAL event either. */
    private static final long LAST_BYTES = 1 << 20;
    /** So that intake does not open and close with every file that somebody removes. */
    private static final long MIN_MARGIN_BYTES = 1 << 20;
    /** Few, so that a reserve that is rebuilt takes nothing from the writers. */
    private static final int PIECES_PER_RECOVERY_CHECK = 16;
    /** A segment's first piece, its other file, and its directories. */
    private static final long BYTES_PER_START = 2 << 20;

    private final Volume volume;
    private final Path directory;
    private final FileOperations files;
    private final SpaceSettings settings;
    private volatile long floorBytes;
    private final LongSupplier clock;
    private final Ballast ballast;
    private final long marginBytes;
    private final List<AheadFile> aheadFiles = new CopyOnWriteArrayList<>();
    private final WakingIdle aheadIdle = new WakingIdle(0, CHECK_INTERVAL_NS);
    private final List<AgentThread> threads = new ArrayList<>();
    private boolean blind;
    private volatile SpaceView view;
    /** Whether the disk took no more at the last try, whatever it says is free: a quota, say. */
    private volatile boolean refusing;
    /** Whether it took no more for a CRITICAL block, with the reserve gone. */
    private volatile boolean exhausted;

    /**
     * Watches the volume of a directory; nothing is written yet.
     *
     * @param clock nanoseconds that only grow
     * @throws IOException when the volume does not tell its free space
     */
    public DiskSpace(Volume volume, FileOperations files, Path directory, SpaceSettings settings, LongSupplier clock)
            throws IOException {
        this.volume = volume;
        this.files = files;
        this.directory = directory;
        this.settings = settings;
        this.floorBytes = settings.floorBytes();
        this.clock = clock;
        this.ballast = new Ballast(files, directory, settings.reserveBytes());
        this.marginBytes = Math.max(MIN_MARGIN_BYTES, floorBytes / 8);
        long free = files.freeBytes(directory);
        this.view = seen(free < floorBytes ? SpaceState.CRITICAL_ONLY : SpaceState.ROOMY, free, 0);
    }

    /** Opens segments' files with space reserved ahead of the writer. */
    public BlockFile.Opener reserving(BlockFile.Opener opener) {
        return (segmentDirectory, segmentBytes) -> {
            AheadFile opened = AheadFile.open(this, opener, segmentDirectory, segmentBytes);
            aheadFiles.add(opened);
            return opened;
        };
    }

    /**
     * Before shards are opened, which takes room: on a full disk the reserve gives it, so that what is stored can be
     * read and CRITICAL events are taken.
     */
    public void makeRoomToStart(int shards) throws IOException {
        long needed = shards * BYTES_PER_START;
        ballast.trim();
        long given = 0;
        while (files.freeBytes(directory) < needed && given < needed && ballast.giveUp()) {
            given += Ballast.PIECE_BYTES;
        }
    }

    /** Starts the threads; once. */
    public void start() {
        if (view.state() != SpaceState.ROOMY) {
            tell(view.state());
        }
        threads.add(AgentThread.start(
                "space-watch",
                new DutyCycle("space-watch", () -> {
                    check();
                    return 0;
                }),
                new WakingIdle(0, CHECK_INTERVAL_NS)));
        threads.add(AgentThread.start("space-ahead", new DutyCycle("space-ahead", this::reserveAhead), aheadIdle));
    }

    private record DutyCycle(String roleName, IntSupplier work) implements Agent {
        @Override
        public int doWork() {
            return work.getAsInt();
        }
    }

    @Override
    public Refusal refusal(Lane lane) {
        return view.refusal(lane);
    }

    /** What the last look found. */
    public SpaceView view() {
        return view;
    }

    /** What was asked for. */
    public SpaceSettings settings() {
        return settings;
    }

    /** What has to stay free for events that are not CRITICAL to be taken. Any thread. */
    public long floorBytes() {
        return floorBytes;
    }

    /** From now on at least this much has to stay free, as more may be on the road. Any thread; one at a time. */
    public void raiseFloor(long bytes) {
        floorBytes = Math.max(floorBytes, bytes);
    }

    /** Looks at the volume, and decides what is taken from now on. */
    public synchronized void check() {
        try {
            long free = files.freeBytes(directory);
            SpaceState before = view.state();
            SpaceState now = before == SpaceState.ROOMY ? stayRoomy(free) : comeBack(before, free);
            view = seen(now, files.freeBytes(directory), ballast.sizeBytes());
            blind = false;
            if (now != before) {
                tell(now);
            }
        } catch (IOException e) {
            if (!blind) {
                blind = true;
                LOG.error("the room of {} cannot be seen to; what was known last still counts", directory, e);
            }
        }
    }

    private SpaceState stayRoomy(long free) throws IOException {
        if (free < floorBytes || refusing) {
            return without(SpaceState.ROOMY, free);
        }
        growBallast(free, 1);
        return SpaceState.ROOMY;
    }

    private SpaceState comeBack(SpaceState before, long free) throws IOException {
        if (free >= floorBytes + marginBytes && takesMore()) {
            growBallast(free, PIECES_PER_RECOVERY_CHECK);
            if (ballast.missingBytes() == 0) {
                return SpaceState.ROOMY;
            }
        }
        return without(before, free);
    }

    /** Whether the disk takes more, by all that is known: nobody else may come to ask it again, when nothing is taken. */
    private boolean takesMore() throws IOException {
        if (!refusing) {
            return true;
        }
        try {
            ballast.probe();
        } catch (IOException e) {
            if (isFull(e)) {
                return false;
            }
            throw e;
        }
        refusing = false;
        exhausted = false;
        return true;
    }

    private SpaceState without(SpaceState before, long free) throws IOException {
        long last = before == SpaceState.FULL ? 2 * LAST_BYTES : LAST_BYTES;
        boolean gone = exhausted || (free < last && ballast.sizeBytes() == 0);
        return gone ? SpaceState.FULL : SpaceState.CRITICAL_ONLY;
    }

    private void growBallast(long free, int pieces) throws IOException {
        long left = free;
        for (int i = 0; i < pieces && ballast.missingBytes() > 0; i++) {
            left -= Ballast.PIECE_BYTES;
            if (left < floorBytes + marginBytes) {
                return;
            }
            if (!grow()) {
                return;
            }
        }
    }

    private boolean grow() throws IOException {
        try {
            ballast.grow();
            return true;
        } catch (IOException e) {
            if (!isFull(e)) {
                throw e;
            }
            // Some room came back, and not enough: what is there of the reserve counts.
            refusing = true;
            return false;
        }
    }

    private SpaceView seen(SpaceState state, long free, long reserve) {
        long needed = floorBytes + marginBytes + Math.max(0, settings.reserveBytes() - reserve);
        return SpaceView.of(volume, state, free, reserve, needed);
    }

    private void tell(SpaceState now) {
        SpaceView seen = view;
        switch (now) {
            case ROOMY ->
                LOG.info(
                        "{} has room again: {} bytes free; {}events of every lane are taken",
                        volume.text(),
                        seen.freeBytes(),
                        volume.whose());
            case CRITICAL_ONLY ->
                LOG.warn(
                        "{}only CRITICAL events are taken: {}",
                        volume.whose(),
                        seen.others().detail());
            case FULL ->
                LOG.error(
                        "{}only CRITICAL events are taken, into the emergency journals, until those are full: {}",
                        volume.whose(),
                        seen.critical().detail());
        }
    }

    /** One duty cycle of the reservation: a piece for each file that is not far enough ahead; returns how many. */
    public int reserveAhead() {
        int pieces = 0;
        for (AheadFile file : aheadFiles) {
            pieces += file.reserveAhead();
        }
        if (pieces > 0) {
            check();
        }
        return pieces;
    }

    void wakeAhead() {
        aheadIdle.wake();
    }

    void forget(AheadFile file) {
        aheadFiles.remove(file);
    }

    FileOperations files() {
        return files;
    }

    long nowNs() {
        return clock.getAsLong();
    }

    /** Whether this failure comes from a full disk, in whatever language it says so. */
    boolean isFull(IOException failure) throws IOException {
        DiskFault fault = DiskFault.of(failure);
        return fault == DiskFault.FULL || (fault == DiskFault.OTHER && files.freeBytes(directory) < LAST_BYTES);
    }

    /** Gives a piece of the reserve to the disk, for a CRITICAL block; false when none is left. */
    public boolean giveReserve() throws IOException {
        return ballast.giveUp();
    }

    /** The disk took no more. */
    synchronized void noteRefused(Lane lane) {
        refusing = true;
        exhausted = exhausted || lane == Lane.CRITICAL;
        check();
    }

    /** The disk took something. */
    void noteTaken() {
        if (refusing) {
            takenAgain();
        }
    }

    private synchronized void takenAgain() {
        refusing = false;
        exhausted = false;
        check();
    }

    /** Ends the threads; called by who started them, after the last segment was closed. */
    @Override
    public void close() throws IOException {
        threads.forEach(AgentThread::stop);
        long deadline = System.nanoTime() + LAST_GRACE_NS;
        for (AgentThread thread : threads) {
            if (!thread.awaitEnd(deadline)) {
                LOG.warn("{} hangs on its disk and is left to itself", thread);
            }
        }
        ballast.close();
    }
}
