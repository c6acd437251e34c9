package io.evident.load.http;

/** How events stand in the body of a request. */
public enum HttpForm {
    /** One event, a JSON object. */
    SINGLE("application/json"),
    /** A JSON array. */
    ARRAY("application/json"),
    /** An event on each line. */
    NDJSON("application/x-ndjson");

    private final String mediaType;

    HttpForm(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** Bytes of a body that are not its events'. */
    int lengthWithout(int events) {
        return switch (this) {
            case SINGLE -> 0;
            case ARRAY -> events + 1;
            case NDJSON -> events;
        };
    }

    /** Writes what stands before an event, and returns its length. */
    int putBefore(byte[] to, int at, int index) {
        if (this == SINGLE || (this == NDJSON && index == 0)) {
            return 0;
        }
        to[at] = (byte) (this == NDJSON ? '\n' : index == 0 ? '[' : ',');
        return 1;
    }

    /** Writes what stands behind the last event, and returns its length. */
    int putEnd(byte[] to, int at) {
        if (this == SINGLE) {
            return 0;
        }
        to[at] = (byte) (this == NDJSON ? '\n' : ']');
        return 1;
    }
}
