package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionStore;
import io.evident.sharding.ShardMapFile;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.directory.StandbySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code verify} and {@code doctor} on a data directory with one shard and a standby volume. */
class CheckCommandsTest {
    @TempDir
    private Path base;

    private Path data;
    private Path standby;

    @BeforeEach
    void write() throws IOException {
        data = base.resolve("data");
        standby = base.resolve("standby");
        JournalSettings settings = JournalSettings.defaults().withStandby(StandbySettings.in(standby));
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            var map = ShardMapFile.open(directory.path(), 1, listener -> {});
            assertThat(directory.openShards(1).get(0).failure()).isNull();
            assertThat(ShardMapFile.keepCopies(directory.path(), map.history())).isEmpty();
        }
    }

    private CommandLineRun run(String command, Object... more) {
        List<String> args = new ArrayList<>(List.of(command, "--data", data.toString()));
        for (Object each : more) {
            args.add(each.toString());
        }
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"verify,standby", "verify,backup", "verify,data", "doctor,standby", "doctor,backup", "doctor,data"})
    void refusesADirectoryThatIsNotThereAndNamesIt(String command, String kind) throws IOException {
        Path none = base.resolve("none");
        CommandLineRun run =
                CommandLineRun.of(command, "--data", kind.equals("data") ? none.toString() : data.toString());
        if (!kind.equals("data")) {
            run = run(command, "--" + kind, none);
        }

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().trim()).isEqualTo("evident: there is no " + kind + " directory " + none);

        Files.writeString(none, "?");
        run = run(command, "--backup", none);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().trim()).isEqualTo("evident: " + none + " is no directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "doctor"})
    void refusesADirectoryWithoutTheShard(String command) throws IOException {
        CommandLineRun run = CommandLineRun.of(
                command, "--data", Files.createDirectory(base.resolve("empty")).toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().trim()).endsWith("is no data directory: it has no shard");
    }

    @Test
    void saysWhetherTheStandbyVolumeWasLookedAt() throws IOException {
        CommandLineRun without = run("verify");
        assertThat(without.exitCode()).isZero();
        assertThat(without.out())
                .contains(
                        "note    standby-missing  shard-00: shard 0 has a standby volume",
                        "whole, without its standby volume:");

        CommandLineRun with = run("verify", "--standby", standby);
        assertThat(with.exitCode()).isZero();
        assertThat(with.out()).contains("whole: ").doesNotContain("standby");

        Path wrong = Files.createDirectory(base.resolve("wrong"));
        CommandLineRun other = run("verify", "--standby", wrong);
        assertThat(other.exitCode()).isZero();
        assertThat(other.out()).contains("is not the standby volume of shard 0", "whole, without its standby volume:");
    }

    @Test
    void tellsWhichVolumeAFindingIsOn() throws IOException {
        Path segments = Files.createDirectories(standby.resolve("shard-00").resolve("segments"));
        Files.writeString(segments.resolve("core"), "?");
        CommandLineRun run = run("verify", "--standby", standby);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("DAMAGE  unknown-file  standby/shard-00/segments/core: ");

        Files.writeString(data.resolve("shard-00").resolve("segments").resolve("core"), "?");
        assertThat(run("verify").out()).contains("DAMAGE  unknown-file  shard-00/segments/core: ");
    }

    @Test
    void namesTheDirectoryOfSegmentsThatCannotBeRead() throws IOException {
        Path segments = data.resolve("shard-00").resolve("segments");
        Files.move(segments, base.resolve("away"));
        Files.writeString(segments, "in the way");

        assertThat(run("verify").out()).contains("DAMAGE  unreadable  shard-00/segments: ");
    }

    @Test
    void doctorCallsHealthyWhatAnInterruptedGrowthLeft() throws IOException {
        Files.createDirectories(data.resolve("shard-07").resolve("segments"));

        CommandLineRun run = run("doctor", "--standby", standby);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("shard-unknown").contains("Healthy: every byte of what was looked at was read.");
    }

    private void setRules() throws IOException {
        RetentionStore store = RetentionStore.open(data);
        store.change(state -> state.withRule("acme", new RetentionRule(3_600, 0)));
        store.change(state -> state.withHold("acme", new RetentionHold("case 17", 1, "kim")));
    }

    /** Both commands tell it: verify that it is there, doctor what is lost and what to do. */
    private void requireTold(String kind, String what, String loss, String remedy) {
        CommandLineRun verify = run("verify", "--standby", standby);
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out())
                .contains("DAMAGE  " + kind + "  retention.json: ")
                .contains(what);
        CommandLineRun doctor = run("doctor", "--standby", standby);
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out().replaceAll("\\s+", " "))
                .contains("DAMAGE: " + kind)
                .contains(what)
                .contains(loss)
                .contains(remedy);
    }

    @Test
    void callsHealthyADirectoryWithRulesOfRetention() throws IOException {
        setRules();
        assertThat(run("verify", "--standby", standby).exitCode()).isZero();
        assertThat(run("doctor", "--standby", standby).out())
                .contains("Healthy")
                .doesNotContain("retention");
    }

    @Test
    void tellsOfADamagedFileOfRetentionOfWhichACopyIsLeft() throws IOException {
        setRules();
        Path file = data.resolve("retention.json");
        String whole = Files.readString(file);
        Files.writeString(file, whole.replace("case 17", "case 71"));
        requireTold("retention", file + " is damaged", "Nothing as long as a whole one is left", "Start the server");
        assertThat(run("verify", "--standby", standby).out()).doesNotContain("retention-lost");

        Files.delete(file);
        requireTold("retention", file + " is missing", "Nothing as long as a whole one is left", "Start the server");

        Files.writeString(file, whole);
        Path copy = data.resolve("shard-00/retention.json");
        Files.writeString(copy, "{");
        requireTold("retention", copy + " is damaged", "Nothing as long as a whole one is left", "Start the server");
    }

    @Test
    void tellsOfAFileOfRetentionThatWasPutBackFromAnEarlierTime() throws IOException {
        setRules();
        Path file = data.resolve("retention.json");
        String earlier = Files.readString(file);
        RetentionStore.open(data).change(state -> state.withoutRule("acme"));
        Files.writeString(file, earlier);

        requireTold("retention", "is older than a copy of it", "Nothing as long as", "evident retention");
    }

    @Test
    void tellsThatRulesHoldsAndHorizonAreLostWhenNoWholeFileOfRetentionIsLeft() throws IOException {
        setRules();
        Files.writeString(data.resolve("retention.json"), "{");
        Files.writeString(data.resolve("shard-00/retention.json"), "");

        requireTold(
                "retention-lost",
                "rules, holds and up to where events have expired are lost",
                "All rules and holds of retention.",
                "set the holds again first");
    }

    @Test
    void tellsOfAFileOfRetentionOfALaterVersion() throws IOException {
        setRules();
        Path file = data.resolve("retention.json");
        String later = Files.readString(file).replace("\"format\" : 1", "\"format\" : 2");
        Files.writeString(file, later);
        Files.writeString(data.resolve("shard-00/retention.json"), later);

        requireTold("retention", "later version", "Nothing as long as", "Of a later version: run that one");
        assertThat(run("verify", "--standby", standby).out()).doesNotContain("retention-lost");
    }

    @Test
    void tellsThatTheEpochsAreLostWhenNoWholeShardMapIsLeft() throws IOException {
        Files.writeString(data.resolve("shards.json"), "{");
        Files.writeString(data.resolve("shard-00/shards.json"), "{");

        CommandLineRun doctor = run("doctor", "--standby", standby);

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
                .contains("shard-map")
                .contains("no whole one is left, nor a copy")
                .contains("which epochs there were before is lost");
    }

    @Test
    void saysNothingOfALossWhenTheShardMapIsOfALaterVersion() throws IOException {
        Path map = data.resolve("shards.json");
        String later = Files.readString(map).replaceFirst("\"format\"(\\s*):(\\s*)1", "\"format\"$1:$22");
        Files.writeString(map, later);
        Files.writeString(data.resolve("shard-00/shards.json"), later);

        CommandLineRun verify = run("verify", "--standby", standby);
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out())
                .contains("DAMAGE  shard-map  shards.json: " + map)
                .doesNotContain("lost");
        CommandLineRun doctor = run("doctor", "--standby", standby);
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
                .contains("no shard map that this version can read", "Of a later version: run that one")
                .doesNotContain("is lost");
    }

    @Test
    void doctorCallsHealthyWhatItLookedAt() {
        CommandLineRun run = run("doctor", "--standby", standby);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Healthy: every byte of what was looked at was read.");
    }
}
