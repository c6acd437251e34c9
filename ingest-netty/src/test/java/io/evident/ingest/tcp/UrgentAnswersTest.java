package io.evident.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UrgentAnswersTest {
    private final EventLoop eventLoop = new DefaultEventLoop();
    private final UrgentAnswers urgent = new UrgentAnswers();
    private final List<String> written = new ArrayList<>();

    @AfterEach
    void stop() {
        eventLoop.shutdownGracefully().syncUninterruptibly();
    }

    private TicketQueue connection(Runnable drain) {
        return new TicketQueue(eventLoop, urgent, drain, 1);
    }

    @Test
    void writesWhatEachConnectionHasOnceAndInTurn() {
        connection(() -> written.add("first")).hurry();
        connection(() -> written.add("second")).hurry();

        urgent.write();
        urgent.write();

        assertThat(written).containsExactly("first", "second");
    }

    @Test
    void writesManyAnswersOfAConnectionAtOnceAndLaterOnesAnew() {
        TicketQueue connection = connection(() -> written.add("all"));
        connection.hurry();
        connection.hurry();

        urgent.write();
        assertThat(written).containsExactly("all");

        connection.hurry();
        urgent.write();
        assertThat(written).hasSize(2);
    }

    @Test
    void writesWhatComesMeanwhileAsWellAndNeverWithinAnotherWrite() {
        TicketQueue second = connection(() -> written.add("second"));
        connection(() -> {
                    second.hurry();
                    urgent.write();
                    written.add("first");
                })
                .hurry();

        urgent.write();

        assertThat(written).containsExactly("first", "second");
    }

    @Test
    void forgetsAConnectionThatIsGone() {
        TicketQueue connection = connection(() -> written.add("gone"));
        connection.hurry();

        connection.close();
        connection.hurry();
        urgent.write();

        assertThat(written).isEmpty();
    }
}
