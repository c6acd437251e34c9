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
    private final PeerSetting setting;
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

    /**
     * @param setting of all runs; a result of another one stops nobody, but is refused
     * @param results one file for each system and round; made when it is not there
     */
    PeerRounds(List<Peer> peers, int rounds, PeerSetting setting, Path results) {
        this.peers = peers;
        this.rounds = rounds;
        this.setting = setting;
        this.results = results;
    }

    /** Runs what is missing, and returns all results there are, round by round. One that fails does not stop the others. */
    List<PeerResult> run(Runner runner, Listener listener) throws IOException {
        Files.createDirectories(results);
        List<PeerResult> all = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Peer peer : inTurn(round)) {
                Path file = results.resolve(peer.name() + "-" + round + ".json");
                boolean isKnown = Files.exists(file);
                try {
                    PeerResult result = isKnown ? known(file) : runner.run(peer, round);
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

    /**
     * Every other round goes the other way, and another one begins each: what one leaves behind on the machine would otherwise always meet the
     * same next one.
     */
    private List<Peer> inTurn(int round) {
        List<Peer> turned = new ArrayList<>();
        int step = round % 2 == 0 ? -1 : 1;
        for (int i = 0; i < peers.size(); i++) {
            turned.add(peers.get(Math.floorMod(round - 1 + i * step, peers.size())));
        }
        return turned;
    }

    /** Figures of another commit or of other settings would stand under a wrong header; to replace them may be a loss. */
    private PeerResult known(Path file) throws IOException {
        PeerResult result = PeerResult.read(file);
        if (!result.setting().equals(setting)) {
            throw new IOException(file + " is of another run ("
                    + result.setting().text() + "; now " + setting.text() + "): remove it, or name another --out");
        }
        return result;
    }
}
