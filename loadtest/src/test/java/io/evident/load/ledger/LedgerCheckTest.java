package io.evident.load.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A check that finds nothing proves something only when it finds what there is. */
class LedgerCheckTest {
    private final LedgerCheck check = new LedgerCheck(Tier.JOURNALED, false);

    private static UUID id(int number) {
        return DerivedEvent.id(7, 1, number);
    }

    private static LedgerLine receipt(int number, Tier tier) {
        return LedgerLine.of(new Receipt(id(number), 2, 1, number, tier, Lane.STANDARD, false), 0);
    }

    private static StoredFact stored(int number) {
        return new StoredFact(id(number), false, 2, 1, number, "standard", true);
    }

    @Test
    void findsNothingWhereAllIsAsPromised() {
        for (int i = 0; i < 3; i++) {
            check.line(receipt(i, Tier.values()[i]));
            check.stored(stored(i));
        }
        check.line(LedgerLine.refused(id(7), 0, "lane-full"));
        check.line(LedgerLine.unknown(id(3), 0, "OutcomeUnknownException"));
        check.stored(stored(3));

        CheckResult result = check.result();

        assertThat(result.findings()).as("findings: %s", result.told()).isZero();
        assertThat(result.json())
                .contains("\"stored\":4", "\"syncedReceipts\":1", "\"unknown\":1,\"unknownStored\":1", "\"refused\":1");
    }

    @ParameterizedTest
    @EnumSource(Tier.class)
    void findsAMissingEventOnlyWhereItsTierHadToSurvive(Tier tier) {
        check.line(receipt(0, tier));

        CheckResult result = check.result();

        assertThat(result.missing(tier)).isEqualTo(1);
        assertThat(result.count(Finding.MISSING)).isEqualTo(tier == Tier.ACCEPTED ? 0 : 1);
    }

    @Test
    void judgesEventsOfOthersOnlyWhereNobodyElseSent() {
        StoredFact ofOthers = new StoredFact(new UUID(0x7000L, Long.MIN_VALUE), false, 2, 1, 0, "standard", false);
        LedgerCheck besideOthers = new LedgerCheck(Tier.JOURNALED, true);
        for (LedgerCheck each : new LedgerCheck[] {check, besideOthers}) {
            each.stored(ofOthers);
            each.stored(new StoredFact(id(0), false, 2, 1, 0, "standard", false));
        }

        assertThat(check.result().count(Finding.CHANGED)).isEqualTo(2);
        CheckResult result = besideOthers.result();
        assertThat(result.count(Finding.CHANGED)).as("the driver's own").isEqualTo(1);
        assertThat(result.count(Finding.REUSED)).as("the identity of both").isEqualTo(1);
    }

    @Test
    void findsAnEventThatIsThereTwice() {
        check.stored(stored(0));
        check.stored(new StoredFact(id(0), false, 2, 1, 1, "standard", true));

        assertThat(check.result().count(Finding.DUPLICATED)).isEqualTo(1);
    }

    @Test
    void findsAnEventThatSaysSomethingElse() {
        check.stored(new StoredFact(id(0), false, 2, 1, 0, "standard", false));

        assertThat(check.result().count(Finding.CHANGED)).isEqualTo(1);
    }

    @Test
    void findsAnEventUnderAnotherIdentityShardOrLane() {
        for (int i = 0; i < 4; i++) {
            check.line(receipt(i, Tier.SYNCED));
        }
        check.stored(new StoredFact(id(0), false, 2, 1, 3, "standard", true));
        check.stored(new StoredFact(id(1), false, 2, 2, 1, "standard", true));
        check.stored(new StoredFact(id(2), false, 1, 1, 2, "standard", true));
        check.stored(new StoredFact(id(3), false, 2, 1, 0, "critical", true));

        assertThat(check.result().count(Finding.MOVED)).isEqualTo(4);
    }

    @Test
    void letsAReceiptWithoutASequenceStandForAnySequence() {
        check.line(LedgerLine.of(new Receipt(id(0), 2, 0, Receipt.NO_SEQUENCE, Tier.SYNCED, Lane.STANDARD, false), 0));
        check.stored(stored(0));

        assertThat(check.result().findings()).isZero();
    }

    @Test
    void findsAnIdentityThatWasPromisedTwice() {
        check.line(receipt(0, Tier.JOURNALED));
        check.line(LedgerLine.of(new Receipt(id(1), 2, 1, 0, Tier.JOURNALED, Lane.STANDARD, false), 0));
        check.stored(stored(0));

        assertThat(check.result().count(Finding.REUSED)).isEqualTo(1);
    }

    @Test
    void findsASequenceThatALaterIncarnationGivesAgain() {
        check.stored(stored(0));
        check.stored(new StoredFact(id(1), false, 2, 2, 0, "standard", true));

        assertThat(check.result().count(Finding.REUSED)).isEqualTo(1);
    }

    @Test
    void findsARefusedEventThatIsStored() {
        check.line(LedgerLine.refused(id(0), 0, "lane-full"));
        check.stored(stored(0));

        assertThat(check.result().count(Finding.REFUSED_YET_STORED)).isEqualTo(1);
    }

    @Test
    void findsAHoleBetweenSequencesButNotAfterAPowerCut() {
        LedgerCheck afterPowerCut = new LedgerCheck(Tier.SYNCED, false);
        for (LedgerCheck each : new LedgerCheck[] {check, afterPowerCut}) {
            each.stored(stored(0));
            each.stored(stored(3));
        }

        assertThat(check.result().told()).singleElement().asString().contains("shard 2", "1-2");
        CheckResult withoutPower = afterPowerCut.result();
        assertThat(withoutPower.findings()).isZero();
        assertThat(withoutPower.json()).contains("\"sequencesNotThere\":2");
    }

    @Test
    void countsEvidentsOwnEventsAsPlacesOnly() {
        check.stored(stored(0));
        check.stored(new StoredFact(new UUID(1, 1), true, 2, 1, 1, "standard", true));
        check.stored(stored(2));

        CheckResult result = check.result();
        assertThat(result.findings()).isZero();
        assertThat(result.json()).contains("\"stored\":2");
    }

    @Test
    void takesASecondReceiptForAnEventThatWasSentAgain() {
        check.line(receipt(0, Tier.JOURNALED));
        check.line(LedgerLine.refused(id(0), 0, "lane-full"));
        check.line(LedgerLine.of(new Receipt(id(0), 2, 1, 0, Tier.SYNCED, Lane.STANDARD, true), 0));
        check.stored(stored(0));

        CheckResult result = check.result();

        assertThat(result.findings()).as("findings: %s", result.told()).isZero();
        assertThat(result.json()).contains("\"duplicateReceipts\":1");
    }

    @Test
    void findsASecondReceiptThatContradictsTheFirst() {
        check.line(receipt(0, Tier.JOURNALED));
        check.line(LedgerLine.of(new Receipt(id(0), 2, 2, 9, Tier.SYNCED, Lane.STANDARD, true), 0));
        check.line(receipt(1, Tier.JOURNALED));
        check.line(receipt(1, Tier.JOURNALED));

        assertThat(check.result().count(Finding.MOVED)).isEqualTo(2);
    }
}
