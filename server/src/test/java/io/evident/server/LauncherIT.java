package io.evident.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher's choice of a JDK and of flags, among JDKs that are empty shells; it builds nothing here. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherIT {
    @TempDir
    private Path dir;

    private record Run(int exitCode, String output) {}

    private Path jdk(String name, String version, boolean compiler) throws IOException {
        Path home = dir.resolve("jdks").resolve(name);
        Files.createDirectories(home.resolve("bin"));
        for (String tool : compiler ? List.of("java", "javac") : List.of("java")) {
            Path file = Files.writeString(home.resolve("bin").resolve(tool), "#!/bin/sh\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Run launch(Map<String, String> environment, String check, String... args)
            throws IOException, InterruptedException {
        return launch(ProjectFiles.root().resolve("evident"), environment, check, args);
    }

    private Run launch(Path launcher, Map<String, String> environment, String check, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", pathWithoutJava());
        builder.environment().put("HOME", dir.toString());
        builder.environment().put("EVIDENT_JDK_PLACES", dir.resolve("jdks").toString());
        builder.environment().put("EVIDENT_LAUNCHER_CHECK", check);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output.trim());
    }

    /** The usual tools, and no JDK. */
    private String pathWithoutJava() throws IOException {
        Path bin = Files.createDirectories(dir.resolve("bin"));
        for (String tool : List.of("sed", "head", "dirname", "readlink", "cat", "find")) {
            for (String place : List.of("/bin", "/usr/bin")) {
                Path real = Path.of(place, tool);
                if (Files.exists(real) && !Files.exists(bin.resolve(tool))) {
                    Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
                    assertThat(bin.resolve(tool).toFile().setExecutable(true)).isTrue();
                }
            }
        }
        return bin.toString();
    }

    @Test
    void takesTheNewestJdkThatIsFound() throws Exception {
        jdk("a", "17.0.15", true);
        Path newest = jdk("b", "25.0.3", true);
        jdk("c", "21", true);

        assertThat(launch(Map.of(), "jdk").output()).isEqualTo("25 " + newest);
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, true", "21-ea, true", "11.0.2, false", "1.8.0_392, false"})
    void letsJavaHomeWinWhenItIsNewEnough(String version, boolean wins) throws Exception {
        Path other = jdk("other", "25", true);
        Path home = jdk("home", version, true);

        String expected = wins ? version.substring(0, 2) + " " + home : "25 " + other;
        assertThat(launch(Map.of("JAVA_HOME", home.toString()), "jdk").output()).isEqualTo(expected);
    }

    @Test
    void passesOverAJreWhichCannotBuild() throws Exception {
        jdk("jre", "25", false);
        Path jdk = jdk("jdk", "17", true);

        assertThat(launch(Map.of(), "jdk").output()).isEqualTo("17 " + jdk);
    }

    @Test
    void findsTheJdkOfThePathThroughLinks() throws Exception {
        Path jdk = jdk("elsewhere", "21", true);
        pathWithoutJava();
        Files.createSymbolicLink(dir.resolve("bin/javac"), jdk.resolve("bin/javac"));

        assertThat(launch(Map.of("EVIDENT_JDK_PLACES", "/nowhere"), "jdk").output())
                .isEqualTo("21 " + jdk.toRealPath());
    }

    @Test
    void saysWhatIsMissingWhenThereIsNoJdk() throws Exception {
        Path old = jdk("old", "11.0.2", true);

        Run run = launch(Map.of(), "jdk");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("no JDK 17 or newer was found", "11  " + old, "JAVA_HOME");
    }

    @Test
    void givesNewerJdksTheFlagsThatKeepThemQuiet() throws Exception {
        Path newer = jdk("newer", "25", true);
        Path older = jdk("older", "17", true);

        assertThat(launch(Map.of("JAVA_HOME", newer.toString()), "flags", "serve")
                        .output())
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        assertThat(launch(Map.of("JAVA_HOME", older.toString()), "flags", "serve")
                        .output())
                .doesNotContain("--enable-native-access", "--sun-misc-unsafe");
    }

    @Test
    void givesTheFlagsOfTheBuildAndAHeapThatFitsTheCommand() throws Exception {
        jdk("a", "17", true);
        String pom = Files.readString(ProjectFiles.root().resolve("pom.xml"));
        String open = pom.substring(pom.indexOf("<open.flags>") + 12, pom.indexOf("</open.flags>"));

        assertThat(launch(Map.of(), "flags", "serve").output())
                .contains(open.split(" "))
                .contains("-Dchronicle.analytics.disable=true", "-XX:+ExitOnOutOfMemoryError", "-Xmx1g");
        assertThat(launch(Map.of(), "flags", "query").output())
                .contains(open.split(" "))
                .contains("-Xmx512m");
    }

    @Test
    void worksThroughALink() throws Exception {
        jdk("a", "17", true);
        // A link out of the temporary directory would make its removal warn.
        Path project = Files.createDirectories(dir.resolve("project"));
        Files.copy(ProjectFiles.root().resolve("pom.xml"), project.resolve("pom.xml"));
        Files.copy(ProjectFiles.root().resolve("evident"), project.resolve("evident"));
        Path link = Files.createSymbolicLink(dir.resolve("ev"), Path.of("project/evident"));

        assertThat(launch(link, Map.of(), "flags", "query").output()).contains("--add-opens");
    }
}
