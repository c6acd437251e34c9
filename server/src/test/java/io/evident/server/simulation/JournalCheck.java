package io.evident.server.simulation;

import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.server.simulation.Claimed.Promise;
import io.evident.storage.OpenedShard;
import io.evident.storage.emergency.EmergencyReport;
import io.evident.storage.recovery.RecoveryReport;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds what a start found against what the oracle knows, under the numbers of the contracts. Used once. */
final class JournalCheck {
    /** A sending's serial is the rest of its receive time by this. */
    static final long SERIALS = 1_000_000;

    private final Oracle oracle;
    private final Map<Claimed, Identity> found = new HashMap<>();
    private final Map<String, Integer> lastOfOrder = new HashMap<>();
    private final Map<String, Long> storedByLife = new HashMap<>();

    JournalCheck(Oracle oracle) {
        this.oracle = oracle;
    }

    /** Checks all shards, and takes what was found for promised. */
    void run(List<OpenedShard> shards) {
        for (OpenedShard shard : shards) {
            checkReport(shard.report());
            checkShard(shard.blocks(), shard.report());
        }
        // Behind all of them, as what is in doubt may have been sent again.
        for (OpenedShard shard : shards) {
            checkReport(shard.emergency().report());
            checkEmergency(shard.emergency().blocks(), shard.blocks());
        }
        for (Claimed claimed : oracle.claims()) {
            checkPromise(claimed);
        }
        oracle.started();
    }

    /** Events found that came in one life of the server, of a tenant and lane. */
    long stored(int life, String tenant, Lane lane) {
        return storedByLife.getOrDefault(key(life, tenant, lane), 0L);
    }

    private void checkReport(RecoveryReport report) {
        if (report.hasSeriousDamage() && !oracle.machineLost()) {
            oracle.wrong("contract 2: damage that the death of a process does not explain: " + report.damage());
        }
    }

    /** Damage is only where a copy was harmed, or where a copy or the machine failed. */
    private void checkReport(EmergencyReport report) {
        if (report.hasSeriousDamage() && !oracle.machineLost() && !oracle.copyHarmed()) {
            oracle.wrong(
                    "contract 2: emergency damage that the death of a process does not explain: " + report.damage());
        }
    }

    /** What is in an emergency journal and not folded in yet. */
    private void checkEmergency(EmergencySource source, BlockSource journal) {
        BlockReader reader = new BlockReader();
        long folded = journal.foldedThrough(journal.blockCount());
        for (BlockInfo block : source.blocks()) {
            if (block.lastSequence() > folded) {
                try {
                    source.read(block, reader);
                    while (reader.next()) {
                        long position = Receipt.atEmergencyPosition(reader.sequence());
                        checkUnfolded(reader, new Identity(source.shard(), block.incarnation(), position), block);
                    }
                } catch (IOException | IllegalStateException e) {
                    oracle.wrong("contract 2: " + block + " of the emergency journal cannot be read: " + e);
                }
            }
        }
    }

    private void checkUnfolded(BlockReader reader, Identity position, BlockInfo block) {
        Sending sending = sendingOf(reader, position);
        if (sending == null || isInBoth(sending)) {
            return;
        }
        Claimed claimed = sending.claimed();
        if (oracle.journaledMayBeLost()) {
            if (claimed.promise() == Promise.JOURNALED) {
                claimed.forget();
            } else if (claimed.identity() != null && !claimed.unfold()) {
                oracle.wrong("contract 2: " + claimed.identity() + " is gone, and " + sending + " back at " + position);
            }
        }
        checkEvent(reader, position, block, sending);
    }

    /**
     * One that was in doubt and was sent again, or that was folded in behind blocks that a power cut took, is in both
     * journals: the fold leaves it out.
     */
    private boolean isInBoth(Sending sending) {
        Claimed claimed = sending.claimed();
        return (claimed.wasInDoubt() || oracle.machineLost())
                && found.containsKey(claimed)
                && claimed.promised() == sending.event();
    }

