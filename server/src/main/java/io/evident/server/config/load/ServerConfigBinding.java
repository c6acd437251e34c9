package io.evident.server.config.load;

import io.evident.server.config.BlockConfig;
import io.evident.server.config.CommitConfig;
import io.evident.server.config.DuplicatesConfig;
import io.evident.server.config.EmergencyConfig;
import io.evident.server.config.HttpConfig;
import io.evident.server.config.IngestConfig;
import io.evident.server.config.LanesConfig;
import io.evident.server.config.LedgerConfig;
import io.evident.server.config.LoggingConfig;
import io.evident.server.config.OccasionConfig;
import io.evident.server.config.PriorityConfig;
import io.evident.server.config.QueryConfig;
import io.evident.server.config.RetentionConfig;
import io.evident.server.config.ServerConfig;
import io.evident.server.config.StandbyConfig;
import io.evident.server.config.StorageConfig;
import io.evident.server.config.TcpConfig;
import io.evident.server.config.TiersConfig;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Makes the records of the configuration from the values of the keys. Stateless. */
final class ServerConfigBinding {
    private ServerConfigBinding() {}

    static ServerConfig bind(ConfigValues values, List<String> problems) {
        return new ServerConfig(
                values.get(ConfigKeys.DATA),
                values.get(ConfigKeys.INSECURE),
                values.get(ConfigKeys.SHARDS),
                values.get(ConfigKeys.WRITERS),
                http(values),
                tcp(values),
                new IngestConfig(
                        values.get(ConfigKeys.INGEST_EVENT_LOOPS),
                        values.get(ConfigKeys.INGEST_MAX_CONNECTIONS),
                        values.get(ConfigKeys.INGEST_WRITE_STALL_TIMEOUT_MS)),
                new LanesConfig(
                        values.get(ConfigKeys.LANES_CRITICAL_EVENTS),
                        values.get(ConfigKeys.LANES_ELEVATED_EVENTS),
                        values.get(ConfigKeys.LANES_STANDARD_EVENTS),
                        values.get(ConfigKeys.LANES_OVERFLOW_BYTES)),
                new TiersConfig(
                        values.get(ConfigKeys.TIERS_CRITICAL),
                        values.get(ConfigKeys.TIERS_ELEVATED),
                        values.get(ConfigKeys.TIERS_STANDARD)),
                emergency(values),
                new StandbyConfig(
                        values.get(ConfigKeys.STANDBY_DIRECTORY).orElse(null),
                        values.get(ConfigKeys.STANDBY_RETAINED_BYTES),
                        values.get(ConfigKeys.STANDBY_FORCE_TIMEOUT_MS)),
                new BlockConfig(
                        values.get(ConfigKeys.BLOCK_MAX_EVENTS),
                        values.get(ConfigKeys.BLOCK_MAX_BYTES),
                        values.get(ConfigKeys.BLOCK_FLUSH_MS)),
                new DuplicatesConfig(
                        values.get(ConfigKeys.DUPLICATES_WINDOW_IDS), values.get(ConfigKeys.DUPLICATES_WINDOW_HOURS)),
                priority(values, problems),
                new CommitConfig(
                        values.get(ConfigKeys.COMMIT_MIN_FORCE_INTERVAL_MS),
                        values.get(ConfigKeys.COMMIT_MAX_FORCE_INTERVAL_MS)),
                new StorageConfig(
                        values.get(ConfigKeys.STORAGE_SEGMENT_BYTES),
                        values.get(ConfigKeys.STORAGE_SEGMENT_HOURS),
                        values.get(ConfigKeys.STORAGE_FLOOR_BYTES),
                        values.get(ConfigKeys.STORAGE_RESERVE_BYTES),
                        values.get(ConfigKeys.STORAGE_AHEAD_BYTES),
                        values.get(ConfigKeys.INDEX_ENABLED),
                        values.get(ConfigKeys.INDEX_FILTER_BYTES),
                        values.get(ConfigKeys.ARCHIVE_ENABLED),
                        values.get(ConfigKeys.ARCHIVE_AFTER_SECONDS),
                        values.get(ConfigKeys.ARCHIVE_BYTES_PER_SECOND)),
                new LedgerConfig(values.get(ConfigKeys.LEDGER_INTERVAL_SECONDS)),
                new RetentionConfig(
                        values.get(ConfigKeys.RETENTION_INTERVAL_SECONDS),
                        values.get(ConfigKeys.RETENTION_REWRITE_PERCENT),
                        values.get(ConfigKeys.RETENTION_BYTES_PER_SECOND)),
                query(values),
                new LoggingConfig(values.get(ConfigKeys.LOGGING_FORMAT), values.get(ConfigKeys.LOGGING_LEVEL)));
    }

