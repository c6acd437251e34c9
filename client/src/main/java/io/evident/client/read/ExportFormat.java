package io.evident.client.read;

/** How exported events are written. */
public enum ExportFormat {
    /** One JSON object on each line. */
    NDJSON("ndjson", "application/x-ndjson"),
    /** A header and a row for each event (RFC 4180). */
    CSV("csv", "text/csv");

    private final String text;
    private final String mediaType;

    ExportFormat(String text, String mediaType) {
        this.text = text;
        this.mediaType = mediaType;
    }

    /** The name in a request. */
    public String text() {
        return text;
    }

    String mediaType() {
        return mediaType;
    }
}
