package io.evident.server.config;

import java.nio.file.Path;

/**
 * Everything that can be set about a server. Made by {@link io.evident.server.config.load.ConfigLoader}, which has
 * checked every value and how they fit together; what each means and may be stands in {@code config/evident.yaml}.
 *
 * @param data the data directory
 * @param insecure whether addresses other than loopback may be served without authentication
 * @param shards number of shards of a new data directory
 * @param writers writer threads; 0 for one per shard, at most one per processor
 */
public record ServerConfig(
        Path data,
        boolean insecure,
        int shards,
        int writers,
        HttpConfig http,
        TcpConfig tcp,
        IngestConfig ingest,
        LanesConfig lanes,
        TiersConfig tiers,
        EmergencyConfig emergency,
        StandbyConfig standby,
        BlockConfig block,
        DuplicatesConfig duplicates,
        PriorityConfig priority,
        CommitConfig commit,
        StorageConfig storage,
        LedgerConfig ledger,
        RetentionConfig retention,
        QueryConfig query,
        LoggingConfig logging) {

    /** The same configuration with another priority policy. */
    public ServerConfig withPriority(PriorityConfig newPriority) {
        return new ServerConfig(
                data,
                insecure,
                shards,
                writers,
                http,
                tcp,
                ingest,
                lanes,
                tiers,
                emergency,
                standby,
                block,
                duplicates,
                newPriority,
                commit,
                storage,
                ledger,
                retention,
                query,
                logging);
    }
}
