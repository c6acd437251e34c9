package io.evident.load.peer.postgres;

/** How rows get into the table. */
public enum PostgresWay {
    /** {@code COPY} of what has gathered, a transaction each, on a few connections. */
    COPY("postgres-copy", 2, 2_000, 32_768),
    /** A prepared {@code INSERT} and a transaction for each row, on many connections. */
    INSERT("postgres-insert", 32, 1, 4_096);

    private final String peer;
    private final int connections;
    private final int mostRows;
    private final int window;

    PostgresWay(String peer, int connections, int mostRows, int window) {
        this.peer = peer;
        this.connections = connections;
        this.mostRows = mostRows;
        this.window = window;
    }

    String peer() {
        return peer;
    }

    int connections() {
        return connections;
    }

    int mostRows() {
        return mostRows;
    }

    int window() {
        return window;
    }
}
