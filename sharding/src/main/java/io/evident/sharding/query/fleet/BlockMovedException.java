package io.evident.sharding.query.fleet;

import java.io.IOException;

/**
 * A block of an emergency journal was folded into the shard's own and let go after the shard was looked at. Whoever looks
 * again finds its events there.
 */
public final class BlockMovedException extends IOException {
    private static final long serialVersionUID = 1L;

    BlockMovedException(IOException cause) {
        super("it was folded in meanwhile, again and again: " + cause.getMessage(), cause);
    }
}
