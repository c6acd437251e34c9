package io.evident.server;

import io.evident.event.EventTime;
import io.evident.pipeline.priority.Condition;
import io.evident.pipeline.priority.Occasion;
import io.evident.pipeline.priority.OccasionCalendar;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.priority.PriorityRule;
import io.evident.server.config.OccasionConfig;
import io.evident.server.config.PriorityConfig;
import io.evident.server.config.RuleConfig;
import java.util.List;

/** Makes the priority policy that a configuration describes. */
final class PolicyOf {
    private PolicyOf() {}

    static PriorityPolicy config(PriorityConfig config) {
        OccasionCalendar calendar = new OccasionCalendar(
                config.calendar().stream().map(PolicyOf::occasion).toList());
        List<PriorityRule> rules = config.rules().stream()
                .map(rule -> new PriorityRule(rule.name(), rule.points(), condition(rule, config, calendar)))
                .toList();
        return new PriorityPolicy(config.base(), config.criticalFrom(), config.elevatedFrom(), rules);
    }

    private static Occasion occasion(OccasionConfig config) {
        return new Occasion(
                config.stream(),
                EventTime.toNsSaturated(config.fromInstant()),
                EventTime.toNsSaturated(config.toInstant()));
    }

    private static Condition condition(RuleConfig rule, PriorityConfig config, OccasionCalendar calendar) {
        if (rule.condition() instanceof RuleConfig.OnWeekday onWeekday) {
            return Condition.weekday(onWeekday.day(), config.zone());
        }
        if (rule.condition() instanceof RuleConfig.HasSeverity hasSeverity) {
            return Condition.severity(hasSeverity.severity());
        }
        if (rule.condition() instanceof RuleConfig.ProtectedData) {
            return Condition.protectedData(config.protectedResourceTypes(), config.protectedLabels());
        }
        return Condition.activeOccasion(calendar);
    }
}
