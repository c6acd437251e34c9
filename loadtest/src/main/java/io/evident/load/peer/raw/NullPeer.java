package io.evident.load.peer.raw;

import io.evident.event.Tier;
import io.evident.load.peer.evident.EvidentPeer;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.sink.NullSink;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The generator's floor: Evident's protocol over the same connections, answered at once by a thread of the generator that
 * keeps nothing. Stateless.
 */
public final class NullPeer implements Peer {
    @Override
    public String name() {
        return "null";
    }

    /** In the tables of both classes, and of neither. */
    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        return new Running(NullSink.start(0, 0));
    }

    private record Running(NullSink sink) implements RunningPeer {
        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public String version() {
            return "this commit";
        }

        @Override
        public String tuning() {
            return "answers at once and keeps nothing; within the generator";
        }

        @Override
        public Target connect(int batch) throws IOException {
            StoredCount nobody = new StoredCount(null, "");
            return new Answering(EvidentPeer.target(sink.tcpAddress(), Tier.ACCEPTED, batch, nobody), sink);
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    private record Answering(Target tcp, NullSink sink) implements Target {
        @Override
        public String name() {
            return "null";
        }

        @Override
        public Durability durability() {
            return Durability.NONE;
        }

        @Override
        public TargetSender sender(int index, Answers answers) throws IOException {
            return tcp.sender(index, answers);
        }

        /** What was answered: nothing can be read back. */
        @Override
        public long stored() {
            return sink.answeredOverTcp();
        }

        @Override
        public void close() throws IOException {
            tcp.close();
        }
    }
}
