package io.evident.server.demo;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.server.metrics.RoadSnapshot;
import io.evident.server.metrics.Target;
import java.util.Locale;
import java.util.StringJoiner;

/** The demo's result for programs: one line of JSON. Stateless. */
final class DemoJson {
    private DemoJson() {}

    static String of(RoadSnapshot road, double eventsPerSecond, ReceiptCounts receipts) {
        StringJoiner stored = new StringJoiner(",", "{", "}");
        for (Lane lane : Lane.values()) {
            stored.add("\"" + lane.text() + "\":" + road.storedByLane().get(lane));
        }
        StringJoiner tiers = new StringJoiner(",", "{", "}");
        for (Tier tier : Tier.values()) {
            tiers.add("\"" + tier.text() + "\":" + receipts.receipts(tier));
        }
        StringJoiner targets = new StringJoiner(",", "[", "]");
        for (Target target : Target.values()) {
            targets.add(String.format(
                    Locale.ROOT,
                    "{\"target\":\"%s\",\"p99Ms\":%.3f,\"limitMs\":%.3f,\"met\":%s}",
                    target.text(),
                    target.p99Ns(road.sinceStart()) / 1e6,
                    target.limitNs() / 1e6,
                    target.p99Ns(road.sinceStart()) == 0 ? "null" : target.isMet(road.sinceStart())));
        }
        return String.format(
                Locale.ROOT,
                "{\"eventsPerSecond\":%.0f,\"stored\":%s,\"receipts\":%s,\"duplicates\":%d,\"failed\":%d,\"targets\":%s}",
                eventsPerSecond,
                stored,
                tiers,
                receipts.duplicates(),
                receipts.failed(),
                targets);
    }
}
