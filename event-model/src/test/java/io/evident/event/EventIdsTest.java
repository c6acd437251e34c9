package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdsTest {
    private static final String ID = "0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c";
    private final EventIdText reader = new EventIdText();

    @Test
    void assignsUuidsOfVersion7WithTheTimeInFront() {
        UUID id = new EventIds(() -> 0x0193_A7F0_5D2CL, new SecureRandom()).next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(0x0193_A7F0_5D2CL);
    }

    @Test
    void ascendsAlsoWhenTheClockStandsOrStepsBackAndTheCounterOverflows() {
        AtomicLong clockMs = new AtomicLong(1_000_000);
        EventIds ids = new EventIds(clockMs::get, new SecureRandom());
        UUID previous = ids.next();
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                clockMs.set(5);
            }
            UUID next = ids.next();
            assertThat(next).as("call %d", i).isGreaterThan(previous);
            assertThat(next.version()).isEqualTo(7);
            previous = next;
        }
        clockMs.set(2_000_000);
        assertThat(ids.next().getMostSignificantBits() >>> 16).isEqualTo(2_000_000);
    }

    @Test
    void theirLowerHalvesAreRandomAlsoWhereManyAreDrawnAtOnce() {
        EventIds ids = new EventIds();
        Set<Long> halves = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            halves.add(ids.next().getLeastSignificantBits());
        }
        assertThat(halves).hasSize(1_000);
    }

    @Test
    void assignsNoIdTwiceToConcurrentCallers() throws InterruptedException {
        EventIds ids = new EventIds();
        Set<UUID> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 5_000; n++) {
                    seen.add(ids.next());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(seen).hasSize(20_000);
    }

    @Test
    void readsIdsInUpperAndLowerCase() {
        assertThat(EventIdText.idOf(ID)).isEqualTo(UUID.fromString(ID));
        assertThat(EventIdText.idOf(ID.toUpperCase(Locale.ROOT))).isEqualTo(UUID.fromString(ID));
        RandomEvents events = new RandomEvents(51);
        for (int i = 0; i < 10_000; i++) {
            UUID id = events.id();
            assertThat(reader.parse(id.toString())).isNull();
            assertThat(new UUID(reader.high(), reader.low())).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "0193a7f05d2c7b4e9c1a2f6d8e4b1a3c",
                "0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3",
                ID + "0",
                "{0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a}",
                "0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3g",
                "0193a7f0-5d2c-7b4e-9c1a+2f6d8e4b1a3c",
                "0193a7f-05d2c-7b4e-9c1a-2f6d8e4b1a3c",
                "0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3\u0663",
                "0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3\uff11",
                "00000000-0000-0000-0000-000000000000"
            })
    void contract9_refusesWhatIsNoId(String text) {
        assertThat(reader.parse(text)).isNotNull().hasSizeLessThan(100);
        assertThat(EventIdText.idOf(text)).isNull();
    }
}
