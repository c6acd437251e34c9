package io.evident.ingest.http;

import io.netty.channel.Channel;
import java.util.Map;

/** An answer that is written piece by piece until one side ends it. Called on the event loop. */
public interface EventStream {
    /** The header fields of the answer, its content type among them. */
    Map<String, String> headers();

    /** The header is written: from now on content may be, from any thread. */
    void begin(Channel channel);

    /** The client has read on: the channel takes content again. Only while the stream goes on. */
    default void writable() {}

    /** The stream is over: the connection is gone or ends, or the stream ended itself. Called once, also when it never began. */
    void closed();
}
