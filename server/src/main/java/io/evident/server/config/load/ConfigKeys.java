package io.evident.server.config.load;

import static io.evident.server.config.load.ScalarTypes.address;
import static io.evident.server.config.load.ScalarTypes.integer;
import static io.evident.server.config.load.ScalarTypes.number;

import io.evident.event.EventField;
import io.evident.event.EventLimits;
import io.evident.event.Tier;
import io.evident.pipeline.journal.Block;
import io.evident.server.config.HostPort;
import io.evident.server.config.LoggingConfig;
import io.evident.server.config.RuleConfig;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue: every key with its type, default, range and meaning. Reading, checking, the shipped
 * {@code config/evident.yaml} and the reference in {@code docs/configuration.md} all follow from it; tests keep it so.
 */
public final class ConfigKeys {
    private static final int DAY_MS = 86_400_000;
    private static final List<ConfigKey<?>> ALL = new ArrayList<>();

    static final ConfigKey<Path> DATA =
            key("data", ScalarTypes.path(), "./data", "The data directory; relative to where evident is started.");
    static final ConfigKey<Boolean> INSECURE = key(
            "insecure",
            ScalarTypes.yesOrNo(),
            "false",
            "Whether to listen on other addresses than loopback without authentication: anyone who reaches them may"
                    + " send and read.");
    static final ConfigKey<Integer> SHARDS = key(
            "shards",
            integer(1, 4096),
            "4",
            "Shards of a new data directory. A directory that is there keeps its number.");
    static final ConfigKey<Integer> WRITERS =
            key("writers", integer(0, 4096), "0", "Writer threads; 0 is one per shard, at most one per processor.");

    static final ConfigKey<HostPort> HTTP_ADDRESS =
            key("http.address", address(), "127.0.0.1:8480", "Where HTTP listens; port 0 takes a free one.");
    static final ConfigKey<Integer> HTTP_MAX_BODY_BYTES = key(
            "http.maxBodyBytes",
            integer(1 << 17, 1 << 30),
            "8388608",
            "Longest request body, as sent and as unpacked; a longer one is refused with 413.");
    static final ConfigKey<Long> HTTP_MAX_BUFFERED_BODY_BYTES = key(
            "http.maxBufferedBodyBytes",
            number(1 << 20, 1L << 40),
            "67108864",
            "Request bodies of all connections together; more is refused with 503.");
    static final ConfigKey<Integer> HTTP_MAX_EVENTS_PER_REQUEST =
            key("http.maxEventsPerRequest", integer(1, 1_000_000), "10000", "Most events of one request.");
    static final ConfigKey<Integer> HTTP_MAX_IN_FLIGHT = key(
            "http.maxInFlight",
            integer(1, 10_000),
            "16",
            "Requests of one connection that wait for their answer; reading stops there.");
    static final ConfigKey<Long> HTTP_HEADER_TIMEOUT_MS = key(
            "http.headerTimeoutMs",
            number(1, DAY_MS),
            "10000",
            "Longest time from the first byte of a request to the end of its header.");
    static final ConfigKey<Long> HTTP_BODY_TIMEOUT_MS = key(
            "http.bodyTimeoutMs",
            number(1, DAY_MS),
            "60000",
            "Longest time from the end of the header to the end of the body.");
    static final ConfigKey<Long> HTTP_IDLE_TIMEOUT_MS = key(
            "http.idleTimeoutMs", number(1, DAY_MS), "60000", "How long a connection without a request stays open.");
    static final ConfigKey<Long> HTTP_ANSWER_TIMEOUT_MS = key(
            "http.answerTimeoutMs",
            number(1, DAY_MS),
            "30000",
            "How long receipts are waited for before the outcome is called unknown.");

