package io.evident.load.search;

import io.evident.load.dataset.DataSet;
import io.evident.load.http.HttpConnection;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evident load search deep}: walks to places deep in the events of tenants and writes their cursors down. */
@Command(
        name = "deep",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Walks from page to page to the 1,000th page of 100 rows, in several tenants and times, and then on row by"
                    + " row, and writes down where each page begins: what 'evident load search ask' needs for the"
                    + " question deep-page."
        },
        footerHeading = "%nExit code: 0 written, 1 the data set is too small or the server failed, 2 wrong usage.%n")
final class DeepCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final int ROWS_BEFORE = 999 * QuestionPicker.PAGE_ROWS;
    private static final int LARGEST_PAGE = 1_000;
    private static final int MOST_TRIES = 200;

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--http", defaultValue = "http://127.0.0.1:8480", description = "server URL (${DEFAULT-VALUE})")
    private URI http;

    @Option(names = "--walks", defaultValue = "20", description = "tenants and times (${DEFAULT-VALUE})")
    private int walks;

    @Option(names = "--steps", defaultValue = "100", description = "places of each (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--deep", required = true, paramLabel = "FILE", description = "written")
    private Path file;

    private HttpConnection server;

    @Override
    public Integer call() throws IOException {
        DataSet events = dataSet.dataSet();
        DeepPlace[] places = new DeepPlace[walks * steps];
        try (HttpConnection opened = HttpConnection.open(http)) {
            server = opened;
            SplittableRandom random = new SplittableRandom(dataSet.seed());
            for (int walk = 0; walk < walks; walk++) {
                Asking rows = largeEnough(events, random);
                if (rows == null) {
                    System.err.println("evident load search deep: no tenant has a 1,000th page; take more events");
                    return CommandLine.ExitCode.SOFTWARE;
                }
                List<DeepPlace> found = walk(rows);
                for (int step = 0; step < steps; step++) {
                    // Next to each other stand those of different walks.
                    places[step * walks + walk] = found.get(step);
                }
            }
        }
        DeepPlace.writeAll(file, Arrays.asList(places));
        System.out.printf("%,d places%n", places.length);
        return CommandLine.ExitCode.OK;
    }

    /** A tenant and times with enough rows, or {@code null} when none was found. */
    private Asking largeEnough(DataSet events, SplittableRandom random) throws IOException {
        long startUs = micros(DataSet.START);
        for (int i = 0; i < MOST_TRIES; i++) {
            long number = random.nextLong(events.events());
            String tenant = events.event(number).tenant();
            Asking count = Asking.of(Question.COUNT, tenant, startUs, events.timeUs(number), 1);
            long rows = get(EvidentSystem.path(count)).at("count").number(0);
            if (rows >= ROWS_BEFORE + steps + QuestionPicker.PAGE_ROWS) {
                return Asking.of(Question.PAGE, tenant, startUs, count.toUs(), LARGEST_PAGE);
            }
        }
        return null;
    }

    private List<DeepPlace> walk(Asking rows) throws IOException {
        DeepPlace place = null;
        for (int done = 0; done < ROWS_BEFORE; ) {
            int limit = Math.min(LARGEST_PAGE, ROWS_BEFORE - done);
            place = behindNext(rows, place, limit);
            done += limit;
        }
        List<DeepPlace> places = new ArrayList<>();
        while (places.size() < steps) {
            places.add(place);
            place = behindNext(rows, place, 1);
        }
        return places;
    }

    /** The place behind the next rows. */
    private DeepPlace behindNext(Asking rows, DeepPlace place, int limit) throws IOException {
        DeepPlace from = place != null
                ? place
                : new DeepPlace(rows.tenant(), rows.fromUs(), rows.toUs(), null, rows.toUs(), new UUID(0, 0));
        JsonTree page = get(EvidentSystem.path(Asking.behind(from, limit)));
        List<JsonTree> events = page.at("events").elements();
        if (events.size() < limit || page.text("cursor") == null) {
            throw new IOException("a page of " + limit + " rows ended after " + events.size());
        }
        JsonTree last = events.get(limit - 1);
        return new DeepPlace(
                from.tenant(),
                from.fromUs(),
                from.toUs(),
                page.text("cursor"),
                micros(Instant.parse(last.text("time"))),
                UUID.fromString(last.text("id")));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private JsonTree get(String path) throws IOException {
        int status = server.get(path);
        if (status != OK) {
            throw new IOException("GET " + path + " was answered " + status + ": " + server.bodyText());
        }
        return JsonTree.parse(Arrays.copyOf(server.body(), server.bodyLength()));
    }
}
