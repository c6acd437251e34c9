package io.evident.load.peer;

import io.evident.load.peer.start.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All systems by turns, round after round. What a directory has the result of is not run again. Immutable. */
final class PeerRounds {
    private final List<Peer> peers;
    private final int rounds;
    private final Path results;

    /** What carries out one run. */
    @FunctionalInterface
    interface Runner {
        PeerResult run(Peer peer, int round) throws IOException;
    }

    /** Hears what becomes of a run. */
    interface Listener {
        void done(PeerResult result, boolean isKnown);

        void failed(Peer peer, int round, IOException problem);
    }

    /** @param results one file for each system and round; made when it is not there */
    PeerRounds(List<Peer> peers, int rounds, Path results) {
        this.peers = peers;
        this.rounds = rounds;
        this.results = results;
    }

    /** Runs what is missing, and returns all results there are, round by round. One that fails does not stop the others. */
    List<PeerResult> run(Runner runner, Listener listener) throws IOException {
        Files.createDirectories(results);
        List<PeerResult> all = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Peer peer : peers) {
                Path file = results.resolve(peer.name() + "-" + round + ".json");
                boolean isKnown = Files.exists(file);
                try {
                    PeerResult result = isKnown ? PeerResult.read(file) : runner.run(peer, round);
                    if (!isKnown) {
                        result.write(file);
                    }
                    all.add(result);
                    listener.done(result, isKnown);
                } catch (IOException e) {
                    listener.failed(peer, round, e);
                }
            }
        }
        return all;
    }
}
