package io.evident.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.Principal;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackOnlyTest {
    private final Authenticator authenticator = new LoopbackOnly();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
    void letsInWhoeverIsOnTheSameMachine(String address) {
        assertThat(authenticator.authenticate(new InetSocketAddress(address, 1), "anything"))
                .isEqualTo(new Authenticator.Granted(Principal.anonymous()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "10.0.0.1", "2001:db8::1", "0.0.0.0"})
    void letsInNobodyElse(String address) {
        assertThat(authenticator.authenticate(new InetSocketAddress(address, 1), ""))
                .isInstanceOfSatisfying(
                        Authenticator.Denied.class,
                        denied -> assertThat(denied.refusal().reason()).isEqualTo(RefusalReason.UNAUTHENTICATED));
    }

    @Test
    void letsInNobodyWithoutAKnownAddress() {
        assertThat(authenticator.authenticate(InetSocketAddress.createUnresolved("localhost", 1), ""))
                .isInstanceOf(Authenticator.Denied.class);
    }
}
