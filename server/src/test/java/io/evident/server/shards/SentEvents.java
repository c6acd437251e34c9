package io.evident.server.shards;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what was answered, by index. */
final class SentEvents implements ReceiptSink {
    /** One answer; {@code refusal} is {@code null} for a receipt. */
    record Answer(int shard, int incarnation, long sequence, boolean duplicate, Refusal refusal) {}

    private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();

    @Override
    public void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        answer(index, new Answer(shard, incarnation, sequence, duplicate, null));
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        answer(index, new Answer(-1, 0, -1, false, refusal));
    }

    private synchronized void answer(int index, Answer answer) {
        if (answers.put(index, answer) != null) {
            throw new AssertionError("answered twice: " + index);
        }
        notifyAll();
    }

    @Override
    public void flush() {
        // Whoever waits is told at once.
    }

    int count() {
        return answers.size();
    }

    List<Answer> all() {
        return List.copyOf(answers.values());
    }

    Answer answer(int index) {
        return answers.get(index);
    }

    synchronized Answer await(int index) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (answers.get(index) == null) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no answer to " + index);
            }
            wait(100);
        }
        return answers.get(index);
    }
}
