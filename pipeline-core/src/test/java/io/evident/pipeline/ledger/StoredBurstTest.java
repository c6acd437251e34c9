package io.evident.pipeline.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredBurstTest {
    @ParameterizedTest(name = "{0} tenants")
    @ValueSource(ints = {1, 2, 63, 64, 65, 200})
    void everyStoredEventIsToldOnceHoweverManyTenantsABlockHas(int tenants) {
        Random random = new Random(tenants);
        TenantCounters[] counters = new TenantCounters[tenants];
        for (int i = 0; i < tenants; i++) {
            counters[i] = new TenantCounters("tenant-" + i, i * TenantCounters.SETS);
        }
        long[][] expected = new long[tenants][Lane.count()];
        StoredBurst burst = new StoredBurst();
        for (int block = 0; block < 50; block++) {
            Lane lane = Lane.ofCode(random.nextInt(Lane.count()));
            for (int i = random.nextInt(400); i > 0; i--) {
                int tenant = random.nextInt(tenants);
                burst.count(counters[tenant].lane(lane));
                expected[tenant][lane.ordinal()]++;
            }
            burst.tell();
            for (int tenant = 0; tenant < tenants; tenant++) {
                assertThat(counters[tenant].lane(lane).stored()).isEqualTo(expected[tenant][lane.ordinal()]);
            }
        }
    }
}
