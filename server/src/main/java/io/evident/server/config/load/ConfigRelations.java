package io.evident.server.config.load;

import io.evident.server.config.EmergencyConfig;
import io.evident.server.config.HostPort;
import io.evident.server.config.LanesConfig;
import io.evident.server.config.ServerConfig;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** How values have to fit together. Stateless. */
final class ConfigRelations {
    /** The smallest ring that is worth having. */
    private static final int LEAST_EVENTS_PER_LANE = 16;
    /** What the emergency journal's file names and its start have room for. */
    private static final int MAX_EMERGENCY_FILES = 100;

    private ConfigRelations() {}

    /** Notes what does not fit; {@code sourceOf} tells where a key's value comes from. */
    static void check(ServerConfig config, Function<ConfigKey<?>, String> sourceOf, List<String> problems) {
        checkAddress(ConfigKeys.HTTP_ADDRESS, config.http().address(), config.insecure(), sourceOf, problems);
        checkAddress(ConfigKeys.TCP_ADDRESS, config.tcp().address(), config.insecure(), sourceOf, problems);
        if (config.http().address().port() != 0
                && config.http().address().equals(config.tcp().address())) {
            problems.add(sourceOf.apply(ConfigKeys.TCP_ADDRESS) + ": tcp.address is '"
                    + config.tcp().address() + "', and so is http.address; each needs its own");
        }
        if (config.priority().elevatedFrom() > config.priority().criticalFrom()) {
            problems.add(sourceOf.apply(ConfigKeys.PRIORITY_ELEVATED_FROM) + ": priority.elevatedFrom is "
                    + config.priority().elevatedFrom() + "; it has to be at most priority.criticalFrom, "
                    + config.priority().criticalFrom());
        }
        if (config.commit().minForceIntervalMs() > config.commit().maxForceIntervalMs()) {
            problems.add(sourceOf.apply(ConfigKeys.COMMIT_MIN_FORCE_INTERVAL_MS) + ": commit.minForceIntervalMs is "
                    + config.commit().minForceIntervalMs() + "; it has to be at most commit.maxForceIntervalMs, "
                    + config.commit().maxForceIntervalMs());
        }
        if (config.http().maxBufferedBodyBytes() < config.http().maxBodyBytes()) {
            problems.add(sourceOf.apply(ConfigKeys.HTTP_MAX_BUFFERED_BODY_BYTES) + ": http.maxBufferedBodyBytes is "
                    + config.http().maxBufferedBodyBytes() + "; it has to be at least http.maxBodyBytes, "
                    + config.http().maxBodyBytes());
        }
        checkLanes(config, sourceOf, problems);
        checkEmergency(config.emergency(), sourceOf, problems);
        checkStandby(config, sourceOf, problems);
    }

    private static void checkStandby(
            ServerConfig config, Function<ConfigKey<?>, String> sourceOf, List<String> problems) {
        if (config.standby().directory() == null) {
            return;
        }
        Path standby = config.standby().directory().toAbsolutePath().normalize();
        Path data = config.data().toAbsolutePath().normalize();
        if (standby.startsWith(data) || data.startsWith(standby)) {
            problems.add(sourceOf.apply(ConfigKeys.STANDBY_DIRECTORY) + ": standby.directory is '"
                    + config.standby().directory() + "', and data is '" + config.data()
                    + "'; none may be within the other, and they belong on different volumes");
        }
        Path backup = config.emergency().backup();
        if (backup != null && standby.equals(backup.toAbsolutePath().normalize())) {
            problems.add(sourceOf.apply(ConfigKeys.STANDBY_DIRECTORY) + ": standby.directory is '"
                    + config.standby().directory() + "', and so is emergency.backup; each needs its own");
        }
    }

    private static void checkEmergency(
            EmergencyConfig emergency, Function<ConfigKey<?>, String> sourceOf, List<String> problems) {
        long files = emergency.totalBytes() / emergency.fileBytes();
        if (files < 1 || files > MAX_EMERGENCY_FILES) {
            problems.add(sourceOf.apply(ConfigKeys.EMERGENCY_TOTAL_BYTES) + ": emergency.totalBytes is "
                    + emergency.totalBytes() + "; it has to be 1 to " + MAX_EMERGENCY_FILES
                    + " times emergency.fileBytes, " + emergency.fileBytes());
        }
    }

    private static void checkLanes(
            ServerConfig config, Function<ConfigKey<?>, String> sourceOf, List<String> problems) {
        LanesConfig lanes = config.lanes();
        int least = Math.min(lanes.criticalEvents(), Math.min(lanes.elevatedEvents(), lanes.standardEvents()));
        if (least / config.shards() < LEAST_EVENTS_PER_LANE) {
            problems.add(sourceOf.apply(ConfigKeys.SHARDS) + ": shards is " + config.shards()
                    + "; each lane needs room for at least " + LEAST_EVENTS_PER_LANE
                    + " events per shard: give lanes.criticalEvents, lanes.elevatedEvents and lanes.standardEvents at"
                    + " least " + (long) LEAST_EVENTS_PER_LANE * config.shards());
        }
    }

    /** Without authentication only this machine may come in, unless the user said otherwise. */
    private static void checkAddress(
            ConfigKey<HostPort> key,
            HostPort address,
            boolean insecure,
            Function<ConfigKey<?>, String> sourceOf,
            List<String> problems) {
        try {
            if (!address.isLoopback() && !insecure) {
                problems.add(sourceOf.apply(key) + ": " + key.name() + " is '" + address
                        + "', which other machines can reach, and there is no authentication: anyone could send and"
                        + " read. Use a loopback address such as 127.0.0.1, or --insecure if that is what you want");
            }
        } catch (UnknownHostException e) {
            problems.add(sourceOf.apply(key) + ": " + key.name() + " is '" + address + "'; there is no host '"
                    + address.host() + "'");
        }
    }
}
