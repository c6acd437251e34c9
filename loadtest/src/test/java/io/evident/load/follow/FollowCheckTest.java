package io.evident.load.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FollowCheckTest {
    private static final int COUNT = 2_000;
    private static final int UNSTORED = 3;

    private final LiveEvents events = new LiveEvents(1, 42);
    private final FollowerFilter filter = FollowerFilter.ofAction(events.event(0));
    private final FollowCheck check =
            new FollowCheck(events, COUNT, number -> number != UNSTORED, number -> false, List.of(filter));

    /** By plain reading. */
    private long[] wanted() {
        return LongStream.range(0, COUNT)
                .filter(number -> number != UNSTORED)
                .filter(number -> {
                    AuditEvent event = events.event(number);
                    return event.tenant().equals(filter.tenant())
                            && event.action().equals(filter.action());
                })
                .toArray();
    }

    private void assertFound(long lost, long repeated, long foreign) {
        assertThat(List.of(check.lost(), check.repeated(), check.foreign())).containsExactly(lost, repeated, foreign);
    }

    @Test
    void findsNothingWhenAllCameOnceInAnyOrder() {
        long[] wanted = wanted();
        assertThat(wanted).hasSizeGreaterThan(3).startsWith(0);
        assertThat(check.expected(filter)).isEqualTo(wanted.length);
        long last = wanted[wanted.length - 1];
        wanted[wanted.length - 1] = wanted[0];
        wanted[0] = last;

        check.compare(filter, wanted);

        assertFound(0, 0, 0);
    }

    @Test
    void findsWhatWasLostAtTheBeginningInTheMiddleAndAtTheEnd() {
        long[] wanted = wanted();
        check.compare(filter, LongStream.of(wanted).skip(1).toArray());
        assertFound(1, 0, 0);
        check.compare(filter, LongStream.of(wanted).filter(n -> n != wanted[2]).toArray());
        assertFound(2, 0, 0);
        check.compare(filter, LongStream.of(wanted).limit(wanted.length - 1).toArray());
        assertFound(3, 0, 0);
        check.compare(filter, new long[0]);
        assertFound(3 + wanted.length, 0, 0);
    }

    @Test
    void findsWhatCameTwice() {
        long[] wanted = wanted();

        check.compare(
                filter,
                LongStream.concat(LongStream.of(wanted), LongStream.of(wanted[1]))
                        .toArray());

        assertFound(0, 1, 0);
    }

    @Test
    void findsWhatShouldNotHaveCome() {
        long[] wanted = wanted();

        check.compare(
                filter,
                LongStream.concat(LongStream.of(wanted), LongStream.of(-1, -1, UNSTORED))
                        .toArray());

        assertFound(0, 0, 3);
    }

    @Test
    void knowsAnEventByItsIdAndNoOtherRuns() {
        assertThat(events.number(events.event(77).id().toString())).isEqualTo(77);
        assertThat(events.number(new LiveEvents(1, 43).event(77).id().toString()))
                .isEqualTo(-1);
    }
}