    private static EmergencyConfig emergency(ConfigValues values) {
        return new EmergencyConfig(
                values.get(ConfigKeys.EMERGENCY_QUEUE_EVENTS),
                values.get(ConfigKeys.EMERGENCY_OVERFLOW_BYTES),
                values.get(ConfigKeys.EMERGENCY_STALL_MS),
                values.get(ConfigKeys.EMERGENCY_FILE_BYTES),
                values.get(ConfigKeys.EMERGENCY_TOTAL_BYTES),
                values.get(ConfigKeys.EMERGENCY_BACKUP).orElse(null),
                values.get(ConfigKeys.EMERGENCY_BACKUP_PATIENCE_MS));
    }

    private static HttpConfig http(ConfigValues values) {
        return new HttpConfig(
                values.get(ConfigKeys.HTTP_ADDRESS),
                values.get(ConfigKeys.HTTP_MAX_BODY_BYTES),
                values.get(ConfigKeys.HTTP_MAX_BUFFERED_BODY_BYTES),
                values.get(ConfigKeys.HTTP_MAX_EVENTS_PER_REQUEST),
                values.get(ConfigKeys.HTTP_MAX_IN_FLIGHT),
                values.get(ConfigKeys.HTTP_HEADER_TIMEOUT_MS),
                values.get(ConfigKeys.HTTP_BODY_TIMEOUT_MS),
                values.get(ConfigKeys.HTTP_IDLE_TIMEOUT_MS),
                values.get(ConfigKeys.HTTP_ANSWER_TIMEOUT_MS));
    }

    private static TcpConfig tcp(ConfigValues values) {
        return new TcpConfig(
                values.get(ConfigKeys.TCP_ADDRESS),
                values.get(ConfigKeys.TCP_MAX_FRAME_BYTES),
                values.get(ConfigKeys.TCP_MAX_BATCH_EVENTS),
                values.get(ConfigKeys.TCP_WINDOW_EVENTS),
                values.get(ConfigKeys.TCP_HELLO_TIMEOUT_MS),
                values.get(ConfigKeys.TCP_FRAME_TIMEOUT_MS),
                values.get(ConfigKeys.TCP_IDLE_TIMEOUT_MS));
    }

    private static QueryConfig query(ConfigValues values) {
        return new QueryConfig(
                values.get(ConfigKeys.QUERY_THREADS),
                values.get(ConfigKeys.QUERY_MAX_QUEUED),
                values.get(ConfigKeys.QUERY_MAX_ANSWER_BYTES),
                values.get(ConfigKeys.QUERY_MAX_TIME_MS),
                values.get(ConfigKeys.QUERY_MAX_READ_BYTES),
                values.get(ConfigKeys.QUERY_MAX_TEXT_BYTES),
                values.get(ConfigKeys.QUERY_CACHE_ANSWERS),
                values.get(ConfigKeys.QUERY_CACHE_BYTES),
                values.get(ConfigKeys.QUERY_CACHE_SECONDS),
                values.get(ConfigKeys.QUERY_MAX_EXPORTS),
                values.get(ConfigKeys.QUERY_MAX_FOLLOWERS),
                values.get(ConfigKeys.QUERY_HEARTBEAT_MS));
    }

    private static PriorityConfig priority(ConfigValues values, List<String> problems) {
        ZoneId zone = values.get(ConfigKeys.PRIORITY_ZONE);
        List<OccasionConfig> calendar = new ArrayList<>();
        for (PriorityTypes.CalendarEntry entry : values.get(ConfigKeys.PRIORITY_CALENDAR)) {
            OccasionConfig occasion = new OccasionConfig(
                    entry.stream(), entry.from(), entry.to(), entry.zone() == null ? zone : entry.zone());
            if (!occasion.fromInstant().isBefore(occasion.toInstant())) {
                problems.add(entry.where() + ": priority.calendar: the occasion of stream '" + entry.stream()
                        + "' ends at or before its begin");
            }
            calendar.add(occasion);
        }
        return new PriorityConfig(
                values.get(ConfigKeys.PRIORITY_BASE),
                zone,
                values.get(ConfigKeys.PRIORITY_CRITICAL_FROM),
                values.get(ConfigKeys.PRIORITY_ELEVATED_FROM),
                values.get(ConfigKeys.PRIORITY_RULES),
                calendar,
                values.get(ConfigKeys.PRIORITY_PROTECTED_RESOURCE_TYPES),
                values.get(ConfigKeys.PRIORITY_PROTECTED_LABELS));
    }
}
