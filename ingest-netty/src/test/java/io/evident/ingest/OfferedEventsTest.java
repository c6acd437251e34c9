package io.evident.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfferedEventsTest {
    @Test
    void whoeverGotEventsIsWokenOnceATurnForAllConnections() throws Exception {
        ScriptedIntake door = new ScriptedIntake();
        OfferedEvents offered = new OfferedEvents(door);
        EventLoop eventLoop = new DefaultEventLoop();
        try {
            eventLoop
                    .submit(() -> {
                        offered.published(1, eventLoop);
                        offered.published(4, eventLoop);
                        offered.published(0, eventLoop);
                    })
                    .get();
            eventLoop.submit(() -> offered.published(2, eventLoop)).get();
            eventLoop.submit(() -> {}).get();
            assertThat(door.flushed).isEqualTo(List.of(5L, 2L));
        } finally {
            eventLoop.shutdownGracefully().syncUninterruptibly();
        }
    }
}
