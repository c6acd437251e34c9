package io.evident.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Writes answers as HTTP/1.1 responses, with the header fields that all of them have. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
final class ResponseWriter {
    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Of the second at hand, because its text is asked for with each answer. */
    private static volatile Date date = new Date(0, HTTP_DATE.format(Instant.EPOCH));

    private record Date(long epochSecond, String text) {
        static String now() {
            long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
            Date known = date;
            if (known.epochSecond != second) {
                known = new Date(second, HTTP_DATE.format(Instant.ofEpochSecond(second)));
                date = known;
            }
            return known.text;
        }
    }

    private final ChannelHandlerContext ctx;

    ResponseWriter(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    /** Writes an answer; a client that asked by HEAD gets only its header. */
    ChannelFuture write(HttpAnswer answer, boolean head) {
        // Wrapped, not copied: the same pieces may stand in several answers at a time.
        List<byte[]> pieces = answer.body();
        ByteBuf body = pieces.size() == 1
                ? Unpooled.wrappedBuffer(pieces.get(0))
                : Unpooled.wrappedBuffer(pieces.toArray(new byte[0][]));
        int bodyBytes = body.readableBytes();
        ByteBuf content = head ? Unpooled.EMPTY_BUFFER : body;
        var response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), content);
        HttpHeaders headers = response.headers();
        common(headers);
        if (answer.contentType() != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
        }
        answer.headers().forEach(headers::set);
        if (answer.close()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return ctx.write(response).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** Tells a client that waits for it to send its body. */
    void goOn() {
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER),
                ctx.voidPromise());
    }

    /**
     * Writes the header of a stream.
     *
     * @param chunked whether the client understands that, and so can tell the end from a broken connection
     * @param close whether the connection ends with it
     */
    void beginStream(Map<String, String> fields, boolean chunked, boolean close) {
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpHeaders headers = response.headers();
        common(headers);
        fields.forEach(headers::set);
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.writeAndFlush(response, ctx.voidPromise());
    }

    /** Ends a stream that is complete. */
    ChannelFuture endStream() {
        return ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private static void common(HttpHeaders headers) {
        headers.set(HttpHeaderNames.DATE, Date.now());
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("x-content-type-options", "nosniff");
    }
}
