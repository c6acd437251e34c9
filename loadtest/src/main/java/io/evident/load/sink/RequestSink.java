package io.evident.load.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers requests that post events with a length, in every form that Evident takes. */
final class RequestSink implements SinkProtocol {
    private static final String LENGTH = "Content-Length: ";
    private static final byte[] EVENT = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_CHARACTERS = 36;
    private static final int FIRST_DASH = 8;

    @Override
    public int take(byte[] bytes, int from, int to, SinkConnection answers) throws IOException {
        int headEnd = from;
        while (headEnd < to && !isEndOfHead(bytes, from, headEnd)) {
            headEnd++;
        }
        if (headEnd >= to) {
            return -1;
        }
        int bodyFrom = headEnd + 1;
        String head = new String(bytes, from, headEnd - from, StandardCharsets.US_ASCII);
        int length = head.indexOf(LENGTH) + LENGTH.length();
        if (length < LENGTH.length()) {
            throw new IOException("a request without a length");
        }
        int end = bodyFrom + Integer.parseInt(head.substring(length, head.indexOf('\r', length)));
        if (end > to) {
            return -1;
        }
        answers.answer(answer(bytes, bodyFrom, end));
        return end;
    }

    private static boolean isEndOfHead(byte[] bytes, int from, int at) {
        return at - from > 2 && bytes[at] == '\n' && bytes[at - 2] == '\n';
    }

    private static byte[] answer(byte[] bytes, int from, int to) {
        StringBuilder body = new StringBuilder("{\"receipts\":[");
        int index = 0;
        for (int at = nextEvent(bytes, from, to); at >= 0; at = nextEvent(bytes, at, to)) {
            String id = new String(bytes, at, ID_CHARACTERS, StandardCharsets.US_ASCII);
            body.append(index == 0 ? "" : ",")
                    .append("{\"index\":")
                    .append(index++)
                    .append(",\"id\":\"")
                    .append(id)
                    .append(
                            "\",\"shard\":0,\"incarnation\":1,\"sequence\":0,\"tier\":\"journaled\",\"lane\":\"standard\"}");
        }
        body.append("],\"rejected\":[]}");
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    /** Where the id of the next event begins, or -1. The generator's events begin with their id. */
    private static int nextEvent(byte[] bytes, int from, int to) {
        for (int at = from; at < to - EVENT.length - ID_CHARACTERS; at++) {
            if (bytes[at] == '{' && isEvent(bytes, at)) {
                return at + EVENT.length;
            }
        }
        return -1;
    }

    private static boolean isEvent(byte[] bytes, int at) {
        for (int i = 0; i < EVENT.length; i++) {
            if (bytes[at + i] != EVENT[i]) {
                return false;
            }
        }
        // An actor's id stands first in its object too, but is no UUID.
        int id = at + EVENT.length;
        return bytes[id + FIRST_DASH] == '-' && bytes[id + ID_CHARACTERS] == '"';
    }
}
