package io.evident.pipeline;

import io.evident.event.EventIds;
import io.evident.event.EventStamp;
import io.evident.event.EventValidator;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.duplicate.JoinedDuplicate;
import io.evident.pipeline.lane.PublishResult;
import io.evident.pipeline.lane.Stamp;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.TenantCounters;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.receipt.ReceiptSink;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.EmergencyReason;
import io.evident.pipeline.writer.ShardContext;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.NanoClock;

/**
 * The gate between the network and the lanes, in the order of its checks: open? valid? may the caller? classified, routed,
 * new? published. Every event that is offered is counted and answered exactly once. Any network thread; nothing here
 * waits.
 */
final class AdmissionGate implements EventIntake {
    private static final Refusal CLOSED =
            Refusal.of(RefusalReason.UNAVAILABLE, "the server is stopping and takes no more events");

    private static final Refusal SHARD_FAILED =
            Refusal.of(RefusalReason.UNAVAILABLE, "the event's shard has failed and takes no more events");
    private static final Refusal[] LANE_FULL = {
        Refusal.of(RefusalReason.LANE_FULL, "the critical lane of the event's shard is full; try again"),
        Refusal.of(RefusalReason.LANE_FULL, "the elevated lane of the event's shard is full; try again"),
        Refusal.of(RefusalReason.LANE_FULL, "the standard lane of the event's shard is full; try again"),
    };
    private static final Refusal OTHER_CONTENT = new Refusal(
            RefusalReason.ID_CONFLICT, "id", "was sent before with other content; an id stands for one event for ever");
    private static final Refusal WINDOW_FULL = Refusal.of(
            RefusalReason.DUPLICATE_WINDOW_FULL, "too many events are in flight to tell duplicates apart; try again");
    private static final Refusal FORGOTTEN =
            Refusal.of(RefusalReason.OUTCOME_UNKNOWN, "the event is stored, but where is known no more; send it again");
    private static final int MAX_LOOKS = 2;
    private static final long NS_PER_MS = 1_000_000;

    private volatile Routes routes;
    private final PriorityPolicy policy;
    private final DuplicateWindow duplicates;
    private final IntakeLedger ledger;
    private final RoomGuard room;
    private final NanoClock clock;
    /** By the lane's order: for events whose sender names no tier. */
    private final Tier[] laneTiers;

    private final EventIds ids = new EventIds();
    private volatile boolean open = true;
    /** Whether the server's own events are still taken. */
    private volatile boolean openToServer = true;

    AdmissionGate(
            Routes routes,
            PriorityPolicy policy,
            DuplicateWindow duplicates,
            IntakeLedger ledger,
            RoomGuard room,
            NanoClock clock,
            Tier[] laneTiers) {
        this.routes = routes;
        this.policy = policy;
        this.duplicates = duplicates;
        this.ledger = ledger;
        this.room = room;
        this.clock = clock;
        this.laneTiers = laneTiers;
    }

    /** From now on events go this way; those that are on the way already go on as they began. */
    void route(Routes next) {
        routes = next;
    }

    Routes routes() {
        return routes;
    }

    /** Takes no more events but the server's own. */
    void closeToSenders() {
        open = false;
    }

    void close() {
        open = false;
        openToServer = false;
    }

    private boolean takes(Intake intake) {
        return open || (intake.isServers() && openToServer);
    }

