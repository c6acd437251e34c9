package io.evident.load.peer.questdb;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.CommittingSender;
import io.evident.load.peer.commit.Rows;
import io.evident.load.peer.start.Peer;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends rows in the line protocol; a request is answered when its rows are in the write-ahead log. */
final class QuestTarget implements Target {
    private static final int CONNECTIONS = 2;
    private static final int MOST_ROWS = 5_000;
    private static final long APPLIED_SECONDS = 120;
    private static final Pattern NUMBER = Pattern.compile("\"dataset\":\\[\\[(\\d+)]]");

    private final QuestHttp http;
    private final Durability durability;

    QuestTarget(QuestHttp http, Durability durability) {
        this.http = http;
        this.durability = durability;
    }

    @Override
    public String name() {
        return "questdb";
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public TargetSender sender(int index, Answers answers) {
        return new CommittingSender(
                "questdb-" + index,
                new LineEncoder(),
                Collections.nCopies(CONNECTIONS, new Posting(http)),
                MOST_ROWS,
                Peer.UNANSWERED_EVENTS,
                answers);
    }

    private record Posting(QuestHttp http) implements Committer {
        @Override
        public void commit(Rows rows) throws IOException {
            http.write(rows.bytes(), rows.length());
        }

        @Override
        public void close() {
            // Connections belong to the client.
        }
    }

    /** What is in the log has to be applied to the table first. */
    @Override
    public long stored() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(APPLIED_SECONDS);
        while (number("SELECT sequencerTxn - writerTxn FROM wal_tables()") > 0 && System.nanoTime() - deadline < 0) {
            rest();
        }
        return number("SELECT count() FROM " + QuestHttp.TABLE);
    }

    private static void rest() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private long number(String statement) throws IOException {
        String answer = http.query(statement);
        Matcher matcher = NUMBER.matcher(answer);
        if (!matcher.find()) {
            throw new IOException("QuestDB gave no number: " + answer);
        }
        return Long.parseLong(matcher.group(1));
    }

    @Override
    public void close() {
        // Connections belong to the client.
    }
}
