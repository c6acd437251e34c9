package io.evident.load.probe;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An agent for any JVM, {@code -javaagent:evident-loadtest.jar=FILE}: writes a {@link ProbeLine} to a file each second, from
 * a thread that costs as good as nothing. The file is emptied first. When it cannot be written, the process does not start.
 */
public final class ProbeAgent {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private ProbeAgent() {}

    /** Called by the JVM before the program's own main. */
    public static void premain(String file) throws IOException {
        PrintStream out = new PrintStream(
                Files.newOutputStream(
                        Path.of(file),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING),
                true,
                StandardCharsets.UTF_8);
        Hiccups hiccups = Hiccups.start();
        Thread thread = new Thread(() -> writeAll(out, hiccups), "load-probe");
        thread.setDaemon(true);
        thread.start();
    }

    private static void writeAll(PrintStream out, Hiccups hiccups) {
        JvmFigures figures = new JvmFigures();
        // A full disk ends the probe, not the program.
        while (!out.checkError()) {
            out.println(figures.now(hiccups.take()).json());
            LockSupport.parkNanos(SECOND_NS);
        }
        hiccups.close();
    }
}
