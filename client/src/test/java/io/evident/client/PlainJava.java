package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Java programs in a process of their own, without any flag. */
public final class PlainJava {
    private PlainJava() {}

    /**
     * Runs a program until it ends, and makes sure that it ended well and said nothing on standard error.
     *
     * @param directory for what the program says
     * @param classPath a class of everything that the program may need
     * @return what it printed
     */
    public static String run(Path directory, Class<?>[] classPath, Class<?> program, String argument) throws Exception {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Arrays.stream(classPath)
                                .map(PlainJava::whereIs)
                                .collect(Collectors.joining(File.pathSeparator)),
                        program.getName(),
                        argument)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        // Flags from the environment would be flags, and the JVM tells of them on standard error.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(read(errors)).isEmpty();
        assertThat(process.exitValue()).isZero();
        return read(output);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static String whereIs(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
