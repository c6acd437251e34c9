package io.evident.server.shards;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of the events that were sent, by the rules as docs/retention.md tells them: the oracle, which has a list and
 * looks at each. Of rules by size it only says what they may have hidden.
 */
final class KeptEvents {
    /** For all tenants without a rule of their own. */
    static final String OTHERS = "*";

    /** One that was acknowledged. */
    record Sent(
            long number, String tenant, String stream, long receivedNs, int shard, int incarnation, long sequence) {}

    /** When by age: what was received up to then has expired. When by size: so much is kept. The other one is -1. */
    private record Rule(long cutoffNs, long keepBytes) {}

    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, Rule> rules = new HashMap<>();
    private final Set<String> held = new HashSet<>();
    private final Set<Long> expired = new HashSet<>();

    void add(Sent event) {
        sent.add(event);
    }

    List<Sent> all() {
        return sent;
    }

    List<Sent> of(String tenant) {
        return sent.stream().filter(event -> event.tenant().equals(tenant)).toList();
    }

    boolean isExpired(Sent event) {
        return expired.contains(event.number());
    }

    void ruleByAge(String name, long cutoffNs) {
        rules.put(name, new Rule(cutoffNs, -1));
        look();
    }

    void ruleBySize(String tenant, long keepBytes) {
        rules.put(tenant, new Rule(-1, keepBytes));
    }

    void unset(String name) {
        rules.remove(name);
        look();
    }

    void hold(String tenant) {
        held.add(tenant);
    }

    void release(String tenant) {
        held.remove(tenant);
        look();
    }

    boolean isHeld(String tenant) {
        return held.contains(tenant);
    }

    /** So many bytes are kept of a tenant; -1 when it has no rule by size that is at work. */
    long keepBytes(String tenant) {
        Rule rule = held.contains(tenant) ? null : rules.get(tenant);
        return rule == null ? -1 : rule.keepBytes();
    }

    /** What had expired stays so. */
    private void look() {
        for (Sent event : sent) {
            Rule rule = rules.getOrDefault(event.tenant(), rules.get(OTHERS));
            if (rule != null && !held.contains(event.tenant()) && event.receivedNs() <= rule.cutoffNs()) {
                expired.add(event.number());
            }
        }
    }

    /** The numbers of what is kept of a tenant. */
    Set<Long> kept(String tenant) {
        Set<Long> kept = new HashSet<>();
        of(tenant).stream().filter(event -> !isExpired(event)).forEach(event -> kept.add(event.number()));
        return kept;
    }

    /** What a rule by size was seen to have hidden. */
    void hidden(Sent event) {
        expired.add(event.number());
    }
}
