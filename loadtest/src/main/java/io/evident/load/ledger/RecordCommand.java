package io.evident.load.ledger;

import io.evident.event.Tier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load record}: sends at a bounded rate and writes every answer to a ledger outside. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends events of all lanes and sizes at a bounded rate, one Java client per tier, and appends every"
                    + " answer to a ledger at once; some events it sends again later, with their ids. It goes on when"
                    + " the server goes away and comes back, as a sender does. It stops by itself after --seconds, or"
                    + " on SIGTERM. 'evident load check' compares the ledger with what is stored."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load record --ledger receipts.txt --seconds 30",
            "  evident load record --ledger receipts.txt --tiers journaled --rate 500",
            "",
            "Exit code: 0 when every event that was sent has its answer in the ledger, 1",
            "otherwise or when none was sent, 2 for wrong usage."
        })
public final class RecordCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 86_400;

    @Option(names = "--ledger", required = true, paramLabel = "FILE", description = "appended to, or begun")
    private Path ledger;

    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(
            names = "--tiers",
            split = ",",
            defaultValue = "accepted,journaled,synced",
            description = "a sender for each (${DEFAULT-VALUE})")
    private List<String> tiers;

    @Option(
            names = "--rate",
            defaultValue = "3000",
            description = "events per second of all senders together (${DEFAULT-VALUE})")
    private int eventsPerSecond;

    @Option(names = "--seconds", defaultValue = "60", description = "how long (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--give-up-ms",
            defaultValue = "20000",
            description = "how long an event is tried before its outcome is unknown (${DEFAULT-VALUE})")
    private int giveUpMs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Tier> wanted = tiers.stream().map(Tier::ofText).toList();
        InetSocketAddress address = address();
        if (wanted.contains(null)
                || address == null
                || eventsPerSecond < 1
                || giveUpMs < 1
                || seconds < 1
                || seconds > MOST_SECONDS) {
            System.err.println("evident load record: --tiers are accepted, journaled or synced; --tcp is HOST:PORT;"
                    + " --rate and --give-up-ms are at least 1; --seconds is 1 to " + MOST_SECONDS);
            return CommandLine.ExitCode.USAGE;
        }
        long run = ThreadLocalRandom.current().nextLong();
        List<RecordingSender> senders = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            awaitQuietly(ended);
        }));
        try (LedgerFile file = LedgerFile.append(ledger)) {
            for (int i = 0; i < wanted.size(); i++) {
                senders.add(new RecordingSender(
                        address,
                        wanted.get(i),
                        run,
                        i,
                        (double) eventsPerSecond / wanted.size(),
                        giveUpMs,
                        file,
                        told::countDown));
            }
            senders.forEach(RecordingSender::start);
            boolean stopped = told.await(seconds, TimeUnit.SECONDS);
            for (RecordingSender sender : senders) {
                sender.stop(stopped ? 0 : giveUpMs);
            }
        } finally {
            ended.countDown();
        }
        long written = senders.stream().mapToLong(RecordingSender::written).sum();
        long unwritten = senders.stream().mapToLong(RecordingSender::unwritten).sum();
        senders.forEach(sender -> System.out.println(sender.summary()));
        senders.stream()
                .map(RecordingSender::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(failure -> System.err.println("evident load record: " + failure));
        return written > 0 && unwritten == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private InetSocketAddress address() {
        int colon = tcp.lastIndexOf(':');
        try {
            return colon < 1
                    ? null
                    : InetSocketAddress.createUnresolved(
                            tcp.substring(0, colon), Integer.parseInt(tcp.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
