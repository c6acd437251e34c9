package io.evident.server.config;

import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * The priority policy.
 *
 * @param base the score of an event that no rule matches
 * @param zone where weekdays begin, and occasions without a zone of their own
 * @param criticalFrom lowest score of the CRITICAL lane
 * @param elevatedFrom lowest score of the ELEVATED lane
 * @param rules what adds points, by unique names
 * @param calendar the occasions
 * @param protectedResourceTypes resource types that are protected data
 * @param protectedLabels labels that mark protected data
 */
public record PriorityConfig(
        int base,
        ZoneId zone,
        int criticalFrom,
        int elevatedFrom,
        List<RuleConfig> rules,
        List<OccasionConfig> calendar,
        Set<String> protectedResourceTypes,
        Set<String> protectedLabels) {

    public PriorityConfig {
        rules = List.copyOf(rules);
        calendar = List.copyOf(calendar);
        protectedResourceTypes = Set.copyOf(protectedResourceTypes);
        protectedLabels = Set.copyOf(protectedLabels);
    }

    /** The same policy with another calendar. */
    public PriorityConfig withCalendar(List<OccasionConfig> newCalendar) {
        return new PriorityConfig(
                base, zone, criticalFrom, elevatedFrom, rules, newCalendar, protectedResourceTypes, protectedLabels);
    }
}
