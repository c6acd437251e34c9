package io.evident.server.ask;

import io.evident.server.json.JsonTree;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a server tells about retention, for people. Stateless. */
final class RetentionTable {
    private static final String OTHERS = "*";
    private static final int MS_PER_SECOND = 1_000;

    private RetentionTable() {}

    static void print(JsonTree overview, PrintWriter out) {
        List<JsonTree> tenants = overview.at("tenants").elements();
        if (tenants.isEmpty()) {
            out.println("No rule: nothing ever expires. `evident retention set TENANT --keep-for 400d` makes one.");
        } else {
            out.println(row("tenant", "rule", "oldest kept", "events removed", "bytes", "held"));
            for (JsonTree tenant : tenants) {
                JsonTree hold = tenant.at("hold");
                String oldest = tenant.text("oldestKept");
                out.println(row(
                        tenant.text("tenant"),
                        rule(tenant),
                        oldest == null ? "-" : oldest,
                        String.format(
                                Locale.ROOT, "%,d", tenant.at("removedEvents").number(0)),
                        SizeText.of(tenant.at("removedBytes").number(0)),
                        hold.isThere()
                                ? "since " + hold.text("since") + " by " + hold.text("by") + ": " + hold.text("reason")
                                : ""));
            }
        }
        JsonTree done = overview.at("sinceStart");
        out.println();
        out.println(String.format(
                Locale.ROOT,
                "Since the start: %,d events (%s) removed, %s of files freed, %d segments freed and %d reduced, %d failures;"
                        + " looked %d s ago.",
                done.at("events").number(0),
                SizeText.of(done.at("bytes").number(0)),
                SizeText.of(done.at("freedBytes").number(0)),
                done.at("segmentsFreed").number(0),
                done.at("segmentsReduced").number(0),
                done.at("failures").number(0),
                done.at("lookedMsAgo").number(0) / MS_PER_SECOND));
    }

    private static String row(String tenant, String rule, String oldest, String events, String bytes, String held) {
        return String.format(
                        Locale.ROOT, "%-24s  %-20s  %-30s  %15s  %10s  %s", tenant, rule, oldest, events, bytes, held)
                .stripTrailing();
    }

    private static String rule(JsonTree tenant) {
        if (tenant.at("rule").isThere()) {
            return text(tenant.at("rule"), ", ");
        }
        return tenant.at("effective").isThere() ? "as *" : "none";
    }

    private static String text(JsonTree rule, String between) {
        List<String> parts = new ArrayList<>();
        if (rule.at("keepFor").isThere()) {
            parts.add(rule.text("keepFor"));
        }
        if (rule.at("keepBytes").isThere()) {
            parts.add(SizeText.of(rule.at("keepBytes").number(0)));
        }
        return String.join(between, parts);
    }

    /** What will happen now, in a sentence or two. */
    static String effect(JsonTree tenant) {
        String name = tenant.text("tenant");
        boolean others = OTHERS.equals(name);
        String whose = others ? "all tenants without a rule of their own (but _system)" : name;
        if (tenant.at("hold").isThere()) {
            return name + " is held: nothing of it expires until `evident retention release " + name
                    + "`. What had expired" + " before is gone.";
        }
        JsonTree rule = tenant.at("effective");
        if (!rule.isThere()) {
            return "No rule is left for " + whose + ": nothing more expires. What had expired before is gone.";
        }
        List<String> ways = new ArrayList<>();
        if (rule.at("keepFor").isThere()) {
            ways.add(rule.text("keepFor") + " after they were received");
        }
        if (rule.at("keepBytes").isThere()) {
            ways.add("when newer ones in sealed segments take "
                    + SizeText.of(rule.at("keepBytes").number(0)));
        }
        String by = !others && !tenant.at("rule").isThere() ? ", by the rule of *" : "";
        return "Events of " + whose + " expire " + String.join(", or ", ways) + by
                + ". What has expired is hidden within"
                + " seconds, and then removed for good"
                + (others ? "." : "; `evident retention hold " + name + " --reason ...` stops that.");
    }
}