    @Override
    public void flush(long shards) {
        routes.wakeWriters(shards);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void refuse(Refusal refusal, ReceiptSink sink, int index) {
        ledger.unknown().lane(null).countRefused(refusal.reason());
        answer(sink, index, 0, 0, refusal);
    }

    @Override
    public void expect(Intake intake, EventView event) {
        if (!event.idAbsent()) {
            boolean looked = duplicates.expect(event, intake.claim());
            if (looked) {
                intake.claim().looked(routes.look(intake.lastLane(), Claim.EXPECTED));
            }
        }
    }

    @Override
    public void offer(
            Intake intake,
            EventView event,
            Tier wantedTier,
            long receivedTick,
            long receivedTimeNs,
            ReceiptSink sink,
            int index) {
        Refusal refusal = takes(intake) ? check(intake, event) : CLOSED;
        if (refusal != null) {
            // A tenant that is wrong or not the caller's must not use up those that are counted apart.
            boolean ofTenant = !"tenant".equals(refusal.field());
            TenantCounters counters = ofTenant ? ledger.of(event) : ledger.ofKnown(event);
            counters.lane(null).countRefused(refusal.reason());
            answer(sink, index, event.idHigh(), event.idLow(), refusal);
            return;
        }
        stamp(intake, event, receivedTick, receivedTimeNs);
        Lane lane = laneOf(intake, event);
        Tier tier = wantedTier == null ? laneTiers[lane.ordinal()] : wantedTier;
        TenantCounters counters = ledger.of(event);
        Routes now = routes;
        ShardContext shard = now.shardOf(event);
        intake.stamp().routedIn(now.router().epoch());
        // An event that finds no room is looked up only: it may be a duplicate, and else it must not take up room in
        // the window, or an overload would make that forget what is stored.
        Refusal noRoom = noRoom(shard, lane, EventStamp.stampedLength(event, intake.receivedFrom()));
        if (claim(intake, event, tier, noRoom == null, counters.lane(lane), sink, index) == Claim.Verdict.NEW) {
            ShardContext taker = intake.claim().isDoubtful() ? afterDoubt(now, intake, event) : shard;
            publish(intake, event, taker, lane, counters.lane(lane), tier, sink, index);
        } else {
            answerKnown(intake, event, shard, lane, counters.lane(lane), tier, noRoom, sink, index);
        }
    }

    private Lane laneOf(Intake intake, EventView event) {
        return intake.lane() != null
                ? intake.lane()
                : policy.laneOf(policy.score(event, intake.stamp().eventTimeNs(event)));
    }

    private static ShardContext afterDoubt(Routes now, Intake intake, EventView event) {
        ShardRouter router = now.ofDoubtful(event);
        intake.stamp().routedIn(router.epoch());
        return now.shard(router.shardOf(event));
    }

    /** Why an event that came now would surely be refused, or {@code null}; a moment's estimate. */
    private Refusal noRoom(ShardContext shard, Lane lane, int lengthBytes) {
        Refusal noRoom = room.refusal(shard.shard(), lane);
        EmergencyPath wayRound = wayRound(shard, lane);
        if (noRoom == null && wayRound == null && !shard.takesEvents()) {
            return SHARD_FAILED;
        }
        if (noRoom == null && !shard.lanes().hasRoomFor(lane, lengthBytes)) {
            noRoom = LANE_FULL[lane.ordinal()];
        }
        if (wayRound == null || (noRoom == null && detour(shard) == null)) {
            return noRoom;
        }
        if (wayRound.hasRoomFor(lengthBytes)) {
            return null;
        }
        return noRoom == null || noRoom.reason() == RefusalReason.LANE_FULL ? wayRound.refusal() : noRoom;
    }

    /** The way round the lane for its events, or {@code null} when there is none. */
    private static EmergencyPath wayRound(ShardContext shard, Lane lane) {
        return lane == Lane.CRITICAL ? shard.emergency() : null;
    }

    /**
     * Asks the duplicate window. When this returns IN_FLIGHT, the duplicate has joined the first one's answer, unless its
     * sender wants no more than ACCEPTED, which is reached already.
     */
    private Claim.Verdict claim(
            Intake intake,
            EventView event,
            Tier tier,
            boolean mayClaim,
            LaneCounters counters,
            ReceiptSink sink,
            int index) {
        long idHigh = intake.stamp().idHigh();
        long idLow = intake.stamp().idLow();
        long nowMs = intake.stamp().receivedTimeNs() / NS_PER_MS;
        Claim claim = intake.claim();
        while (true) {
            Claim.Verdict verdict = mayClaim
                    ? duplicates.claim(event, idHigh, idLow, nowMs, claim)
                    : duplicates.lookUp(event, idHigh, idLow, nowMs, claim);
            if (verdict != Claim.Verdict.IN_FLIGHT
                    || tier == Tier.ACCEPTED
                    || duplicates.join(claim, new JoinedDuplicate(sink, index, idHigh, idLow, tier, counters))) {
                return verdict;
            }
            // It was answered between the two calls: now it is stored, or free to be claimed.
        }
    }

    private Refusal check(Intake intake, EventView event) {
        Refusal refusal = EventValidator.check(event);
        if (refusal == null) {
            refusal = intake.checkAttributes(event);
        }
        if (refusal == null && !intake.principal().writes().contains(event)) {
            refusal = new Refusal(RefusalReason.FORBIDDEN, "tenant", "the caller may not send events of this tenant");
        }
        return refusal;
    }

    private void stamp(Intake intake, EventView event, long receivedTick, long receivedTimeNs) {
        long high = event.idHigh();
        long low = event.idLow();
        if (event.idAbsent()) {
            UUID id = ids.next();
            high = id.getMostSignificantBits();
            low = id.getLeastSignificantBits();
        }
        intake.stamp().set(high, low, receivedTimeNs, receivedTick, intake.receivedFrom());
    }

    private void publish(
            Intake intake,
            EventView event,
            ShardContext shard,
            Lane lane,
            LaneCounters counters,
            Tier tier,
            ReceiptSink sink,
            int index) {
        // Counted before it is published: the writer may count it as stored before tryPublish returns.
        counters.countPublished();
        // Again, now that it is counted: who closes the road waits for all that is counted as in flight.
        if (!takes(intake)) {
            giveUp(intake, counters, sink, index, CLOSED);
            return;
        }
        Refusal refusal = tryPublish(intake, event, shard, lane, counters, tier, sink, index);
        if (refusal != null) {
            giveUp(intake, counters, sink, index, refusal);
        } else if (tier == Tier.ACCEPTED) {
            acceptedReceipt(intake, shard, lane, sink, index, false);
        }
    }

    /** Returns why the event is neither in its lane nor on the emergency path, or {@code null}. */
    private Refusal tryPublish(
            Intake intake,
            EventView event,
            ShardContext shard,
            Lane lane,
            LaneCounters counters,
            Tier tier,
            ReceiptSink sink,
            int index) {
        Stamp stamp = intake.stamp();
        long handle = intake.claim().handle();
        EmergencyReason detour = lane == Lane.CRITICAL ? detour(shard) : null;
        if (detour == null) {
            if (!shard.takesEvents()) {
                return SHARD_FAILED;
            }
            if (shard.lanes().tryPublish(lane, event, stamp, tier, sink, index, handle, counters)
                    == PublishResult.PUBLISHED) {
                intake.published(shard.shard(), lane);
                return null;
            }
            if (wayRound(shard, lane) == null) {
                return LANE_FULL[lane.ordinal()];
            }
            detour = EmergencyReason.LANE_FULL;
        }
        PublishResult result = shard.emergency().tryPublish(detour, event, stamp, tier, sink, index, handle, counters);
        return result == PublishResult.PUBLISHED ? null : shard.emergency().refusal();
    }

    /** Why a CRITICAL event has to go round its lane, or {@code null}. */
    private EmergencyReason detour(ShardContext shard) {
        EmergencyReason reason = shard.detour(clock.nanoTime());
        boolean diskFull = shard.emergency() != null && room.refusal(shard.shard(), Lane.CRITICAL) != null;
        return reason == null && diskFull ? EmergencyReason.DISK_FULL : reason;
    }

    private static void acceptedReceipt(
            Intake intake, ShardContext shard, Lane lane, ReceiptSink sink, int index, boolean duplicate) {
        sink.receipt(
                index,
                intake.stamp().idHigh(),
                intake.stamp().idLow(),
                shard.shard(),
                0,
                Receipt.NO_SEQUENCE,
                Tier.ACCEPTED,
                lane,
                duplicate);
        sink.flush();
    }

    private void giveUp(Intake intake, LaneCounters counters, ReceiptSink sink, int index, Refusal refusal) {
        List<JoinedDuplicate> joined = duplicates.release(intake.claim().handle());
        counters.countLostOnTheWay(refusal.reason());
        answer(sink, index, intake.stamp().idHigh(), intake.stamp().idLow(), refusal);
        if (joined != null) {
            for (JoinedDuplicate duplicate : joined) {
                duplicate.counters().countLostOnTheWay(refusal.reason());
                answer(duplicate.sink(), duplicate.index(), duplicate.idHigh(), duplicate.idLow(), refusal);
            }
        }
    }

    private void answerKnown(
            Intake intake,
            EventView event,
            ShardContext routed,
            Lane lane,
            LaneCounters counters,
            Tier tier,
            Refusal noRoom,
            ReceiptSink sink,
            int index) {
        long idHigh = intake.stamp().idHigh();
        long idLow = intake.stamp().idLow();
        switch (intake.claim().verdict()) {
            case STORED -> {
                counters.countDuplicate();
                answerStored(intake, event, new JoinedDuplicate(sink, index, idHigh, idLow, tier, counters));
            }
            case IN_FLIGHT -> {
                // Any other tier has joined the first one, and is counted with it.
                if (tier == Tier.ACCEPTED) {
                    counters.countDuplicate();
                    acceptedReceipt(intake, routed, lane, sink, index, true);
                }
            }
            case CONFLICT -> {
                counters.countRefused(RefusalReason.ID_CONFLICT);
                answer(sink, index, idHigh, idLow, OTHER_CONTENT);
            }
            case UNCLAIMED -> {
                counters.countRefused(noRoom.reason());
                answer(sink, index, idHigh, idLow, noRoom);
            }
            default -> {
                counters.countRefused(RefusalReason.DUPLICATE_WINDOW_FULL);
                answer(sink, index, idHigh, idLow, WINDOW_FULL);
            }
        }
    }

    private void answerStored(Intake intake, EventView event, JoinedDuplicate duplicate) {
        Claim claim = intake.claim();
        // Now, not as they were when the event was routed: the first one may be in a shard that was added since.
        Routes now = routes;
        for (int looks = 1; claim.isEmergency(); looks++) {
            if (now.shard(claim.shard()).answerEmergencyDuplicate(duplicate, claim.sequence())) {
                return;
            }
            // Folded in between the two questions: it has a sequence now, which was told before it was let go of.
            long nowMs = intake.stamp().receivedTimeNs() / NS_PER_MS;
            if (looks == MAX_LOOKS
                    || duplicates.lookUp(event, duplicate.idHigh(), duplicate.idLow(), nowMs, claim)
                            != Claim.Verdict.STORED) {
                ShardContext.refuseDuplicate(duplicate, FORGOTTEN);
                return;
            }
        }
        int incarnation = now.incarnationOf(claim.shard(), claim.sequence());
        now.shard(claim.shard()).answerDuplicate(duplicate, claim.sequence(), incarnation, claim.lane());
    }

    private static void answer(ReceiptSink sink, int index, long idHigh, long idLow, Refusal refusal) {
        sink.refusal(index, idHigh, idLow, refusal);
        sink.flush();
    }
}
