package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReceiptJsonTest {
    private static final long HIGH = 0x0190_a0b0_c0d0_7e0fL;
    private static final long LOW = 0x8001_0203_0405_0607L;
    private static final String ID = "\"id\":\"0190a0b0-c0d0-7e0f-8001-020304050607\"";

    private static String json(int incarnation, long sequence, Tier tier, Lane lane, boolean duplicate) {
        JsonBytes out = new JsonBytes(0);
        ReceiptJson.write(out, 7, HIGH, LOW, 3, incarnation, sequence, tier, lane, duplicate);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void tellsWhereAnEventStands() {
        assertThat(json(2, 0, Tier.SYNCED, Lane.STANDARD, false))
                .isEqualTo("{\"index\":7," + ID
                        + ",\"shard\":3,\"incarnation\":2,\"sequence\":0,\"tier\":\"synced\",\"lane\":\"standard\"}");
    }

    @Test
    void tellsThatAnEventHasNoPlaceYet() {
        assertThat(json(0, Receipt.NO_SEQUENCE, Tier.ACCEPTED, Lane.ELEVATED, true))
                .isEqualTo(
                        "{\"index\":7," + ID
                                + ",\"shard\":3,\"incarnation\":null,\"sequence\":null,\"tier\":\"accepted\",\"lane\":\"elevated\",\"duplicate\":true}");
    }

    @Test
    void tellsThePositionInTheEmergencyJournal() {
        assertThat(json(2, Receipt.atEmergencyPosition(5), Tier.SYNCED, Lane.CRITICAL, false))
                .isEqualTo(
                        "{\"index\":7," + ID
                                + ",\"shard\":3,\"incarnation\":2,\"sequence\":null,\"emergencyPosition\":5,\"tier\":\"synced\",\"lane\":\"critical\"}");
    }
}
