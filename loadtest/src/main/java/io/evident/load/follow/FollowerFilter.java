package io.evident.load.follow;

import io.evident.event.AuditEvent;
import io.evident.load.dataset.DataSet;
import java.util.SplittableRandom;

/**
 * What a follower wants to hear of: a tenant's actor, or a tenant's action.
 *
 * @param actor {@code null} when it is about an action
 * @param action {@code null} when it is about an actor
 */
record FollowerFilter(String tenant, String actor, String action) {
    /** One at random, of an actor or of an action by turns; any of them is as likely as any other. */
    static FollowerFilter draw(int follower, SplittableRandom random) {
        int actor = random.nextInt(DataSet.ACTORS);
        String tenant = DataSet.tenantOfActor(actor);
        return follower % 2 == 0
                ? new FollowerFilter(tenant, DataSet.actorName(actor), null)
                : new FollowerFilter(
                        tenant,
                        null,
                        DataSet.actions().get(random.nextInt(DataSet.actions().size())));
    }

    /** The filter about an event's actor. */
    static FollowerFilter ofActor(AuditEvent event) {
        return new FollowerFilter(event.tenant(), event.actorId(), null);
    }

    /** The filter about an event's action. */
    static FollowerFilter ofAction(AuditEvent event) {
        return new FollowerFilter(event.tenant(), null, event.action());
    }

    String path() {
        return "/v1/events/follow?tenant=" + tenant + (actor != null ? "&actor=" + actor : "&action=" + action);
    }
}
