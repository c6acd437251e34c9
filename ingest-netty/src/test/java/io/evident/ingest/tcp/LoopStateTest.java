package io.evident.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.ingest.ScriptedIntake;
import io.evident.ingest.TcpLimits;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopStateTest {
    @Test
    void whoeverGotEventsIsWokenOnceATurnForAllConnections() throws Exception {
        TcpLimits limits = new TcpLimits(1 << 20, 1_000, 1_000, 5_000, 5_000, 60_000, 5_000);
        ScriptedIntake door = new ScriptedIntake();
        EventLoop eventLoop = new DefaultEventLoop();
        try {
            LoopState loop = eventLoop
                    .submit(() ->
                            LoopState.perLoop(limits, new ReceiptLatencies()).get())
                    .get();
            eventLoop
                    .submit(() -> {
                        loop.published(1, eventLoop, door);
                        loop.published(4, eventLoop, door);
                        loop.published(0, eventLoop, door);
                    })
                    .get();
            eventLoop.submit(() -> loop.published(2, eventLoop, door)).get();
            eventLoop.submit(() -> {}).get();
            assertThat(door.flushed).isEqualTo(List.of(5L, 2L));
        } finally {
            eventLoop.shutdownGracefully().syncUninterruptibly();
        }
    }
}
