package io.evident.load.peer.raw;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.CommittingSender;
import io.evident.load.peer.commit.Rows;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Chronicle Queue within the generator, an excerpt for each write: what the journal's library takes at the most. Stateless. */
public final class ChroniclePeer implements Peer {
    private static final int MOST_EVENTS = 1_000;
    private static final long BLOCK_BYTES = 64L << 20;

    @Override
    public String name() {
        return "chronicle";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE);
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) {
        return new Running(directory);
    }

    private static ChronicleQueue open(Path directory) {
        return SingleChronicleQueueBuilder.binary(directory.resolve("queue"))
                .blockSize(BLOCK_BYTES)
                .build();
    }

    private record Running(Path directory) implements RunningPeer {
        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public String version() {
            // Its manifest does not say; the name of its jar does.
            return Path.of(ChronicleQueue.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .getFileName()
                    .toString();
        }

        @Override
        public String tuning() {
            return "an excerpt for at most " + MOST_EVENTS + " events, blocks of 64 MiB; within the generator";
        }

        @Override
        public Target connect(int batch) {
            return new Appending(directory);
        }

        @Override
        public void close() {
            // Nothing runs.
        }
    }

    private record Appending(Path directory) implements Target {
        @Override
        public String name() {
            return "chronicle";
        }

        @Override
        public Durability durability() {
            return Durability.PAGE_CACHE;
        }

        @Override
        public TargetSender sender(int index, Answers answers) {
            return new CommittingSender(
                    "chronicle-" + index,
                    (batch, at, to) -> to.addLittleEndian(batch.length(at)).addEvent(batch, at),
                    List.of(new Excerpts(open(directory))),
                    MOST_EVENTS,
                    UNANSWERED_EVENTS,
                    answers);
        }

        @Override
        public long stored() {
            long events = 0;
            Bytes<?> excerpt = Bytes.allocateElasticOnHeap();
            try (ChronicleQueue queue = open(directory);
                    ExcerptTailer tailer = queue.createTailer()) {
                while (tailer.readBytes(excerpt.clear())) {
                    while (excerpt.readRemaining() > 0) {
                        excerpt.readSkip(excerpt.readInt());
                        events++;
                    }
                }
            }
            return events;
        }

        @Override
        public void close() {
            // Each sender has a queue of its own, all in one directory.
        }
    }

    /** An appender belongs to the thread that asked for it. */
    private static final class Excerpts implements Committer {
        private final ChronicleQueue queue;
        private ExcerptAppender appender;

        private Excerpts(ChronicleQueue queue) {
            this.queue = queue;
        }

        @Override
        public void commit(Rows rows) {
            if (appender == null) {
                appender = queue.createAppender();
            }
            appender.writeBytes(into -> into.write(rows.bytes(), 0, rows.length()));
        }

        @Override
        public void close() {
            if (appender != null) {
                appender.close();
            }
            queue.close();
        }
    }
}
