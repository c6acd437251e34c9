package io.evident.load.ledger;

import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Compares what senders were told with what is stored. First every line of the ledger, then every stored event, then
 * {@link #result}. Reading the ledger before the events makes it right beside a server at work, too. Bound to one thread.
 */
final class LedgerCheck {
    /** The least tier whose events have to be there. */
    private final Tier survived;
    /** Whether events that the driver did not send may be there. */
    private final boolean besideOthers;

    private final CheckResult result = new CheckResult();
    private final Map<UUID, Receipt> receipts = new HashMap<>();
    private final Set<UUID> refused = new HashSet<>();
    private final Set<UUID> unknown = new HashSet<>();
    private final Map<String, SequenceSet> promised = new HashMap<>();
    private final Set<UUID> stored = new HashSet<>();
    private final Map<Integer, SequenceSet> sequences = new TreeMap<>();
    private final Map<String, SequenceSet> identities = new HashMap<>();

    LedgerCheck(Tier survived, boolean besideOthers) {
        this.survived = survived;
        this.besideOthers = besideOthers;
    }

    void line(LedgerLine line) {
        switch (line.answer()) {
            case REFUSED -> refused.add(line.id());
            case UNKNOWN -> unknown.add(line.id());
            case RECEIPT -> receipt(line.receipt());
        }
    }

    private void receipt(Receipt receipt) {
        result.countReceipt(receipt.tier(), receipt.duplicate());
        Receipt earlier = receipts.get(receipt.id());
        if (earlier != null) {
            again(earlier, receipt);
        }
        boolean known = earlier != null && earlier.hasSequence();
        if (!known
                && receipt.hasSequence()
                && !identity(promised, receipt.shard(), receipt.incarnation(), receipt.sequence())) {
            result.find(Finding.REUSED, "two receipts have the identity of " + receipt);
        }
        if (earlier == null || receipt.tier().compareTo(earlier.tier()) >= 0) {
            receipts.put(receipt.id(), receipt);
        }
    }

    /** The same event was sent again and answered again: with the first identity, and as a duplicate. */
    private void again(Receipt earlier, Receipt receipt) {
        boolean sameIdentity = earlier.shard() == receipt.shard()
                && (!earlier.hasSequence()
                        || !receipt.hasSequence()
                        || (earlier.incarnation() == receipt.incarnation()
                                && earlier.sequence() == receipt.sequence()));
        // What was only accepted may have died with the process, and is then no duplicate.
        boolean told = earlier.duplicate() || receipt.duplicate() || earlier.tier() == Tier.ACCEPTED;
        if (!sameIdentity || !told) {
            result.find(Finding.MOVED, "first " + earlier + ", and when it was sent again " + receipt);
        }
    }

    void stored(StoredFact fact) {
        if (fact.sequence() >= 0) {
            boolean isNew = sequences
                    .computeIfAbsent(fact.shard(), shard -> new SequenceSet())
                    .add(fact.sequence());
            if (!identity(identities, fact.shard(), fact.incarnation(), fact.sequence())) {
                result.find(Finding.REUSED, "two stored events have the identity of " + fact);
            } else if (!isNew) {
                result.find(Finding.REUSED, "another incarnation has the same sequence: " + fact);
            }
        }
        if (fact.own() || (besideOthers && !DerivedEvent.isDriversId(fact.id()))) {
            return;
        }
        result.countStored();
        if (!stored.add(fact.id())) {
            result.find(Finding.DUPLICATED, String.valueOf(fact));
        }
        if (!fact.asSent()) {
            result.find(Finding.CHANGED, String.valueOf(fact));
        }
        // One that was sent again may have been refused one time only.
        if (refused.contains(fact.id()) && !unknown.contains(fact.id()) && !receipts.containsKey(fact.id())) {
            result.find(Finding.REFUSED_YET_STORED, String.valueOf(fact));
        }
        compare(receipts.get(fact.id()), fact);
    }

    private void compare(Receipt receipt, StoredFact fact) {
        if (receipt == null) {
            return;
        }
        boolean same = receipt.shard() == fact.shard()
                && (!receipt.hasSequence()
                        || (receipt.incarnation() == fact.incarnation() && receipt.sequence() == fact.sequence()))
                && (receipt.duplicate() || receipt.lane().text().equals(fact.lane()));
        if (!same) {
            result.find(Finding.MOVED, fact + ", but the receipt says " + receipt);
        }
    }

    private static boolean identity(Map<String, SequenceSet> sets, int shard, int incarnation, long sequence) {
        return sets.computeIfAbsent(shard + "/" + incarnation, key -> new SequenceSet())
                .add(sequence);
    }

    /** What came out; called once, at the end. */
    CheckResult result() {
        for (Receipt receipt : receipts.values()) {
            if (!stored.contains(receipt.id())) {
                result.countMissing(receipt.tier());
                if (receipt.tier().compareTo(survived) >= 0) {
                    result.find(Finding.MISSING, String.valueOf(receipt));
                }
            }
        }
        result.countUnknown(
                unknown.size(), unknown.stream().filter(stored::contains).count());
        result.countRefused(refused.size());
        sequences.forEach((shard, set) -> {
            result.countHoles(set.holes());
            // Without power, blocks that nobody was promised may be gone while later ones are there.
            if (set.holes() > 0 && survived.compareTo(Tier.SYNCED) < 0) {
                result.find(Finding.HOLE, "shard " + shard + " lacks sequences " + set.firstHoles(5));
            }
        });
        return result;
    }
}
