package io.evident.ingest.http.endpoint;

import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.http.EventStream;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes followed events on as server-sent events (the HTML standard, section 9.2), as fast as the client reads them: it
 * is ready as long as its channel is writable. The methods of a follower are the tail's thread's, those of a stream the
 * event loop's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
final class SseFollower implements LiveTail.Follower, EventStream {
    /** What was gathered is passed on from here, also when the tail has more to offer. */
    private static final int PASS_ON_BYTES = 32 * 1024;

    private static final int FIRST_BYTES = 1024;

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final EventJsonWriter json = EventJsonWriter.onOneLine();
    private final long heartbeatMs;
    private final Runnable onClosed;
    private final JsonBytes gathered = new JsonBytes(FIRST_BYTES);
    /** How far behind the client is and was not told yet, as it does not read; 0 when there is nothing to tell. */
    private final AtomicLong untoldLag = new AtomicLong();

    private LiveTail.Following following;
    private Future<?> heartbeat;
    private volatile Channel channel;

    /** @param onClosed run once, when the following has ended */
    SseFollower(long heartbeatMs, Runnable onClosed) {
        this.heartbeatMs = heartbeatMs;
        this.onClosed = onClosed;
    }

    /** Gets the handle that ends the following, before the stream begins. */
    void follows(LiveTail.Following newFollowing) {
        following = newFollowing;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of(HttpHeaderNames.CONTENT_TYPE.toString(), FollowEvents.EVENT_STREAM);
    }

    @Override
    public boolean isReady() {
        Channel open = channel;
        return open != null && open.isWritable();
    }

    /** An id without data is no message, but the client keeps it for {@code Last-Event-ID}. */
    @Override
    public void beginning(String position) {
        put("id: " + position + "\n\n");
        flush();
    }

    @Override
    public void event(StoredEvent event, String position) {
        put("id: " + position + "\nevent: event\ndata: ");
        WrittenEvents.write(json, gathered, event);
        put("\n\n");
        if (gathered.length() >= PASS_ON_BYTES) {
            flush();
        }
    }

    /**
     * Told only while events lie in front of the follower, which is mostly while its client does not read. So it is kept,
     * and is the first thing that the client gets when it reads on.
     */
    @Override
    public void lag(long eventsBehind) {
        untoldLag.set(eventsBehind);
        tellLag();
    }

    @Override
    public void writable() {
        tellLag();
    }

    private void tellLag() {
        Channel open = channel;
        long eventsBehind = open != null && open.isWritable() ? untoldLag.getAndSet(0) : 0;
        if (eventsBehind > 0) {
            String message = "event: lag\ndata: {\"eventsBehind\":" + eventsBehind + "}\n\n";
            send(open, message.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void put(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        gathered.write(utf8, 0, utf8.length);
    }

    @Override
    public void flush() {
        Channel open = channel;
        if (gathered.length() > 0 && open != null) {
            send(open, gathered.toByteArray());
            gathered.clear();
        }
    }

    private static void send(Channel channel, byte[] bytes) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), channel.voidPromise());
    }

    @Override
    public void begin(Channel newChannel) {
        heartbeat =
                newChannel.eventLoop().scheduleAtFixedRate(this::beat, heartbeatMs, heartbeatMs, TimeUnit.MILLISECONDS);
        channel = newChannel;
        tellLag();
    }

    private void beat() {
        if (isReady()) {
            send(channel, HEARTBEAT);
        }
    }

    @Override
    public void closed() {
        channel = null;
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        following.close();
        onClosed.run();
    }
}
