package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.peer.raw.ChroniclePeer;
import io.evident.load.peer.raw.FilePeer;
import io.evident.load.peer.raw.NullPeer;
import io.evident.load.peer.start.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeerRoundsTest implements PeerRounds.Listener {
    @TempDir
    private Path directory;

    private final List<String> runs = new ArrayList<>();
    private final List<String> known = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Test
    void systemsTakeTurnsAndAnotherOneBeginsEachRound() throws IOException {
        assertThat(rounds(2).run(this::run, this)).hasSize(4);

        assertThat(runs).containsExactly("chronicle 1", "file 1", "file 2", "chronicle 2");
    }

    @Test
    void everyOtherRoundGoesTheOtherWay() throws IOException {
        List<Peer> three = List.of(new ChroniclePeer(), new FilePeer(), new NullPeer());

        new PeerRounds(three, 4, Results.SETTING, directory).run(this::run, this);

        assertThat(runs)
                .containsExactly(
                        "chronicle 1",
                        "file 1",
                        "null 1",
                        "file 2",
                        "chronicle 2",
                        "null 2",
                        "null 3",
                        "chronicle 3",
                        "file 3",
                        "chronicle 4",
                        "null 4",
                        "file 4");
    }

    @Test
    void whatHasAResultIsNotRunAgain() throws IOException {
        List<PeerResult> before = rounds(1).run(this::run, this);
        runs.clear();

        List<PeerResult> after = rounds(2).run(this::run, this);

        assertThat(runs).containsExactly("file 2", "chronicle 2");
        assertThat(known).containsExactly("chronicle 1", "file 1");
        assertThat(after).startsWith(before.toArray(PeerResult[]::new)).hasSize(4);
    }

    @Test
    void oneThatFailsLeavesNoResultAndStopsNobody() throws IOException {
        List<PeerResult> results = rounds(1)
                .run(
                        (peer, round) -> {
                            if (peer.name().equals("chronicle")) {
                                throw new IOException("no room");
                            }
                            return run(peer, round);
                        },
                        this);

        assertThat(results).extracting(PeerResult::peer).containsExactly("file");
        assertThat(failures).containsExactly("chronicle 1: no room");
        rounds(1).run(this::run, this);
        assertThat(runs).containsExactly("file 1", "chronicle 1");
    }

    @Test
    void aResultThatCannotBeReadIsNamedAndNotReplaced() throws IOException {
        Path broken = Files.writeString(directory.resolve("file-1.json"), "{\"peer\":\"file\"}");

        rounds(1).run(this::run, this);

        assertThat(failures).singleElement().asString().contains(broken.toString());
        assertThat(runs).containsExactly("chronicle 1");
    }

    @ParameterizedTest
    @CsvSource({
        "def5678,20,40,1,COLD",
        "abc1234,5,40,1,COLD",
        "abc1234,20,10,1,COLD",
        "abc1234,20,40,2,COLD",
        "abc1234,20,40,1,FULL"
    })
    void aResultOfAnotherCommitOrOtherSettingsIsNeitherKnownNorReplaced(
            String commit, int warmupSeconds, int seconds, long seed, PageCache pageCache) throws IOException {
        rounds(1).run(this::run, this);
        String before = Files.readString(directory.resolve("file-1.json"));
        runs.clear();

        PeerSetting other = new PeerSetting(commit, warmupSeconds, seconds, seed, pageCache);
        List<PeerResult> results = new PeerRounds(List.of(new FilePeer()), 1, other, directory).run(this::run, this);

        assertThat(results).isEmpty();
        assertThat(runs).isEmpty();
        assertThat(failures)
                .singleElement()
                .asString()
                .contains("file-1.json is of another run", other.text(), "remove it");
        assertThat(directory.resolve("file-1.json")).hasContent(before);
    }

    private PeerRounds rounds(int count) {
        return new PeerRounds(List.of(new ChroniclePeer(), new FilePeer()), count, Results.SETTING, directory);
    }

    private PeerResult run(Peer peer, int round) {
        runs.add(peer.name() + " " + round);
        return Results.of(peer.name(), round, 12_345);
    }

    @Override
    public void done(PeerResult result, boolean isKnown) {
        if (isKnown) {
            known.add(result.peer() + " " + result.round());
        }
    }

    @Override
    public void failed(Peer peer, int round, IOException problem) {
        failures.add(peer.name() + " " + round + ": " + problem.getMessage());
    }
}
