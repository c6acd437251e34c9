package io.evident.load;

import io.evident.event.AuditEvent;
import io.evident.server.cloudtrail.CloudTrailMapping;
import io.evident.server.json.JsonRecord;
import io.evident.server.json.JsonRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The records of a folder of CloudTrail log files as events. */
final class CloudTrailEvents {
    private CloudTrailEvents() {}

    /** All records that make an event, with something before the names of their tenants. Throws {@link IOException} when there are none, or a file cannot be read. */
    static List<AuditEvent> readAll(Path directory, String tenantPrefix) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(file -> file.toString().matches(".*\\.json(\\.gz)?"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<AuditEvent> events = new ArrayList<>();
        CloudTrailMapping mapping = new CloudTrailMapping();
        for (Path file : files) {
            try (JsonRecords records = JsonRecords.ofMember(Files.newInputStream(file), "Records")) {
                for (JsonRecord record = records.next(); record != null; record = records.next()) {
                    CloudTrailMapping.Mapped mapped = record.refusal() == null ? mapping.map(record.bytes()) : null;
                    if (mapped != null && mapped.event() != null) {
                        events.add(withTenant(
                                mapped.event(), tenantPrefix + mapped.event().tenant()));
                    }
                }
            }
        }
        if (events.isEmpty()) {
            throw new IOException("no CloudTrail record in " + directory);
        }
        return events;
    }

    private static AuditEvent withTenant(AuditEvent event, String tenant) {
        return new AuditEvent(
                event.id(),
                event.timeNs(),
                tenant,
                event.stream(),
                event.actorId(),
                event.actorIp(),
                event.actorAgent(),
                event.action(),
                event.category(),
                event.resourceType(),
                event.resourceId(),
                event.outcome(),
                event.severity(),
                event.labels(),
                event.attributes());
    }
}