    static final ConfigKey<HostPort> TCP_ADDRESS =
            key("tcp.address", address(), "127.0.0.1:8481", "Where the TCP protocol listens; port 0 takes a free one.");
    static final ConfigKey<Integer> TCP_MAX_FRAME_BYTES =
            key("tcp.maxFrameBytes", integer(1 << 17, 1 << 28), "1048576", "Longest frame that is read.");
    static final ConfigKey<Integer> TCP_MAX_BATCH_EVENTS =
            key("tcp.maxBatchEvents", integer(1, 65_535), "4096", "Most events of one frame.");
    static final ConfigKey<Integer> TCP_WINDOW_EVENTS = key(
            "tcp.windowEvents",
            integer(1, 1 << 24),
            "16384",
            "Events of one connection that may wait for their answer; one more is refused with 429.");
    static final ConfigKey<Long> TCP_HELLO_TIMEOUT_MS = key(
            "tcp.helloTimeoutMs",
            number(1, DAY_MS),
            "5000",
            "Longest time from the opening of a connection to its hello.");
    static final ConfigKey<Long> TCP_FRAME_TIMEOUT_MS = key(
            "tcp.frameTimeoutMs", number(1, DAY_MS), "30000", "Longest time from a frame's first byte to its last.");
    static final ConfigKey<Long> TCP_IDLE_TIMEOUT_MS = key(
            "tcp.idleTimeoutMs",
            number(1, DAY_MS),
            "600000",
            "How long a connection without a frame or an unanswered event stays open.");

    static final ConfigKey<Integer> INGEST_EVENT_LOOPS = key(
            "ingest.eventLoops",
            integer(0, 1024),
            "0",
            "Network threads of each protocol; 0 is half of the processors, at least one.");
    static final ConfigKey<Integer> INGEST_MAX_CONNECTIONS = key(
            "ingest.maxConnections",
            integer(1, 1 << 20),
            "1024",
            "Open connections of both protocols; one more is refused with 503.");
    static final ConfigKey<Long> INGEST_WRITE_STALL_TIMEOUT_MS = key(
            "ingest.writeStallTimeoutMs",
            number(1, DAY_MS),
            "30000",
            "How long a client may leave its answers unread before its connection is closed.");

    static final ConfigKey<Integer> LANES_CRITICAL_EVENTS = key(
            "lanes.criticalEvents",
            integer(64, 1 << 26),
            "32768",
            "Events that may wait in the CRITICAL lanes of all shards together; a shard's share is rounded down to a"
                    + " power of two.");
    static final ConfigKey<Integer> LANES_ELEVATED_EVENTS =
            key("lanes.elevatedEvents", integer(64, 1 << 26), "32768", "The same for the ELEVATED lanes.");
    static final ConfigKey<Integer> LANES_STANDARD_EVENTS =
            key("lanes.standardEvents", integer(64, 1 << 26), "65536", "The same for the STANDARD lanes.");
    static final ConfigKey<Long> LANES_OVERFLOW_BYTES = key(
            "lanes.overflowBytes",
            number(1 << 20, 1L << 40),
            "67108864",
            "Buffers of all shards together for waiting events of more than 512 bytes.");

    static final ConfigKey<Tier> TIERS_CRITICAL = key(
            "tiers.critical",
            ScalarTypes.oneOf(Tier.class),
            "synced",
            "When a CRITICAL event is answered whose sender names no tier: accepted is lost when the process dies,"
                    + " journaled by a power cut.");
    static final ConfigKey<Tier> TIERS_ELEVATED =
            key("tiers.elevated", ScalarTypes.oneOf(Tier.class), "synced", "The same for events of the ELEVATED lane.");
    static final ConfigKey<Tier> TIERS_STANDARD =
            key("tiers.standard", ScalarTypes.oneOf(Tier.class), "synced", "The same for events of the STANDARD lane.");

    static final ConfigKey<Integer> EMERGENCY_QUEUE_EVENTS = key(
            "emergency.queueEvents",
            integer(64, 1 << 20),
            "4096",
            "CRITICAL events of a shard that may wait for its emergency journal; rounded down to a power of two.");
    static final ConfigKey<Long> EMERGENCY_OVERFLOW_BYTES = key(
            "emergency.overflowBytes",
            number(1 << 20, 1L << 40),
            "33554432",
            "Buffers of all shards together for those of more than 512 bytes.");
    static final ConfigKey<Long> EMERGENCY_STALL_MS = key(
            "emergency.stallMs",
            number(1, 60_000),
            "50",
            "After so long without progress of a shard's writer its CRITICAL events take the emergency path.");
    static final ConfigKey<Long> EMERGENCY_FILE_BYTES = key(
            "emergency.fileBytes",
            number(512 << 10, 1 << 30),
            "4194304",
            "Size of one file of a shard's emergency journal; two are written ahead at the start.");
    static final ConfigKey<Long> EMERGENCY_TOTAL_BYTES = key(
            "emergency.totalBytes",
            number(512 << 10, 1L << 36),
            "67108864",
            "Most bytes of a shard's emergency journal; 1 to 100 files.");
    static final ConfigKey<Optional<Path>> EMERGENCY_BACKUP = key(
            "emergency.backup",
            ScalarTypes.optionalPath(),
            "none",
            "Directory of a second copy of the emergency journals, best on a volume of its own; or none.");
    static final ConfigKey<Long> EMERGENCY_BACKUP_PATIENCE_MS = key(
            "emergency.backupPatienceMs",
            number(1, 60_000),
            "500",
            "A copy that is so much slower than the other is given up until the next start.");

