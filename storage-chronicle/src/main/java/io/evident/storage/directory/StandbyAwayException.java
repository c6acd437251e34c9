package io.evident.storage.directory;

import java.io.IOException;

/** The standby volume of a shard is not there, so that nobody knows which sequences were given away. */
public final class StandbyAwayException extends IOException {
    private static final long serialVersionUID = 1L;

    StandbyAwayException(String message) {
        super(message);
    }
}
