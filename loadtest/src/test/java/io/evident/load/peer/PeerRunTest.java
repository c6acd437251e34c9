package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.load.engine.LoadRun;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.peer.raw.ChroniclePeer;
import io.evident.load.peer.raw.FilePeer;
import io.evident.load.peer.raw.NullPeer;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.pool.EventPool;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PeerRunTest {
    @TempDir
    private Path scratch;

    @ParameterizedTest
    @EnumSource(PeerWork.class)
    void everyEventThatAFileTookIsReadBackAndTheFileIsGone(PeerWork work) throws IOException {
        PeerResult result = run(new FilePeer(), work);

        assertThat(result.receipts()).isPositive().isEqualTo(result.stored());
        assertThat(result.isComplete()).isTrue();
        assertThat(result.durability()).isEqualTo(work.durability().text());
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void everyEventThatChronicleTookIsReadBack() throws IOException {
        PeerResult result = run(new ChroniclePeer(), PeerWork.JOURNALED_THROUGHPUT);

        assertThat(result.receipts()).isPositive().isEqualTo(result.stored());
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void theNullSystemAnswersEverythingAndPromisesNothing() throws IOException {
        PeerResult result = run(new NullPeer(), PeerWork.FORCED_LATENCY_50K);

        assertThat(result.receipts()).isPositive().isEqualTo(result.stored());
        assertThat(result.durability()).isEqualTo("none");
    }

    @Test
    void aSystemThatLosesAnEventIsFoundOut() throws IOException {
        PeerResult result = run(new LosesOne(), PeerWork.JOURNALED_THROUGHPUT);

        assertThat(result.stored()).isEqualTo(result.receipts() - 1);
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void aSystemThatTookNothingHasNoResult() {
        Peer nothing = new LosesOne() {
            @Override
            Target over(Target target, Path file) {
                return new TakesNothing(target);
            }
        };

        assertThatThrownBy(() -> run(nothing, PeerWork.LATENCY_50K))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing was taken in the measured time");
    }

    private record TakesNothing(Target target) implements Target {
        @Override
        public String name() {
            return target.name();
        }

        @Override
        public Durability durability() {
            return target.durability();
        }

        @Override
        public TargetSender sender(int index, Answers answers) {
            return new TargetSender() {
                @Override
                public boolean send(EventBatch batch, long intendedNs) {
                    answers.refused("full", batch.count());
                    return true;
                }

                @Override
                public void flush() {}

                @Override
                public long unanswered() {
                    return 0;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public long stored() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }

    @ParameterizedTest
    @EnumSource(PeerWork.class)
    void connectsForBatchesOfTheWork(PeerWork work) throws IOException {
        LosesOne peer = new LosesOne();

        run(peer, work);

        assertThat(peer.batch).isEqualTo(work.batch());
    }

    private PeerResult run(Peer peer, PeerWork work) throws IOException {
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0));
        return new PeerRun(work, Results.SETTING, pool, new LoadRun.Length(0, 1, 1_000), scratch, () -> false)
                .run(peer, 1);
    }

    /** A file whose last byte is gone when it is read back. */
    private static class LosesOne implements Peer {
        private final Peer file = new FilePeer();
        private int batch;

        Target over(Target target, Path file) {
            return new CutShort(target, file);
        }

        @Override
        public String name() {
            return "loses-one";
        }

        @Override
        public Set<Durability> offers() {
            return file.offers();
        }

        @Override
        public String missing() {
            return null;
        }

        @Override
        public RunningPeer start(Path directory, Durability durability) throws IOException {
            RunningPeer running = file.start(directory, durability);
            return new RunningPeer() {
                @Override
                public long pid() {
                    return running.pid();
                }

                @Override
                public String version() {
                    return running.version();
                }

                @Override
                public String tuning() {
                    return running.tuning();
                }

                @Override
                public Target connect(int most) throws IOException {
                    batch = most;
                    return over(running.connect(most), directory.resolve("events-0"));
                }

                @Override
                public void close() throws IOException {
                    running.close();
                }
            };
        }
    }

    private record CutShort(Target target, Path file) implements Target {
        @Override
        public String name() {
            return target.name();
        }

        @Override
        public Durability durability() {
            return target.durability();
        }

        @Override
        public TargetSender sender(int index, Answers answers) throws IOException {
            return target.sender(index, answers);
        }

        @Override
        public long stored() throws IOException {
            try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
                opened.setLength(opened.length() - 1);
            }
            return target.stored();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