    static final ConfigKey<Optional<Path>> STANDBY_DIRECTORY = key(
            "standby.directory",
            ScalarTypes.optionalPath(),
            "none",
            "Directory on another volume, where a shard goes on when its volume fails; or none. docs/standby.md.");
    static final ConfigKey<Integer> STANDBY_RETAINED_BYTES = key(
            "standby.retainedBytes",
            integer(1 << 20, 1 << 30),
            "33554432",
            "With a standby directory: memory per shard for what is journaled and not yet forced, to be written again"
                    + " there.");
    static final ConfigKey<Long> STANDBY_FORCE_TIMEOUT_MS = key(
            "standby.forceTimeoutMs",
            number(10, 60_000),
            "3000",
            "With a standby directory: a force that takes longer counts as failed.");

    static final ConfigKey<Integer> BLOCK_MAX_EVENTS =
            key("block.maxEvents", integer(1, Block.MAX_EVENTS), "1000", "Most events of a block.");
    static final ConfigKey<Integer> BLOCK_MAX_BYTES = key(
            "block.maxBytes",
            integer(EventLimits.ENCODED_BYTES + Integer.BYTES, Block.MAX_PAYLOAD_BYTES),
            "262144",
            "Most bytes of a block's events; the longest event has to fit.");
    static final ConfigKey<Long> BLOCK_FLUSH_MS = key(
            "block.flushMs",
            number(1, 60_000),
            "100",
            "The longest an event waits for others to fill its block; a lane that runs dry is written at once.");

    static final ConfigKey<Integer> DUPLICATES_WINDOW_IDS = key(
            "duplicates.windowIds",
            integer(1_000, 100_000_000),
            "1000000",
            "Ids that are remembered to recognise duplicates; the oldest is forgotten first.");
    static final ConfigKey<Integer> DUPLICATES_WINDOW_HOURS = key(
            "duplicates.windowHours",
            integer(1, 8_760),
            "24",
            "How long an id is remembered at least, within windowIds.");

    static final ConfigKey<Integer> PRIORITY_BASE =
            key("priority.base", integer(-1_000_000, 1_000_000), "100", "The score of an event that no rule matches.");
    static final ConfigKey<ZoneId> PRIORITY_ZONE = key(
            "priority.zone",
            ScalarTypes.zone(),
            "UTC",
            "The time zone in which weekdays begin, and occasions that name no zone.");
    static final ConfigKey<Integer> PRIORITY_CRITICAL_FROM =
            key("priority.criticalFrom", integer(-1_000_000, 1_000_000), "800", "Lowest score of the CRITICAL lane.");
    static final ConfigKey<Integer> PRIORITY_ELEVATED_FROM = key(
            "priority.elevatedFrom",
            integer(-1_000_000, 1_000_000),
            "400",
            "Lowest score of the ELEVATED lane; what is below goes to STANDARD.");
    static final ConfigKey<List<RuleConfig>> PRIORITY_RULES = key(
            "priority.rules",
            PriorityTypes.rules(),
            "[{name: active-occasion, when: occasion, points: 1000},"
                    + " {name: p0-critical, when: severity, severity: P0_CRITICAL, points: 800},"
                    + " {name: protected-data, when: protectedData, points: 300}]",
            "What adds points. Kinds ('when'): occasion, the event's stream has an active occasion; weekday, the event's"
                    + " time falls on the field 'weekday'; severity, it has the one in the field 'severity';"
                    + " protectedData, its resource type or a label is protected.");
    static final ConfigKey<List<PriorityTypes.CalendarEntry>> PRIORITY_CALENDAR = key(
            "priority.calendar",
            PriorityTypes.calendar(),
            "[]",
            "Occasions: {stream, from, to, zone}. A time 'to' is exclusive, a plain date 'to' includes that day; zone"
                    + " is optional.");
    static final ConfigKey<Set<String>> PRIORITY_PROTECTED_RESOURCE_TYPES = key(
            "priority.protectedResourceTypes",
            ListTypes.texts(EventField.RESOURCE_TYPE.maxBytes()),
            "[]",
            "Resource types that are protected data, exactly as in events.");
    static final ConfigKey<Set<String>> PRIORITY_PROTECTED_LABELS = key(
            "priority.protectedLabels",
            ListTypes.texts(EventLimits.LABEL_BYTES),
            "[pci, phi, pii]",
            "Labels that mark protected data, exactly as in events.");

