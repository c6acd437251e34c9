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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** A bare {@code FileChannel.write} within the generator, with a force for each write or none: the disk's floor. Stateless. */
public final class FilePeer implements Peer {
    private static final int MOST_EVENTS = 1_000;

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) {
        return new Running(directory, durability);
    }

    private record Running(Path directory, Durability durability) implements RunningPeer {
        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public String version() {
            return "JDK " + Runtime.version().feature();
        }

        @Override
        public String tuning() {
            return "one write for at most " + MOST_EVENTS + " events"
                    + (durability == Durability.FORCED ? ", then fdatasync" : "") + "; within the generator";
        }

        @Override
        public Target connect(int batch) {
            return new Appending(directory, durability);
        }

        @Override
        public void close() {
            // Nothing runs.
        }
    }

    private record Appending(Path directory, Durability durability) implements Target {
        @Override
        public String name() {
            return "file";
        }

        @Override
        public TargetSender sender(int index, Answers answers) throws IOException {
            FileChannel channel = FileChannel.open(
                    directory.resolve("events-" + index), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new CommittingSender(
                    "file-" + index,
                    (batch, at, to) -> to.addLittleEndian(batch.length(at)).addEvent(batch, at),
                    List.of(new Writing(channel, durability == Durability.FORCED)),
                    MOST_EVENTS,
                    UNANSWERED_EVENTS,
                    answers);
        }

        @Override
        public long stored() throws IOException {
            long events = 0;
            try (var files = Files.newDirectoryStream(directory, "events-*")) {
                for (Path file : files) {
                    events += LengthsFirst.count(file);
                }
            }
            return events;
        }

        @Override
        public void close() {
            // Each sender has a file of its own.
        }
    }

    private record Writing(FileChannel channel, boolean forced) implements Committer {
        @Override
        public void commit(Rows rows) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(rows.bytes(), 0, rows.length());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (forced) {
                channel.force(false);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
