package io.evident.load.dataset;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.SplittableRandom;

/** The closed vocabularies of the data set, each from its most common word to its rarest. Stateless. */
final class Vocabulary {
    /** The part before the dot is the category's and the resource type's, too. */
    static final String[] ACTIONS = {
        "document.read", "session.start", "photo.view", "document.update", "message.send", "session.end",
        "guest.read", "document.create", "photo.upload", "payment.authorise", "guest.invite", "message.read",
        "session.refresh", "document.share", "payment.capture", "photo.share", "guest.update", "role.read",
        "document.download", "message.delete", "session.revoke", "payment.refund", "document.delete", "photo.delete",
        "role.grant", "guest.remove", "policy.read", "key.use", "export.start", "export.download",
        "role.revoke", "policy.update", "key.create", "payment.dispute", "key.rotate", "export.delete",
        "policy.create", "key.revoke", "policy.delete", "role.delete"
    };

    static final String[] AGENTS = {
        "web/5.2", "ios/8.1", "android/8.0", "web/5.1", "api/2.4", "ios/7.9", "batch/1.3", "cli/0.9"
    };

    private static final Outcome[] OUTCOMES = {Outcome.SUCCESS, Outcome.FAILURE, Outcome.DENIED, Outcome.UNKNOWN};
    private static final double[] OUTCOME_SHARES = {0.92, 0.05, 0.025};
    private static final Severity[] SEVERITIES = {
        Severity.P4_INFO, Severity.P3_LOW, Severity.P2_MEDIUM, Severity.P1_HIGH, Severity.P0_CRITICAL
    };
    private static final double[] SEVERITY_SHARES = {0.7, 0.2, 0.08, 0.018};
    private static final String[] LABELS = {"pii", "pci", "export", "admin"};
    private static final double[] LABEL_SHARES = {0.05, 0.03, 0.02, 0.02};

    private Vocabulary() {}

    static Outcome outcome(SplittableRandom random) {
        return OUTCOMES[choose(random, OUTCOME_SHARES)];
    }

    static Severity severity(SplittableRandom random) {
        return SEVERITIES[choose(random, SEVERITY_SHARES)];
    }

    /** None mostly, else one. */
    static String[] labels(SplittableRandom random) {
        int chosen = choose(random, LABEL_SHARES);
        return chosen == LABELS.length ? new String[0] : new String[] {LABELS[chosen]};
    }

    /** What the shares do not use up is the last choice's. */
    private static int choose(SplittableRandom random, double[] shares) {
        double left = random.nextDouble();
        int chosen = 0;
        while (chosen < shares.length && left >= shares[chosen]) {
            left -= shares[chosen++];
        }
        return chosen;
    }

    static String kind(String action) {
        return action.substring(0, action.indexOf('.'));
    }
}
