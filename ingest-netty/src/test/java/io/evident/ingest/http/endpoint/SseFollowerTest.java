package io.evident.ingest.http.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SseFollowerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SseFollower follower = new SseFollower(60_000, () -> {});

    SseFollowerTest() {
        follower.follows(() -> {});
        follower.begin(channel);
    }

    @AfterEach
    void close() {
        follower.closed();
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    private void takesMore(boolean more) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, more);
        channel.runPendingTasks();
        if (more) {
            follower.writable();
        }
    }

    private String sent() {
        StringBuilder text = new StringBuilder();
        for (HttpContent content = channel.readOutbound(); content != null; content = channel.readOutbound()) {
            text.append(content.content().toString(StandardCharsets.UTF_8));
            content.release();
        }
        return text.toString();
    }

    @Test
    void tellsTheLagAtOnceToAClientThatReads() {
        follower.lag(700);
        follower.lag(1_200);
        assertThat(sent())
                .isEqualTo("event: lag\ndata: {\"eventsBehind\":700}\n\nevent: lag\ndata: {\"eventsBehind\":1200}\n\n");
    }

    @Test
    void tellsOnlyTheLastLagToAClientThatReadsOnAndOnlyOnce() {
        takesMore(false);
        assertThat(follower.isReady()).isFalse();
        follower.lag(700);
        follower.lag(1_200);
        assertThat(sent()).isEmpty();
        takesMore(true);
        assertThat(sent()).isEqualTo("event: lag\ndata: {\"eventsBehind\":1200}\n\n");
        takesMore(false);
        takesMore(true);
        assertThat(sent()).isEmpty();
    }

    @Test
    void tellsTheLagBeforeTheEventsThatComeAfterIt() {
        takesMore(false);
        follower.lag(3);
        takesMore(true);
        follower.beginning("p1");
        assertThat(sent()).isEqualTo("event: lag\ndata: {\"eventsBehind\":3}\n\nid: p1\n\n");
    }
}
