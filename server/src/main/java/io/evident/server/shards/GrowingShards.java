package io.evident.server.shards;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.ShardStores;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.control.ShardOverview;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import io.evident.sharding.tail.FollowHub;
import io.evident.storage.DataDirectory;
import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the shards of a server at work more or fewer, on a thread of its own, in steps of which each leaves a server that
 * works: what new shards need, and those that were given up and sealed, is opened and started; the shard map is replaced,
 * which is the one moment that counts; then queries, the live tail and the gate go by it, in this order, so that no event is
 * anywhere before it can be found there.
 */
public final class GrowingShards implements ShardControl {
    /** Most shards that may be added at once. */
    public static final int MOST_ADDED = 64;

    private static final Logger LOG = LoggerFactory.getLogger(GrowingShards.class);
    private static final Set<ShardState> WELL = Set.of(ShardState.OPEN, ShardState.SEALED);

    private final DataDirectory data;
    private final Pipeline pipeline;
    private final FollowHub tail;
    private final Function<OpenedShard, SearchableShard> searchable;
    private final MapFile file;
    private final ShardCost cost;
    private final ShardAudit audit;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "shard-control");
        made.setDaemon(true);
        return made;
    });
    private final AtomicBoolean busy = new AtomicBoolean();
    /** In order. More than the map has when an attempt failed: the next one uses them. The control thread's. */
    private final List<OpenedShard> opened;

    /** What queries read of them. */
    private final List<SearchableShard> searched = new ArrayList<>();

    private volatile ShardHistory history;
    private volatile ShardFleet fleet;

    /**
     * @param opened every shard of the map, in order, over which the pipeline was laid
     * @param searchable what queries read of a shard; asked once for each, before anything is sent to a new one
     */
    public GrowingShards(
            DataDirectory data,
            List<OpenedShard> opened,
            ShardHistory history,
            Pipeline pipeline,
            FollowHub tail,
            Function<OpenedShard, SearchableShard> searchable,
            MapFile file,
            ShardCost cost,
            ShardAudit audit) {
        this.data = data;
        this.opened = new ArrayList<>(opened);
        this.history = history;
        this.pipeline = pipeline;
        this.tail = tail;
        this.searchable = searchable;
        this.file = file;
        this.cost = cost;
        this.audit = audit;
        opened.forEach(shard -> searched.add(searchable.apply(shard)));
        this.fleet = new ShardFleet(searched, history);
    }

    /** What queries have to ask now. Any thread. */
    public ShardFleet fleet() {
        return fleet;
    }

    @Override
    public ShardOverview overview() {
        ShardMap map = history.current();
        List<ShardOverview.Shard> shards = new ArrayList<>();
        for (ShardContext shard : pipeline.shards().subList(0, map.shardCount())) {
            shards.add(new ShardOverview.Shard(
                    shard.shard(),
                    map.slotsOf(shard.shard()),
                    shard.frontier().appended() + 1,
                    shard.health().state().text()));
        }
        return new ShardOverview(map.epoch(), shards);
    }

    @Override
    public void resize(int shards, Caller caller, Consumer<ResizeAnswer> answer) {
        Refusal wrong = check(shards);
        if (wrong == null && !busy.compareAndSet(false, true)) {
            wrong = conflict("the number of shards is being changed just now; try again when that is done");
        }
        if (wrong != null) {
            answer.accept(new ResizeAnswer.Refused(wrong));
            return;
        }
        try {
            thread.execute(() -> answer.accept(resizeNow(shards, caller)));
        } catch (RejectedExecutionException e) {
            busy.set(false);
            answer.accept(new ResizeAnswer.Refused(conflict("the server is stopping")));
        }
    }

    private Refusal check(int shards) {
        int active = history.current().activeShards();
        if (shards < 1 || shards > ShardMap.MAX_SHARDS) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE, "shards", "has to be 1 to " + ShardMap.MAX_SHARDS + ", not " + shards);
        }
        return shards <= active + MOST_ADDED
                ? null
                : new Refusal(
                        RefusalReason.INVALID_VALUE,
                        "shards",
                        "may grow by at most " + MOST_ADDED + " at once, from " + active + " to "
                                + (active + MOST_ADDED));
    }

    private ResizeAnswer resizeNow(int shards, Caller caller) {
        try {
            Refusal refusal = obstacle(shards);
            return refusal != null ? new ResizeAnswer.Refused(refusal) : change(shards, caller);
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("the number of shards could not be changed to {}; all goes on as before", shards, e);
            return new ResizeAnswer.Refused(Refusal.of(
                    RefusalReason.INTERNAL, "it could not be done, and all goes on as before: " + e.getMessage()));
        } finally {
            busy.set(false);
        }
    }

    /** Why it cannot be now, or {@code null}. */
    private Refusal obstacle(int shards) throws IOException {
        int most = Math.max(shards, history.current().activeShards());
        for (ShardContext shard : pipeline.shards()) {
            if (shard.shard() < most && !WELL.contains(shard.health().state())) {
                return conflict("shard " + shard.shard() + " is "
                        + shard.health().state().text() + "; that has to be mended first");
            }
        }
        int added = toBeOpened(shards);
        if (added == 0) {
            return null;
        }
        Refusal noRoom = data.room().refusal(Lane.STANDARD);
        return noRoom != null ? noRoom : cost.refusal(added, data);
    }

    /** How many of the shards 0 to {@code shards} - 1 are not open for writing yet. */
    private int toBeOpened(int shards) {
        int open = 0;
        for (OpenedShard shard : opened.subList(0, Math.min(shards, opened.size()))) {
            open += shard.isSealed() ? 0 : 1;
        }
        return shards - open;
    }

    private ResizeAnswer change(int shards, Caller caller) throws IOException {
        ShardHistory before = history;
        int from = before.current().activeShards();
        if (shards == from) {
            return new ResizeAnswer.Done(before.current().epoch(), from, from, 0);
        }
        ShardHistory next = before.withShards(shards);
        prepare(next.current());
        file.begin(before, next).forEach(finding -> LOG.warn("shard map: {}", finding));
        publish(before, next);
        ResizeAnswer.Done done = new ResizeAnswer.Done(
                next.current().epoch(), from, shards, before.current().slotsMovedTo(next.current()));
        LOG.info(
                "epoch {} has begun: {} shards take events instead of {}, {} slots moved",
                done.epoch(),
                shards,
                from,
                done.slotsMoved());
        audit.record(done, caller);
        return done;
    }

    /** Opens what is missing or sealed, and lays the road for it: nothing is sent there yet. */
    private void prepare(ShardMap next) throws IOException {
        while (opened.size() < next.shardCount()) {
            OpenedShard added = data.addShard();
            opened.add(added);
            EmergencyLog.tell(added.emergency().report());
        }
        for (int shard = 0; shard < next.shardCount(); shard++) {
            if (next.slotsOf(shard) > 0 && opened.get(shard).isSealed()) {
                opened.set(shard, data.reopen(shard));
                EmergencyLog.tell(opened.get(shard).emergency().report());
            }
        }
        makeSearchable();
        pipeline.addShards(storesToLay());
        raiseFloors(cost.onTheRoadBytes(writtenShards()));
    }

    /** Also what an attempt before has opened and did not come to use. */
    private void makeSearchable() {
        for (OpenedShard shard : opened) {
            int number = shard.blocks().shard();
            if (number >= searched.size()) {
                searched.add(searchable.apply(shard));
            } else if (searched.get(number).emergency() != shard.emergency().blocks()) {
                searched.set(number, searchable.apply(shard));
            }
        }
    }

    /** The shards that the pipeline does not know, or knows as sealed ones. */
    private List<ShardStores> storesToLay() {
        List<ShardContext> laid = pipeline.shards();
        List<ShardStores> stores = new ArrayList<>();
        for (OpenedShard shard : opened) {
            int number = shard.blocks().shard();
            if (number >= laid.size() || (laid.get(number).isSealed() && !shard.isSealed())) {
                stores.add(storesOf(shard));
            }
        }
        return stores;
    }

    private int writtenShards() {
        return opened.size() - toBeOpened(opened.size());
    }

    private void raiseFloors(long bytes) {
        data.space().raiseFloor(bytes);
        if (data.standbySpace() != null) {
            data.standbySpace().raiseFloor(bytes);
        }
    }

    /** What the road is laid over; a sealed shard has no emergency path. */
    public static ShardStores storesOf(OpenedShard shard) {
        EmergencyStore emergency = shard.isSealed()
                ? null
                : new EmergencyStore(
                        shard.emergency().journal(), shard.emergency().blocks());
        return new ShardStores(shard.journal(), shard.blocks(), emergency);
    }

    private void publish(ShardHistory before, ShardHistory next) {
        List<BlockSource> added = new ArrayList<>();
        for (OpenedShard shard :
                opened.subList(before.current().shardCount(), next.current().shardCount())) {
            added.add(shard.blocks());
        }
        history = next;
        fleet = new ShardFleet(searched.subList(0, next.current().shardCount()), next);
        tail.addShards(added);
        pipeline.route(new SlotRouter(next.current()));
    }

    private static Refusal conflict(String detail) {
        return Refusal.of(RefusalReason.CONFLICT, detail);
    }

    /**
     * Begins no change any more, and waits for the one under way.
     *
     * @return whether it has ended; when not, it hangs at a disk, and the data directory must not be closed under it
     */
    public boolean end(long withinMs) {
        thread.shutdown();
        try {
            return thread.awaitTermination(withinMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
