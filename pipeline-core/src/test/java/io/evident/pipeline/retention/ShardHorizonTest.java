package io.evident.pipeline.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.fixture.Events;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What has expired, against asking tenant by tenant and sequence by sequence. */
class ShardHorizonTest {
    private static final List<String> TENANTS = List.of("acme", "globex", "initech", TenantScope.SYSTEM);
    private static final List<TenantScope> SCOPES = List.of(
            TenantScope.allButSystem(),
            TenantScope.only(),
            TenantScope.only("acme"),
            TenantScope.only("globex", TenantScope.SYSTEM),
            TenantScope.only(TenantScope.SYSTEM));

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    private static ShardHorizon random(Random random) {
        Map<String, Long> named = new HashMap<>();
        for (String tenant : TENANTS) {
            if (random.nextInt(3) == 0) {
                named.put(tenant, (long) random.nextInt(6));
            }
        }
        return new ShardHorizon(random.nextInt(6), named);
    }

    private static boolean hides(ShardHorizon horizon, String tenant, long sequence) {
        AuditEvent.Builder event = AuditEvent.builder(tenant, "user-1", "document.read")
                .id(Events.id(1))
                .timeNs(1);
        return horizon.hides(Events.view(event.resource("document", "doc-1").build()), sequence);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void hidesATenantsEventsBelowItsSequence(long seed) {
        ShardHorizon horizon = random(new Random(seed));
        for (long sequence = 0; sequence < 7; sequence++) {
            boolean any = false;
            for (String tenant : TENANTS) {
                assertThat(hides(horizon, tenant, sequence))
                        .as("%s %d of %s", tenant, sequence, horizon)
                        .isEqualTo(sequence < horizon.of(tenant));
                any |= sequence < horizon.of(tenant);
            }
            assertThat(horizon.hidesNothingFrom(sequence) && any).isFalse();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysThatAllOfAScopeHasExpiredOnlyWhenItHas(long seed) {
        ShardHorizon horizon = random(new Random(seed));
        for (TenantScope scope : SCOPES) {
            // Tenants that nobody has thought of are among all.
            List<String> seen = List.of("acme", "globex", "initech", TenantScope.SYSTEM, "somebody").stream()
                    .filter(scope::contains)
                    .toList();
            for (long sequence = 0; sequence < 7; sequence++) {
                long at = sequence;
                boolean all = seen.stream().allMatch(tenant -> at < horizon.of(tenant));
                boolean said = horizon.hidesAllThrough(sequence, scope);
                assertThat(said && !all)
                        .as("%s, %s, %d", horizon, scope, sequence)
                        .isFalse();
                if (!horizon.hidesNothingFrom(sequence)) {
                    assertThat(said).as("%s, %s, %d", horizon, scope, sequence).isEqualTo(all);
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isTheSameForAScopeExactlyWhenNoTenantOfItHasMoved(long seed) {
        Random random = new Random(seed);
        ShardHorizon one = random(random);
        ShardHorizon other = random(random);
        for (TenantScope scope : SCOPES) {
            boolean same = List.of("acme", "globex", "initech", TenantScope.SYSTEM, "somebody").stream()
                    .filter(scope::contains)
                    .allMatch(tenant -> one.of(tenant) == other.of(tenant));
            assertThat(one.isSameFor(scope, other))
                    .as("%s, %s, %s", one, other, scope)
                    .isEqualTo(same);
        }
    }

    @Test
    void nothingOfEvidentsOwnTenantExpiresUnlessItIsNamed() {
        assertThat(new ShardHorizon(100, Map.of()).of(TenantScope.SYSTEM)).isZero();
        assertThat(new ShardHorizon(100, Map.of(TenantScope.SYSTEM, 7L)).of(TenantScope.SYSTEM))
                .isEqualTo(7);
    }

    @Test
    void nothingHasExpiredInShardsThatTheHorizonDoesNotKnow() {
        Horizon horizon = new Horizon(3, List.of(new ShardHorizon(5, Map.of())));
        assertThat(horizon.of(0).of("acme")).isEqualTo(5);
        assertThat(horizon.of(1)).isSameAs(ShardHorizon.NONE);
        assertThat(Horizon.NONE.of(0).hidesNothingFrom(0)).isTrue();
    }
}
