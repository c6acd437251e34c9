package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.engine.LoadRun;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.peer.evident.EvidentPeer;
import io.evident.load.peer.kafka.KafkaPeer;
import io.evident.load.peer.kafka.KafkaTuning;
import io.evident.load.peer.nats.NatsPeer;
import io.evident.load.peer.postgres.PostgresPeer;
import io.evident.load.peer.postgres.PostgresWay;
import io.evident.load.peer.questdb.QuestPeer;
import io.evident.load.peer.redis.RedisPeer;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerJars;
import io.evident.load.pool.EventPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every system for real, in each class that it offers. Some are downloaded, and others have to be installed: so they run only
 * with {@code -Ppeers}, and skip, saying why, where one is missing.
 */
@Tag("campaign")
class PeersIT {
    private static final PeerJars JARS = new PeerJars(Path.of(".."));
    private static final List<Peer> PEERS = List.of(
            new EvidentPeer(Path.of("..").toAbsolutePath().normalize(), "tenant-"),
            new KafkaPeer(JARS, KafkaTuning.LARGE_BATCHES),
            new KafkaPeer(JARS, KafkaTuning.DEFAULTS),
            new RedisPeer(),
            new QuestPeer(JARS),
            new NatsPeer(),
            new PostgresPeer(PostgresWay.COPY),
            new PostgresPeer(PostgresWay.INSERT));

    /** Not within the directory of temporary files: PostgreSQL's user cannot get through to what is another's there. */
    private final Path scratch = Path.of("target/peers-it");

    static Stream<Arguments> peers() {
        return PEERS.stream()
                .flatMap(peer -> Stream.of(PeerWork.values())
                        .filter(work -> peer.offers().contains(work.durability()))
                        .map(work -> Arguments.of(peer.name(), work, peer)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("peers")
    void everyEventThatWasTakenIsReadBackAndNothingIsLeft(String name, PeerWork work, Peer peer) throws IOException {
        Assumptions.assumeTrue(peer.missing() == null, () -> name + ": " + peer.missing());
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0));
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();

        PeerResult result = new PeerRun(
                        work, Results.SETTING, pool, new LoadRun.Length(0, 3, 20_000), scratch, () -> false)
                .run(peer, 1);

        assertThat(result.receipts()).isPositive().isEqualTo(result.stored());
        assertThat(result.unknown()).isZero();
        assertThat(scratch).isEmptyDirectory();
        assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
    }
}
