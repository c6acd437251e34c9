package io.evident.server.retention;

import io.evident.event.Refusal;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.server.retention.state.RetentionState;
import io.evident.server.retention.state.RetentionStore;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.TenantTally;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the bytes freed of what is behind the published horizon: at once of a segment of which all has expired, else when enough of
 * it has and no more is about to. An event says so before, or nothing is removed. For the retention thread.
 */
final class SegmentRemover {
    /** 2^64 divided by the golden ratio. */
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRemover.class);
    private static final long RETRY_NS = TimeUnit.MINUTES.toNanos(5);
    /** For so long at the most a segment is not written anew because more of it is about to expire. */
    private static final long PASSING_NS = TimeUnit.HOURS.toNanos(1);

    private static final int ALL_PERCENT = 100;

    private final RetentionStore store;
    private final RetentionAudit audit;
    private final RetentionFigures figures;
    private final int rewritePercent;
    private final LongSupplier tickNs;
    /** How far each segment had expired when it was looked into, and not enough had: nothing to do before that changes. */
    private final Map<String, Long> looked = new HashMap<>();

    /** When a segment, or a shard as a whole, failed last. */
    private final Map<String, Long> failedNs = new HashMap<>();
    /** When a segment of which more is about to expire was found to be so, or was looked into last. */
    private final Map<String, Long> passingNs = new HashMap<>();

    private int freeTurn;
    private int rewriteTurn;

    /**
     * @param rewritePercent a segment is written anew when as much of its bytes has expired, 1 to 100
     * @param tickNs nanoseconds that only grow
     */
    SegmentRemover(
            RetentionStore store,
            RetentionAudit audit,
            RetentionFigures figures,
            int rewritePercent,
            LongSupplier tickNs) {
        this.store = store;
        this.audit = audit;
        this.figures = figures;
        this.rewritePercent = rewritePercent;
        this.tickNs = tickNs;
    }

    /**
     * Frees what is due, and then writes anew what is. Each time another shard is the first: there may not be time for all.
     *
     * @param goOn asked before each segment
     * @param rewrites whether there is time to write segments anew
     */
    void remove(List<? extends RetainedShard> shards, BooleanSupplier goOn, boolean rewrites)
            throws InterruptedIOException {
        boolean isFree = inTurn(shards, freeTurn++, goOn, this::free);
        if (isFree && rewrites) {
            inTurn(shards, rewriteTurn++, goOn, this::rewrite);
        }
    }

    /** What is done with a segment; tells whether it makes sense to go on. */
    private interface Step {
        boolean take(RetainedShard shard, int segment, ShardHorizon horizon) throws IOException;
    }

    /** Returns whether it makes sense to go on. */
    private boolean inTurn(List<? extends RetainedShard> shards, int turn, BooleanSupplier goOn, Step step)
            throws InterruptedIOException {
        for (int i = 0; i < shards.size(); i++) {
            if (!each(shards.get(Math.floorMod(turn + i, shards.size())), goOn, step)) {
                return false;
            }
        }
        return true;
    }

    private boolean each(RetainedShard shard, BooleanSupplier goOn, Step step) throws InterruptedIOException {
        int number = shard.blocks().shard();
        ShardHorizon horizon = store.horizon().of(number);
        if (horizon.equals(ShardHorizon.NONE) || hasJustFailed(String.valueOf(number))) {
            return true;
        }
        try {
            for (int segment : shard.sealed()) {
                if (!goOn.getAsBoolean()) {
                    return false;
                }
                if (!shard.isUntouched(segment, horizon) && !tryTake(shard, segment, horizon, step)) {
                    return false;
                }
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            failed(String.valueOf(number));
            LOG.warn("what has expired in shard {} could not all be freed", number, e);
        }
        return true;
    }

    /** Whatever is wrong with one segment keeps no other. */
    private boolean tryTake(RetainedShard shard, int segment, ShardHorizon horizon, Step step)
            throws InterruptedIOException {
        String key = key(shard, segment);
        if (hasJustFailed(key)) {
            return true;
        }
        try {
            return step.take(shard, segment, horizon);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            failed(key);
            LOG.warn(
                    "segment {} of shard {} could not be freed of what has expired; it is hidden all the same",
                    shard.name(segment),
                    shard.blocks().shard(),
                    e);
            return true;
        }
    }

    private boolean hasJustFailed(String key) {
        Long failed = failedNs.get(key);
        return failed != null && tickNs.getAsLong() - failed < RETRY_NS;
    }

    private void failed(String key) {
        failedNs.put(key, tickNs.getAsLong());
        figures.failed();
    }

    private static String key(RetainedShard shard, int segment) {
        return shard.blocks().shard() + "/" + segment;
    }

    /** A segment of which all has expired. */
    private boolean free(RetainedShard shard, int segment, ShardHorizon horizon) throws IOException {
        Map<String, TenantTally> tenants = shard.content(segment).tenants();
        boolean isAll = !tenants.isEmpty()
                && tenants.entrySet().stream()
                        .allMatch(each -> each.getValue().lastSequence() < horizon.of(each.getKey()));
        return !isAll || removeNow(shard, segment, horizon, shard.expired(segment, horizon));
    }

    /** A segment of which enough has expired, and no more is just about to. */
    private boolean rewrite(RetainedShard shard, int segment, ShardHorizon horizon) throws IOException {
        String key = key(shard, segment);
        SegmentContent content = shard.content(segment);
        Long reach = reach(content, horizon);
        boolean isPassing = isPassing(content, horizon);
        if (!isPassing) {
            passingNs.remove(key);
        }
        if (reach.equals(looked.get(key)) || (isPassing && isWaitedFor(key))) {
            return true;
        }
        Expired expired = shard.expired(segment, horizon);
        if (isEnough(expired, content)) {
            return removeNow(shard, segment, horizon, expired);
        }
        looked.put(key, reach);
        if (isPassing) {
            passingNs.put(key, tickNs.getAsLong());
        }
        return true;
    }

    /**
     * A number for how far a horizon reaches into a segment: what is in front of it and behind it makes no difference. Another one for
     * another reach, but once in 10^19 times.
     */
    private static long reach(SegmentContent content, ShardHorizon horizon) {
        long reach = 0;
        for (Map.Entry<String, TenantTally> each : new TreeMap<>(content.tenants()).entrySet()) {
            TenantTally tally = each.getValue();
            long of = Math.max(tally.firstSequence(), Math.min(tally.lastSequence() + 1, horizon.of(each.getKey())));
            reach = (reach ^ of) * MIX;
            reach ^= reach >>> Integer.SIZE;
        }
        return reach;
    }

    private boolean isEnough(Expired expired, SegmentContent content) {
        return expired.events() > 0
                && (double) expired.bytes() * ALL_PERCENT >= (double) content.bytes() * rewritePercent;
    }

    /**
     * Whether some tenant's events in a segment are just expiring, one after the other. Where events come fast, every segment is like this for a
     * while, and then is freed as a whole or written anew once.
     */
    private static boolean isPassing(SegmentContent content, ShardHorizon horizon) {
        return content.tenants().entrySet().stream().anyMatch(each -> {
            long kept = horizon.of(each.getKey());
            return each.getValue().firstSequence() < kept
                    && kept <= each.getValue().lastSequence();
        });
    }

    /** Whether that began, or was looked at, less than an hour ago. */
    private boolean isWaitedFor(String key) {
        long nowNs = tickNs.getAsLong();
        return nowNs - passingNs.computeIfAbsent(key, since -> nowNs) < PASSING_NS;
    }

    private boolean removeNow(RetainedShard shard, int segment, ShardHorizon horizon, Expired expired)
            throws IOException {
        if (!shard.mayRemove(segment)) {
            return false;
        }
        SegmentContent content = shard.content(segment);
        String name = shard.name(segment);
        Refusal refusal = audit.removing(new RetentionAudit.Removing(
                shard.blocks().shard(),
                name,
                expired.all(),
                content.firstSequence(),
                content.lastSequence(),
                expired.tenants(),
                rules(expired)));
        if (refusal != null) {
            figures.failed();
            LOG.warn("nothing is removed, as that cannot be recorded as an event: {}", refusal.detail());
            return false;
        }
        Removal removal = shard.remove(segment, horizon);
        if (removal == null) {
            return false;
        }
        figures.removed(removal);
        String key = key(shard, segment);
        failedNs.remove(key);
        looked.remove(key);
        passingNs.remove(key);
        LOG.info(
                "segment {} of shard {} is {}: {} events of {} tenants have expired, {} bytes in the place of {}",
                name,
                shard.blocks().shard(),
                removal.freed() ? "freed" : "reduced",
                expired.events(),
                expired.tenants().size(),
                removal.bytesAfter(),
                removal.bytesBefore());
        return true;
    }

    private Map<String, String> rules(Expired expired) {
        RetentionState state = store.state();
        Map<String, String> rules = new HashMap<>();
        for (String tenant : expired.tenants().keySet()) {
            RetentionRule rule = state.effective(tenant);
            boolean own = state.rules().containsKey(tenant);
            rules.put(
                    tenant,
                    rule == null ? "one that is gone" : (own ? "" : RetentionControl.OTHERS + ": ") + rule.text());
        }
        return rules;
    }
}
