package io.evident.server.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.evident.event.Severity;
import io.evident.server.ProjectFiles;
import io.evident.server.config.HostPort;
import io.evident.server.config.LoggingConfig;
import io.evident.server.config.OccasionConfig;
import io.evident.server.config.PriorityConfig;
import io.evident.server.config.RuleConfig;
import io.evident.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    private Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("test.yaml"), text);
    }

    private ServerConfig load(String text) throws IOException, ConfigException {
        return ConfigLoader.load(file(text), Map.of(), List.of());
    }

    private List<String> problemsOf(String text) throws IOException {
        Path file = file(text);
        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, Map.of(), List.of()));
        assertThat(refused).as("the configuration is refused").isNotNull();
        return refused.problems().stream()
                .map(problem -> problem.replace(dir + "/", ""))
                .toList();
    }

    private static List<String> problemsOf(Map<String, String> environment, List<ConfigLoader.Flag> flags) {
        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(null, environment, flags));
        assertThat(refused).as("the configuration is refused").isNotNull();
        return refused.problems();
    }

    @Test
    void shipsTheDefaultsOfTheDesign() {
        ServerConfig config = ConfigLoader.defaults();

        assertThat(config.http().address()).isEqualTo(new HostPort("127.0.0.1", 8480));
        assertThat(config.tcp().address()).isEqualTo(new HostPort("127.0.0.1", 8481));
        assertThat(config.data()).isEqualTo(Path.of("./data"));
        assertThat(config.shards()).isEqualTo(4);
        assertThat(config.block().maxEvents()).isEqualTo(1_000);
        assertThat(config.block().maxBytes()).isEqualTo(256 * 1024);
        assertThat(config.block().flushMs()).isEqualTo(100);
        assertThat(config.http().maxBodyBytes()).isEqualTo(8 << 20);
        assertThat(config.duplicates().windowHours()).isEqualTo(24);
        assertThat(config.lanes().criticalEvents()
                        + config.lanes().elevatedEvents()
                        + config.lanes().standardEvents())
                .isEqualTo(131_072);
    }

    @Test
    void loadsTheShippedFileToExactlyTheDefaults() throws ConfigException {
        Path shipped = ProjectFiles.root().resolve("config/evident.yaml");

        assertThat(ConfigLoader.load(shipped, Map.of(), List.of())).isEqualTo(ConfigLoader.defaults());
    }

    @Test
    void listsEveryKeyInTheShippedFile() {
        Path shipped = ProjectFiles.root().resolve("config/evident.yaml");

        assertThat(YamlSource.readFile(shipped, new java.util.ArrayList<>()).keySet())
                .containsExactlyElementsOf(ConfigKeys.all());
    }

    @Test
    void documentsEveryKeyOfTheShippedFileInTheLinesAboveIt() throws IOException {
        List<String> lines = Files.readAllLines(ProjectFiles.root().resolve("config/evident.yaml"));

        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).matches(" {0,2}[a-zA-Z]+:.*")) {
                assertThat(lines.get(i - 1))
                        .as("the line above '%s'", lines.get(i))
                        .matches(" *#.*");
            }
        }
    }

    @Test
    void namesTheRangeOfEachNumberInTheShippedFileAsTheCatalogueHasIt() throws IOException {
        String text = Files.readString(ProjectFiles.root().resolve("config/evident.yaml"))
                .replaceAll("\\n *#", "");

        for (ConfigKey<?> key : ConfigKeys.all()) {
            String range = key.range().replace("a whole number from ", "");
            if (!range.equals(key.range()) && !key.name().equals("priority.elevatedFrom")) {
                assertThat(text).as("the range of " + key.name()).contains(range);
            }
        }
    }

    @Test
    void hasExactlyTheDesignsNumbersInTheWeddingProfile() throws ConfigException {
        Path profile = ProjectFiles.root().resolve("config/profiles/wedding-platform.yaml");
        PriorityConfig priority =
                ConfigLoader.load(profile, Map.of(), List.of()).priority();

        assertThat(priority.base()).isEqualTo(100);
        assertThat(priority.criticalFrom()).isEqualTo(800);
        assertThat(priority.elevatedFrom()).isEqualTo(400);
        assertThat(priority.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(priority.rules())
                .containsExactly(
                        new RuleConfig("active-occasion", 1000, new RuleConfig.ActiveOccasion()),
                        new RuleConfig("saturday", 500, new RuleConfig.OnWeekday(DayOfWeek.SATURDAY)),
                        new RuleConfig("p0-critical", 800, new RuleConfig.HasSeverity(Severity.P0_CRITICAL)),
                        new RuleConfig("protected-data", 300, new RuleConfig.ProtectedData()));
        assertThat(priority.calendar()).hasSize(2);
    }

    @Test
    void differsFromTheWeddingProfileOnlyInTheSaturdayRule() throws ConfigException {
        Path profile = ProjectFiles.root().resolve("config/profiles/wedding-platform.yaml");
        List<RuleConfig> wedding =
                ConfigLoader.load(profile, Map.of(), List.of()).priority().rules();

        assertThat(ConfigLoader.defaults().priority().rules())
                .containsExactlyElementsOf(wedding.stream()
                        .filter(rule -> !rule.name().equals("saturday"))
                        .toList());
    }

    @Test
    void letsAFlagBeatAVariableBeatTheFileBeatTheDefault() throws Exception {
        Path file = file("shards: 5\nquery:\n  threads: 5\nwriters: 5\n");
        Map<String, String> environment = Map.of("EVIDENT_SHARDS", "6", "EVIDENT_QUERY_THREADS", "6", "HOME", "/");
        List<ConfigLoader.Flag> flags = List.of(new ConfigLoader.Flag("--set shards", "shards", "7"));

        ServerConfig config = ConfigLoader.load(file, environment, flags);

        assertThat(config.shards()).isEqualTo(7);
        assertThat(config.query().threads()).isEqualTo(6);
        assertThat(config.writers()).isEqualTo(5);
        assertThat(config.query().maxQueued()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({
        "shards, EVIDENT_SHARDS",
        "lanes.standardEvents, EVIDENT_LANES_STANDARD_EVENTS",
        "http.maxBufferedBodyBytes, EVIDENT_HTTP_MAX_BUFFERED_BODY_BYTES",
        "tcp.address, EVIDENT_TCP_ADDRESS"
    })
    void derivesTheVariableFromTheName(String name, String variable) {
        assertThat(ConfigNames.byName(name).variable()).isEqualTo(variable);
        assertThat(ConfigNames.byVariable(variable).name()).isEqualTo(name);
    }

    @Test
    void readsListsFromVariablesAsYaml() throws ConfigException {
        Map<String, String> environment = Map.of(
                "EVIDENT_PRIORITY_PROTECTED_LABELS", "[a, b]",
                "EVIDENT_PRIORITY_RULES", "[{name: sunday, when: weekday, weekday: sunday, points: -5}]");

        PriorityConfig priority =
                ConfigLoader.load(null, environment, List.of()).priority();

        assertThat(priority.protectedLabels()).isEqualTo(Set.of("a", "b"));
        assertThat(priority.rules())
                .containsExactly(new RuleConfig("sunday", -5, new RuleConfig.OnWeekday(DayOfWeek.SUNDAY)));
    }

    @Test
    void passesOverVariablesThatAreNotItsOwn() throws ConfigException {
        Map<String, String> environment = Map.of(
                "EVIDENT_PORT", "tcp://10.0.0.1:8480",
                "EVIDENT_PORT_8480_TCP_ADDR", "10.0.0.1",
                "EVIDENT_SERVICE_HOST", "10.0.0.1",
                "EVIDENT_JAVA_OPTS", "-Xmx2g");

        assertThat(ConfigLoader.load(null, environment, List.of())).isEqualTo(ConfigLoader.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "priority:\n  # all of it below is a comment\n", "{}"})
    void takesAnEmptyFileAsTheDefaults(String text) throws Exception {
        assertThat(load(text)).isEqualTo(ConfigLoader.defaults());
    }

    @Test
    void includesTheLastDayOfAnOccasionOfWholeDays() throws Exception {
        OccasionConfig occasion = load("""
                priority:
                  zone: Europe/Berlin
                  calendar: [{stream: w, from: 2026-11-21, to: 2026-11-22}]
                """).priority().calendar().get(0);

        assertThat(occasion.fromInstant()).isEqualTo(Instant.parse("2026-11-20T23:00:00Z"));
        assertThat(occasion.toInstant()).isEqualTo(Instant.parse("2026-11-22T23:00:00Z"));
    }

    @Test
    void endsAnOccasionAtItsTimeInItsOwnZone() throws Exception {
        OccasionConfig occasion = load("""
                priority:
                  zone: Europe/Berlin
                  calendar: [{stream: 4711, from: 2026-11-21T12:00, to: 2026-11-21T23:30:15, zone: Asia/Tokyo}]
                """).priority().calendar().get(0);

        assertThat(occasion.stream()).isEqualTo("4711");
        assertThat(occasion.fromInstant()).isEqualTo(Instant.parse("2026-11-21T03:00:00Z"));
        assertThat(occasion.toInstant()).isEqualTo(Instant.parse("2026-11-21T14:30:15Z"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "shard: 4|test.yaml:1: unknown key 'shard'; the nearest valid key is 'shards'",
                "#\\nhtpp:\\n  address: x|test.yaml:2: unknown key 'htpp'; the nearest valid key is 'http'",
                "lanes:\\n  standardEvnts: 9|test.yaml:2: unknown key 'lanes.standardEvnts'; the nearest valid key is 'lanes.standardEvents'",
                "shards: 0|test.yaml:1: shards is '0'; it has to be a whole number from 1 to 4096",
                "shards: 4097|test.yaml:1: shards is '4097'; it has to be a whole number from 1 to 4096",
                "shards: many|test.yaml:1: shards is 'many'; it has to be a whole number from 1 to 4096",
                "shards: 2.5|test.yaml:1: shards is '2.5'; it has to be a whole number from 1 to 4096",
                "shards: 99999999999999999999|test.yaml:1: shards is '99999999999999999999'; it has to be a whole number from 1 to 4096",
                "shards: [4]|test.yaml:1: shards is a list or a section; it has to be a whole number from 1 to 4096",
                "shards:|test.yaml:1: shards has no value; it has to be a whole number from 1 to 4096",
                "shards: 4\\nshards: 5|test.yaml:2: shards stands twice",
                "insecure: yes|test.yaml:1: insecure is 'yes'; it has to be true or false",
                "http: 8480|test.yaml:1: http is a section, its keys stand below it, indented",
                "http:\\n  address: 8480|test.yaml:2: http.address is '8480'; it has to be HOST:PORT, an IPv6 host in brackets, the port from 0 to 65535",
                "http:\\n  address: localhost:65536|test.yaml:2: http.address is 'localhost:65536'; it has to be HOST:PORT, an IPv6 host in brackets, the port from 0 to 65535",
                "block:\\n  maxEvents: 1001|test.yaml:2: block.maxEvents is '1001'; it has to be a whole number from 1 to 1000",
                "logging:\\n  level: loud|test.yaml:2: logging.level is 'loud'; it has to be one of error, warn, info, debug, trace",
                "tiers:\\n  critical: safe|test.yaml:2: tiers.critical is 'safe'; it has to be one of accepted, journaled, synced",
                "tiers:\\n  elevated: SYNCED|test.yaml:2: tiers.elevated is 'SYNCED'; it has to be one of accepted, journaled, synced",
                "tiers:\\n  standart: synced|test.yaml:2: unknown key 'tiers.standart'; the nearest valid key is 'tiers.standard'",
                "ledger:\\n  intervalSeconds: -1|test.yaml:2: ledger.intervalSeconds is '-1'; it has to be a whole number from 0 to 86400",
                "priority:\\n  zone: Mars/Base|test.yaml:2: priority.zone is 'Mars/Base'; it has to be a time zone such as Europe/Berlin or UTC",
                "priority:\\n  elevatedFrom: 900|test.yaml: priority.elevatedFrom is 900; it has to be at most priority.criticalFrom, 800",
                "priority:\\n  protectedLabels: pci|test.yaml:2: priority.protectedLabels is no list; it has to be a list of texts of 1 to 128 characters",
                "priority:\\n  protectedLabels: [a, a]|test.yaml:2: priority.protectedLabels[1] is 'a', which stands twice",
                "priority:\\n  rules: [{name: a, points: 1}]|test.yaml:2: priority.rules[0] needs the field 'when', one of occasion, weekday, severity, protectedData",
                "priority:\\n  rules: [{name: a, points: 1, when: weekday}]|test.yaml:2: priority.rules[0] needs the field 'weekday', one of monday, tuesday, wednesday, thursday, friday, saturday, sunday",
                "priority:\\n  rules: [{name: a, points: 1, when: occasion, weekday: monday}]|test.yaml:2: priority.rules[0] has the field 'weekday', which goes with 'when: weekday' only",
                "priority:\\n  rules: [{name: a, point: 1, when: occasion}]|test.yaml:2: priority.rules[0] has no field 'point'; the nearest is 'points'",
                "priority:\\n  rules: [{name: a, points: 1, when: occasion}, {name: a, points: 2, when: occasion}]|test.yaml:2: priority.rules has two rules of the name 'a'",
                "priority:\\n  calendar: [{stream: w, from: 2026-11-22, to: 2026-11-21}]|test.yaml:2: priority.calendar: the occasion of stream 'w' ends at or before its begin",
                "priority:\\n  calendar: [{stream: w, from: 2026-11-31, to: 2026-12-01}]|test.yaml:2: priority.calendar[0].from is '2026-11-31'; it has to be a date such as 2026-11-22 or a date and time such as 2026-11-22T14:30",
                "commit:\\n  minForceIntervalMs: 500|test.yaml: commit.minForceIntervalMs is 500; it has to be at most commit.maxForceIntervalMs, 100",
                "tcp:\\n  address: 127.0.0.1:8480|test.yaml: tcp.address is '127.0.0.1:8480', and so is http.address; each needs its own",
                "standby:\\n  directory: other\\nemergency:\\n  backup: ./other|test.yaml: standby.directory is 'other', and so is emergency.backup; each needs its own",
                "shards: 4096|test.yaml: shards is 4096; each lane needs room for at least 16 events per shard: give lanes.criticalEvents, lanes.elevatedEvents and lanes.standardEvents at least 65536",
            })
    void refusesTheFileAndSaysWhereAndWhatWouldBeRight(String text, String problem) throws IOException {
        assertThat(problemsOf(text.replace("\\n", "\n"))).containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "shards: 4\n  x: 5", "a: 1\n---\nb: 2", "\ta: 1", "- 1"})
    void refusesWhatIsNoYamlAndNamesTheFile(String text) throws IOException {
        assertThat(problemsOf(text)).allSatisfy(problem -> assertThat(problem).startsWith("test.yaml:"));
    }

    @Test
    void tellsAllProblemsAtOnce() throws IOException {
        assertThat(problemsOf("shards: 0\nwriters: -1\nloging: 5\n")).hasSize(3);
    }

    @Test
    void refusesAnUnknownVariableWithTheNearest() {
        assertThat(problemsOf(Map.of("EVIDENT_SHARD", "4"), List.of()))
                .containsExactly(
                        "environment variable EVIDENT_SHARD is unknown; the nearest valid one is EVIDENT_SHARDS");
    }

    @Test
    void namesTheVariableOrFlagWithTheWrongValue() {
        assertThat(problemsOf(
                        Map.of("EVIDENT_SHARDS", "x"),
                        List.of(
                                new ConfigLoader.Flag("--http", "http.address", "x"),
                                new ConfigLoader.Flag("--set shads", "shads", "4"))))
                .containsExactlyInAnyOrder(
                        "--set shads: unknown key 'shads'; the nearest valid key is 'shards'",
                        "environment variable EVIDENT_SHARDS: shards is 'x'; it has to be a whole number from 1 to"
                                + " 4096",
                        "--http: http.address is 'x'; it has to be HOST:PORT, an IPv6 host in brackets, the port from"
                                + " 0 to 65535");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path missing = dir.resolve("none.yaml");

        assertThatThrownBy(() -> ConfigLoader.load(missing, Map.of(), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml: cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8480", "192.0.2.1:8480", "[::]:8480"})
    void refusesOtherAddressesThanLoopbackWithoutAuthentication(String address) {
        assertThat(problemsOf(Map.of(), List.of(new ConfigLoader.Flag("--http", "http.address", address))))
                .singleElement()
                .asString()
                .startsWith("--http: http.address is '" + address + "', which other machines can reach")
                .contains("--insecure");
    }

    @Test
    void servesOtherAddressesWhenToldThatItIsInsecure() throws ConfigException {
        List<ConfigLoader.Flag> flags = List.of(
                new ConfigLoader.Flag("--http", "http.address", "0.0.0.0:1"),
                new ConfigLoader.Flag("--insecure", "insecure", "true"));

        assertThat(ConfigLoader.load(null, Map.of(), flags).http().address().port())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "127.8.8.8:1", "localhost:1", "[::1]:1"})
    void takesLoopbackAddresses(String address) throws ConfigException {
        List<ConfigLoader.Flag> flags = List.of(new ConfigLoader.Flag("--tcp", "tcp.address", address));

        assertThat(ConfigLoader.load(null, Map.of(), flags).tcp().address()).hasToString(address);
    }

    @Test
    void readsTheLogFormat() throws Exception {
        assertThat(load("logging:\n  format: json\n").logging().format()).isEqualTo(LoggingConfig.Format.JSON);
    }
}
