package io.evident.server.shards;

import io.evident.sharding.ShardHistory;
import java.io.IOException;
import java.util.List;

/** Where the shard map is kept. */
@FunctionalInterface
public interface MapFile {
    /**
     * Begins another epoch; when this returns, the next start finds it.
     *
     * @return what was wrong with copies, a sentence each
     * @throws IOException when it could not be written: the next start finds the one or the other
     */
    List<String> begin(ShardHistory before, ShardHistory next) throws IOException;
}