    static final ConfigKey<Long> COMMIT_MIN_FORCE_INTERVAL_MS = key(
            "commit.minForceIntervalMs",
            number(0, 10_000),
            "1",
            "Least pause between two forces of a shard; 0 forces as soon as something waits for it. A pause saves CPU and"
                    + " costs a waiting sender a fraction of it.");
    static final ConfigKey<Long> COMMIT_MAX_FORCE_INTERVAL_MS = key(
            "commit.maxForceIntervalMs",
            number(1, 3_600_000),
            "100",
            "The longest that journaled events stay unforced when nobody waits for SYNCED.");

    static final ConfigKey<Long> STORAGE_SEGMENT_BYTES = key(
            "storage.segmentBytes",
            number(1 << 20, 1L << 40),
            "1073741824",
            "A segment that has grown to this size is sealed, and a new one begun.");
    static final ConfigKey<Integer> STORAGE_SEGMENT_HOURS =
            key("storage.segmentHours", integer(1, 8_760), "24", "A segment of this age is sealed.");
    static final ConfigKey<Long> STORAGE_FLOOR_BYTES = key(
            "storage.floorBytes",
            number(0, 1L << 50),
            "268435456",
            "Free space of the data volume below which only CRITICAL events are taken, others are refused with 507; what"
                    + " may wait in the lanes is kept free in any case.");
    static final ConfigKey<Long> STORAGE_RESERVE_BYTES = key(
            "storage.reserveBytes",
            number(0, 1L << 40),
            "67108864",
            "Length of the file 'reserve', which is given up piece by piece for CRITICAL events when the disk is full; 0"
                    + " for none.");
    static final ConfigKey<Integer> STORAGE_AHEAD_BYTES = key(
            "storage.aheadBytes",
            integer(1 << 18, 1 << 30),
            "1048576",
            "How far ahead of a writer the bytes of its segment are on the disk already, so that a full disk is noticed"
                    + " before a block is written.");

    static final ConfigKey<Boolean> INDEX_ENABLED = key(
            "index.enabled",
            ScalarTypes.yesOrNo(),
            "true",
            "Whether there is an index; without it every query reads all events of its time.");
    static final ConfigKey<Long> INDEX_FILTER_BYTES = key(
            "index.filterBytes",
            number(0, 1L << 40),
            "268435456",
            "Most memory for what tells of ids and values that parts of the index do not have them, and never more than an"
                    + " eighth of the heap; about 2.5 bytes an event, of every shard what came last first.");

    static final ConfigKey<Boolean> ARCHIVE_ENABLED =
            key("archive.enabled", ScalarTypes.yesOrNo(), "true", "Whether sealed segments are compressed.");
    static final ConfigKey<Integer> ARCHIVE_AFTER_SECONDS = key(
            "archive.afterSeconds",
            integer(0, 31_536_000),
            "600",
            "How long after it is sealed, or after the start, a segment is left as it is.");
    static final ConfigKey<Long> ARCHIVE_BYTES_PER_SECOND = key(
            "archive.bytesPerSecond",
            number(1 << 16, 1L << 40),
            "16777216",
            "How much is read and compressed in a second at most; intake comes first.");

    static final ConfigKey<Integer> LEDGER_INTERVAL_SECONDS = key(
            "ledger.intervalSeconds",
            integer(0, 86_400),
            "60",
            "Time between two records of the ledger, events of tenant _system by which `evident verify` and any third"
                    + " party recompute what is stored; 0 writes none, not even when the server stops.");

