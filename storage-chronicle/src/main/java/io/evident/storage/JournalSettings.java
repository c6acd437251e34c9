package io.evident.storage;

import io.evident.storage.directory.StandbySettings;
import io.evident.storage.emergency.EmergencySettings;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * When a segment is full, and what stands beside it.
 *
 * @param segmentBytes a new segment begins before a block that would take the current one past this, 1 MiB to 1 TiB
 * @param segmentAge a new segment begins with the first block after this, at least a second; by {@code clock}
 * @param clock nanoseconds that only grow, like {@link System#nanoTime}; asked once per block
 * @param emergency the emergency journal beside it
 * @param standby where a shard goes on when its volume fails, or {@code null} for nowhere
 * @param sealing runs what seals a full segment: on another thread, or at once, within the force that covers its last block
 */
public record JournalSettings(
        long segmentBytes,
        Duration segmentAge,
        LongSupplier clock,
        EmergencySettings emergency,
        StandbySettings standby,
        Executor sealing) {
    private static final long MIN_SEGMENT_BYTES = 1L << 20;
    private static final long MAX_SEGMENT_BYTES = 1L << 40;

    public JournalSettings {
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
            throw new IllegalArgumentException("segmentBytes is " + segmentBytes + ", not 1 MiB to 1 TiB");
        }
        if (segmentAge.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("segmentAge is " + segmentAge + ", less than a second");
        }
    }

    /** Segments are sealed at once. */
    public JournalSettings(
            long segmentBytes,
            Duration segmentAge,
            LongSupplier clock,
            EmergencySettings emergency,
            StandbySettings standby) {
        this(segmentBytes, segmentAge, clock, emergency, standby, Runnable::run);
    }

    /** Without a standby volume. */
    public JournalSettings(long segmentBytes, Duration segmentAge, LongSupplier clock, EmergencySettings emergency) {
        this(segmentBytes, segmentAge, clock, emergency, null);
    }

    /** The same with a standby volume. */
    public JournalSettings withStandby(StandbySettings volume) {
        return new JournalSettings(segmentBytes, segmentAge, clock, emergency, volume, sealing);
    }

    /** The same with another way to seal segments. */
    public JournalSettings withSealing(Executor executor) {
        return new JournalSettings(segmentBytes, segmentAge, clock, emergency, standby, executor);
    }

    /** The same with segments that are sealed on threads of their own, so that no force waits for it. */
    public JournalSettings withSealingThreads() {
        return withSealing(SegmentSealing::onAThread);
    }

    /** With the shipped settings of the emergency journal. */
    public JournalSettings(long segmentBytes, Duration segmentAge, LongSupplier clock) {
        this(segmentBytes, segmentAge, clock, EmergencySettings.defaults());
    }

    /** 1 GiB or 24 hours; segments are sealed at once. */
    public static JournalSettings defaults() {
        return new JournalSettings(1L << 30, Duration.ofHours(24), System::nanoTime);
    }
}