    private void checkShard(BlockSource source, RecoveryReport report) {
        BlockReader reader = new BlockReader();
        long next = 0;
        int incarnation = 0;
        for (int i = 0; i < source.blockCount(); i++) {
            BlockInfo block = source.block(i);
            if (block.firstSequence() != next) {
                checkGap(block, next, report);
            }
            if (block.incarnation() < incarnation) {
                oracle.wrong("contract 4: incarnation " + incarnation + " before " + block);
            }
            incarnation = block.incarnation();
            next = block.lastSequence() + 1;
            try {
                source.read(block, reader);
                while (reader.next()) {
                    Identity identity = new Identity(source.shard(), block.incarnation(), reader.sequence());
                    Sending sending = sendingOf(reader, identity);
                    if (sending != null) {
                        checkEvent(reader, identity, block, sending);
                    }
                }
            } catch (IOException | IllegalStateException e) {
                oracle.wrong("contract 2: " + block + " is counted and cannot be read: " + e);
            }
        }
    }

    /** A hole is only where power failed before a force, and then it is named. */
    private void checkGap(BlockInfo block, long next, RecoveryReport report) {
        boolean named = report.damage().stream().anyMatch(damage -> damage.kind() == DamageKind.GAP);
        if (block.firstSequence() < next || !named || !oracle.machineLost()) {
            oracle.wrong("contract 4: sequence " + next + " was to be next, and there is " + block);
        }
        // What the missing blocks folded in is folded once more, behind what followed them.
        oracle.orderLost(report.shard());
    }

    private Sending sendingOf(BlockReader reader, Identity identity) {
        int serial = (int) Math.floorMod(reader.event().receivedTimeNs(), SERIALS);
        if (serial >= oracle.sendings().size()) {
            oracle.wrong("contract 2: an event that nobody sent is stored at " + identity);
            return null;
        }
        return oracle.sendings().get(serial);
    }

    private void checkEvent(BlockReader reader, Identity identity, BlockInfo block, Sending sending) {
        EventView event = reader.event();
        EventStamp.unstamp(event);
        if (!sending.event().hasSameBytes(event)
                || block.lane() != sending.event().lane()) {
            oracle.wrong("contract 2: changed: " + sending + " at " + identity);
        }
        Identity before = found.put(sending.claimed(), identity);
        if (before != null) {
            oracle.wrong("contract 2: stored twice, at " + before + " and " + identity + ": " + sending);
        }
        checkAnswer(sending, identity);
        checkOrder(sending, identity);
        storedByLife.merge(key(sending.life(), sending.event().tenant(), block.lane()), 1L, Long::sum);
        oracle.promise(sending.claimed(), Promise.SYNCED, sending.event(), identity, "the start that found " + sending);
        oracle.storedBy(sending);
    }

    /** A sending that was refused is not stored, nor one that was called a duplicate of another. */
    private void checkAnswer(Sending sending, Identity identity) {
        if (sending.answer() == Sending.Answer.REFUSAL) {
            oracle.wrong("contract 3: refused, and stored at " + identity + ": " + sending);
        }
        if (sending.isDuplicate()) {
            oracle.wrong(
                    "contract 3: called a duplicate, and is the one that is stored at " + identity + ": " + sending);
        }
    }

    private void checkOrder(Sending sending, Identity identity) {
        SimEvent event = sending.event();
        String order = identity.shard() + "/" + sending.client() + "/" + event.tenant() + "/" + event.stream() + "/"
                + event.lane();
        Integer last = lastOfOrder.put(order, sending.serial());
        // Of a failed shard the emergency thread takes what is left in the lane, behind what came later.
        boolean rescued = event.lane() == Lane.CRITICAL && oracle.hasFailed(sending.life(), identity.shard());
        if (last != null && last > sending.serial() && !rescued) {
            oracle.wrong("contract 4: out of order at " + identity + ", behind sending " + last + ": " + sending);
        }
    }

    private void checkPromise(Claimed claimed) {
        if (claimed.promise() == Promise.NOTHING || found.containsKey(claimed)) {
            return;
        }
        if (claimed.promise() == Promise.SYNCED || !oracle.journaledMayBeLost()) {
            oracle.wrong("contract 2: acknowledged as " + claimed.promise() + " at " + claimed.identity()
                    + ", position " + claimed.position() + ", and missing: " + claimed.promised());
        }
        claimed.forget();
    }

    private static String key(int life, String tenant, Lane lane) {
        return life + "/" + tenant + "/" + lane;
    }
}