    static final ConfigKey<Integer> RETENTION_INTERVAL_SECONDS = key(
            "retention.intervalSeconds",
            integer(1, 3_600),
            "10",
            "Time between two looks at what has expired by the rules of `evident retention`. docs/retention.md.");
    static final ConfigKey<Integer> RETENTION_REWRITE_PERCENT = key(
            "retention.rewritePercent",
            integer(1, 100),
            "50",
            "A sealed segment is written anew without what has expired when that is as much of its bytes; what has expired as"
                    + " a whole is freed at once.");
    static final ConfigKey<Long> RETENTION_BYTES_PER_SECOND = key(
            "retention.bytesPerSecond",
            number(1 << 16, 1L << 40),
            "67108864",
            "How much is read for that in a second at most; intake comes first.");

    static final ConfigKey<Integer> QUERY_THREADS = key(
            "query.threads",
            integer(1, 1024),
            "2",
            "Threads that answer queries, beside those that help them to read.");
    static final ConfigKey<Integer> QUERY_MAX_QUEUED = key(
            "query.maxQueued",
            integer(1, 1 << 20),
            "64",
            "Queries that wait for a thread; one more is refused with 503.");
    static final ConfigKey<Integer> QUERY_MAX_ANSWER_BYTES = key(
            "query.maxAnswerBytes",
            integer(1 << 17, 1 << 30),
            "16777216",
            "Longest page as JSON; one that would be longer is refused with 422.");
    static final ConfigKey<Integer> QUERY_MAX_TIME_MS = key(
            "query.maxTimeMs",
            integer(10, 3_600_000),
            "10000",
            "Longest time that a query may take; one that needs more is refused with 422.");
    static final ConfigKey<Long> QUERY_MAX_READ_BYTES = key(
            "query.maxReadBytes",
            number(1 << 20, 1L << 50),
            "2147483648",
            "Most bytes that a query reads where no index helps; one that needs more is refused with 422.");
    static final ConfigKey<Long> QUERY_MAX_TEXT_BYTES = key(
            "query.maxTextBytes",
            number(1 << 20, 1L << 50),
            "1073741824",
            "The same for a query that looks for a text.");
    static final ConfigKey<Integer> QUERY_CACHE_ANSWERS =
            key("query.cacheAnswers", integer(1, 10_000_000), "10000", "Answers that are kept to be given again.");
    static final ConfigKey<Long> QUERY_CACHE_BYTES = key(
            "query.cacheBytes",
            number(1 << 20, 1L << 40),
            "67108864",
            "Most memory for answers that are kept; not less than cacheAnswers.");
    static final ConfigKey<Integer> QUERY_CACHE_SECONDS = key(
            "query.cacheSeconds",
            integer(1, 86_400),
            "300",
            "How long an answer is kept; one that is not the answer any more is never given.");
    static final ConfigKey<Integer> QUERY_MAX_EXPORTS = key(
            "query.maxExports",
            integer(1, 1024),
            "8",
            "Exports that are written at a time; one more is refused with 503.");
    static final ConfigKey<Integer> QUERY_MAX_FOLLOWERS =
            key("query.maxFollowers", integer(1, 1 << 20), "1024", "Open followers; one more is refused with 503.");
    static final ConfigKey<Long> QUERY_HEARTBEAT_MS = key(
            "query.heartbeatMs",
            number(100, DAY_MS),
            "15000",
            "Time between two signs of life to a follower for whom there is no event.");

    static final ConfigKey<LoggingConfig.Format> LOGGING_FORMAT = key(
            "logging.format",
            ScalarTypes.oneOf(LoggingConfig.Format.class),
            "text",
            "text for people, json for machines: one JSON object per line. The log goes to standard error.");
    static final ConfigKey<LoggingConfig.Level> LOGGING_LEVEL = key(
            "logging.level", ScalarTypes.oneOf(LoggingConfig.Level.class), "info", "The least grave that is logged.");

    private ConfigKeys() {}

    /** Every key, in the order of the documentation. */
    public static List<ConfigKey<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> ConfigKey<T> key(String name, ValueType<T> type, String defaultText, String help) {
        ConfigKey<T> key = new ConfigKey<>(name, type, defaultText, help);
        ALL.add(key);
        return key;
    }
}
