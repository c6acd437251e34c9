package io.evident.ingest.http;

import io.netty.channel.Channel;

/** An answer that goes on until one side ends it. Called on the event loop. */
public interface EventStream {
    /** The header is written: from now on content may be, from any thread. */
    void begin(Channel channel);

    /** The connection is gone or ends. Called once, also when the stream never began. */
    void closed();
}
