package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.sharding.query.ReadHelpers.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadHelpersTest {
    private final ReadHelpers helpers = ReadHelpers.start(2);

    @AfterEach
    void end() {
        helpers.close();
    }

    private static List<Piece<Integer>> numbers(int count) {
        List<Piece<Integer>> pieces = new ArrayList<>();
        IntStream.range(0, count).forEach(number -> pieces.add(() -> number));
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 1_000})
    void resultsAreInTheOrderOfThePieces(int count) throws IOException {
        assertThat(helpers.run(numbers(count)))
                .isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void severalThreadsReadAtTheSameTime() throws IOException {
        CountDownLatch allAreThere = new CountDownLatch(3);
        Piece<Thread> piece = () -> {
            allAreThere.countDown();
            await(allAreThere);
            return Thread.currentThread();
        };
        assertThat(helpers.run(List.of(piece, piece, piece)))
                .doesNotHaveDuplicates()
                .contains(Thread.currentThread());
    }

    @Test
    void theQuerysOwnThreadDoesAllThatNoHelperBegins() throws IOException {
        Set<Thread> readers = ConcurrentHashMap.newKeySet();
        Piece<Boolean> piece = () -> readers.add(Thread.currentThread());
        ReadHelpers.NONE.run(List.of(piece, piece, piece));
        helpers.close();
        helpers.run(List.of(piece, piece, piece));
        assertThat(readers).containsExactly(Thread.currentThread());
    }

    @Test
    void aQueryDoesNotWaitForHelpersThatAreBusyWithAnother() throws Exception {
        CountDownLatch busy = new CountDownLatch(3);
        CountDownLatch goOn = new CountDownLatch(1);
        Piece<Integer> blocked = () -> {
            busy.countDown();
            await(goOn);
            return 0;
        };
        Thread other = new Thread(() -> {
            try {
                helpers.run(List.of(blocked, blocked, blocked));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        busy.await();
        assertThat(helpers.run(numbers(5))).containsExactly(0, 1, 2, 3, 4);
        goOn.countDown();
        other.join();
    }

    @Test
    void theFirstFailureInOrderIsThrownWhenNothingRunsAnyMore() {
        CountDownLatch bothRun = new CountDownLatch(2);
        AtomicInteger running = new AtomicInteger();
        List<Piece<Integer>> pieces = List.of(failing(bothRun, running, "first"), failing(bothRun, running, "second"));
        assertThatThrownBy(() -> helpers.run(pieces))
                .isInstanceOf(IOException.class)
                .hasMessage("first")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("second")));
        assertThat(running).hasValue(0);
    }

    private static Piece<Integer> failing(CountDownLatch bothRun, AtomicInteger running, String message) {
        return () -> {
            running.incrementAndGet();
            bothRun.countDown();
            await(bothRun);
            running.decrementAndGet();
            throw new IOException(message);
        };
    }

    @Test
    void anErrorIsThrownBeforeAFailureThatIsExpected() {
        CountDownLatch bothRun = new CountDownLatch(2);
        List<Piece<Integer>> pieces = List.of(failing(bothRun, new AtomicInteger(), "expected"), () -> {
            bothRun.countDown();
            await(bothRun);
            throw new InternalError("a page that cannot be read");
        });
        assertThatThrownBy(() -> helpers.run(pieces)).isInstanceOf(InternalError.class);
    }

    @Test
    void nothingIsBegunBehindAFailure() {
        List<Piece<Integer>> pieces = new ArrayList<>();
        AtomicInteger begun = new AtomicInteger();
        pieces.add(() -> {
            throw new IOException("the first piece");
        });
        for (int i = 0; i < 10; i++) {
            pieces.add(begun::incrementAndGet);
        }
        assertThatThrownBy(() -> ReadHelpers.NONE.run(pieces)).hasMessage("the first piece");
        assertThat(begun).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "63, 1", "64, 2", "95, 2", "96, 3", "1000000, 3"})
    void cutsWhatIsMuchIntoAtMostOnePieceForEachThread(long reads, int pieces) {
        assertThat(helpers.piecesFor(reads)).isEqualTo(pieces);
        assertThat(ReadHelpers.NONE.piecesFor(reads)).isEqualTo(1);
    }

    @Test
    void failuresOfOtherKindsStayWhatTheyAre() {
        assertThatThrownBy(() -> helpers.run(List.of(() -> {
                    throw new IllegalStateException("unchecked");
                })))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unchecked");
        assertThatThrownBy(() -> helpers.run(List.of(() -> {
                    throw new InternalError("a page that cannot be read");
                })))
                .isInstanceOf(InternalError.class);
    }

    @Test
    void anInterruptedQueryStillWaitsForItsHelpersAndStaysInterrupted() throws IOException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread query = Thread.currentThread();
        List<Piece<Boolean>> pieces = List.of(
                () -> {
                    await(begun);
                    query.interrupt();
                    interrupted.countDown();
                    return false;
                },
                () -> {
                    begun.countDown();
                    await(interrupted);
                    // It has been interrupted by then, and waits again.
                    while (query.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                    return Thread.currentThread() != query;
                });
        assertThat(helpers.run(pieces)).containsExactly(false, true);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
