package io.evident.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrgentAnswersTest {
    private final UrgentAnswers urgent = new UrgentAnswers();
    private final List<String> written = new ArrayList<>();

    @Test
    void writesWhatEachConnectionHasOnceAndInTurn() {
        urgent.add(() -> written.add("first"));
        urgent.add(() -> written.add("second"));

        urgent.write();
        urgent.write();

        assertThat(written).containsExactly("first", "second");
    }

    @Test
    void writesWhatComesMeanwhileAsWellAndNeverWithinAnotherWrite() {
        urgent.add(() -> {
            urgent.add(() -> written.add("second"));
            urgent.write();
            written.add("first");
        });

        urgent.write();

        assertThat(written).containsExactly("first", "second");
    }

    @Test
    void goesOnAfterAFailure() {
        urgent.add(() -> {
            throw new IllegalStateException("a connection is broken");
        });
        urgent.add(() -> written.add("second"));

        assertThatThrownBy(urgent::write).isInstanceOf(IllegalStateException.class);
        urgent.write();

        assertThat(written).containsExactly("second");
    }
}
