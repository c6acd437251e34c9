package io.evident.server.command;

import io.evident.server.ask.CommandFailure;
import io.evident.server.config.HostPort;
import io.evident.server.config.ServerConfig;
import io.evident.server.config.load.ConfigException;
import io.evident.server.config.load.ConfigLoader;
import io.evident.server.json.JsonLine;
import io.evident.server.logging.LogSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a server until the process is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run a server until it is stopped with Ctrl-C or SIGTERM; it then drains, forces and closes.",
            "Without authentication it serves this machine only."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident serve",
            "  evident serve --config config/profiles/wedding-platform.yaml --data /var/lib/evident",
            "  evident serve --http 127.0.0.1:0 --tcp 127.0.0.1:0    take free ports, and say which",
            "  EVIDENT_SHARDS=8 evident serve --set logging.format=json",
            "",
            "A flag beats an environment variable, which beats the file, which beats the default. config/evident.yaml",
            "has every key. When ready it prints one line:",
            "  evident ready http=HOST:PORT tcp=HOST:PORT data=DIR",
            "",
            "Exit codes: 0 stopped cleanly, 1 could not start or stop, 2 wrong usage or configuration."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private final ServerLauncher launcher;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration; a profile is a partial one.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory (default: ./data).")
    private String data;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "HTTP address (default: 127.0.0.1:8480).")
    private String http;

    @Option(names = "--tcp", paramLabel = "HOST:PORT", description = "TCP address (default: 127.0.0.1:8481).")
    private String tcp;

    @Option(names = "--insecure", description = "Allow other addresses than loopback without authentication.")
    private boolean insecure;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set any other key of the configuration.")
    private Map<String, String> others = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print the ready line as JSON, and log in JSON.")
    private boolean json;

    ServeCommand(ServerLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config;
        try {
            config = ConfigLoader.load(file, System.getenv(), flags());
        } catch (ConfigException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("evident: the configuration is refused:");
            e.problems().forEach(problem -> err.println("  " + problem));
            err.flush();
            return CommandLine.ExitCode.USAGE;
        }
        LogSetup.apply(config.logging());
        return serve(config);
    }

    private List<ConfigLoader.Flag> flags() {
        List<ConfigLoader.Flag> flags = new ArrayList<>();
        others.forEach((key, value) -> flags.add(new ConfigLoader.Flag("--set " + key, key, value)));
        addFlag(flags, "--data", "data", data);
        addFlag(flags, "--http", "http.address", http);
        addFlag(flags, "--tcp", "tcp.address", tcp);
        addFlag(flags, "--insecure", "insecure", insecure ? "true" : null);
        addFlag(flags, "--json", "logging.format", json ? "json" : null);
        return flags;
    }

    private static void addFlag(List<ConfigLoader.Flag> flags, String flag, String key, String value) {
        if (value != null) {
            flags.add(new ConfigLoader.Flag(flag, key, value));
        }
    }

    private int serve(ServerConfig config) throws CommandFailure {
        if (config.insecure()) {
            LOG.warn("insecure: whoever reaches the addresses may send and read, of every tenant");
        } else {
            LOG.info("no authentication is configured: serving loopback addresses only");
        }
        StopSignal signal = StopSignal.install();
        int exitCode = CommandLine.ExitCode.SOFTWARE;
        try {
            exitCode = runUntil(signal, config) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
            LOG.info("stopped");
            return exitCode;
        } catch (IOException e) {
            throw new CommandFailure("cannot serve: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while serving", e);
        } finally {
            signal.done(exitCode);
        }
    }

    /** Returns whether everything under way was written. */
    private boolean runUntil(StopSignal signal, ServerConfig config) throws IOException, InterruptedException {
        try (RunningServer server = launcher.start(config)) {
            printReady(server, config);
            signal.await();
            LOG.info("stopping: no new events; what is in flight is written and forced");
            return server.stop();
        }
    }

    /** What went wrong, in words: the message of an exception about a file is nothing but the file's name. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access to " + e.getMessage() + " is denied";
        }
        if (e instanceof NoSuchFileException) {
            return "there is no " + e.getMessage() + ", and it cannot be made";
        }
        return e.getMessage();
    }

    private void printReady(RunningServer server, ServerConfig config) {
        String httpAt = at(config.http().address(), server.httpAddress());
        String tcpAt = at(config.tcp().address(), server.tcpAddress());
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("ready", true);
        ready.put("http", httpAt);
        ready.put("tcp", tcpAt);
        ready.put("data", config.data());
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? JsonLine.of(ready)
                        : "evident ready http=" + httpAt + " tcp=" + tcpAt + " data=" + config.data());
        out.flush();
    }

    /** The host as it was asked for, with the port that was really taken. */
    private static String at(HostPort asked, InetSocketAddress taken) {
        return new HostPort(asked.host(), taken.getPort()).toString();
    }
}
