package io.evident.load.search;

import io.evident.load.dataset.DataSet;
import java.util.List;

/** Questions of all kinds but the deep page, in turns, for whoever wants to keep a server busy with them. Thread-safe. */
public final class RandomQuestions {
    private static final List<Question> KINDS = List.of(
            Question.BY_ID,
            Question.ACTOR,
            Question.ACTION,
            Question.RESOURCE,
            Question.COUNT,
            Question.HISTOGRAM,
            Question.NOTHING);

    private final QuestionPicker picker;

    /** @param seed which particulars are drawn */
    public RandomQuestions(DataSet events, long seed) {
        picker = new QuestionPicker(events, seed, List.of());
    }

    /** Path and query of the n-th question. */
    public String path(long n) {
        return EvidentSystem.path(picker.pick(KINDS.get((int) (n % KINDS.size())), n));
    }
}
