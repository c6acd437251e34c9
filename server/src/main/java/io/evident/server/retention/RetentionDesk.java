package io.evident.server.retention;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionAnswer;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.RetentionOverview;
import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionState;
import io.evident.server.retention.state.RetentionStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where rules and holds are changed, on a thread of its own, which writes and forces them, has them recorded as events, and answers
 * then. They are shown on another: that takes queries, for which no change waits.
 */
final class RetentionDesk implements RetentionControl {
    /** Most tenants that may have a rule of their own, and that may be held: the horizon has an entry for each in every shard. */
    static final int MOST_TENANTS = 1_000;
    /** Most that may have an entry: also those that had a rule or a hold, as long as something else of them has expired. */
    static final int MOST_ENTRIES = 4 * MOST_TENANTS;
    /** For so many tenants the oldest event is looked for when they are shown. */
    private static final int MOST_LOOKED_FOR = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RetentionDesk.class);
    private static final int MOST_WAITING = 64;

    private final RetentionStore store;
    private final RetentionAudit audit;
    private final RetentionFigures figures;
    private final EventQueries queries;
    private final LongSupplier wallNs;
    private final Runnable changed;
    private final ThreadPoolExecutor changing = thread("retention-desk");
    private final ThreadPoolExecutor showing = thread("retention-show");

    /**
     * @param queries who finds the oldest event of a tenant
     * @param changed to be run behind each change
     */
    RetentionDesk(
            RetentionStore store,
            RetentionAudit audit,
            RetentionFigures figures,
            EventQueries queries,
            LongSupplier wallNs,
            Runnable changed) {
        this.store = store;
        this.audit = audit;
        this.figures = figures;
        this.queries = queries;
        this.wallNs = wallNs;
        this.changed = changed;
    }

    private static ThreadPoolExecutor thread(String name) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    private interface Work {
        RetentionAnswer run() throws IOException;
    }

    private static void soon(ThreadPoolExecutor on, Consumer<RetentionAnswer> answer, Work work) {
        try {
            on.execute(() -> answer.accept(now(work)));
        } catch (RejectedExecutionException e) {
            answer.accept(refused(Refusal.of(
                    RefusalReason.BUSY, "too many wishes about retention wait, or the server is stopping; try again")));
        }
    }

    private static RetentionAnswer now(Work work) {
        try {
            return work.run();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("a wish about retention failed; the rules and holds before it count", e);
            return refused(Refusal.of(
                    RefusalReason.INTERNAL,
                    "it could not be done. This server goes on as before; but when it was a change, that may be on the disk, and its"
                            + " next start may go by it: look at it, and make it again or take it back. "
                            + e.getMessage()));
        }
    }

    private RetentionState change(UnaryOperator<RetentionState> change) throws IOException {
        RetentionState after = store.change(change);
        changed.run();
        return after;
    }

    @Override
    public void show(Consumer<RetentionAnswer> answer) {
        soon(showing, answer, () -> {
            RetentionState state = store.state();
            Set<String> names = new TreeSet<>(state.rules().keySet());
            names.addAll(state.holds().keySet());
            List<RetentionOverview.Tenant> tenants = new ArrayList<>();
            for (String name : names) {
                boolean looks = !name.equals(OTHERS) && tenants.size() < MOST_LOOKED_FOR;
                tenants.add(tenant(name, state, looks ? oldestKeptNs(name) : null));
            }
            return new RetentionAnswer.Shown(new RetentionOverview(tenants, figures.now()));
        });
    }

    private RetentionOverview.Tenant tenant(String name, RetentionState state, Long oldestKeptNs) {
        RetentionFigures.Removed removed = figures.of(name);
        return new RetentionOverview.Tenant(
                name,
                state.rules().get(name),
                state.effective(name),
                state.holds().get(name),
                oldestKeptNs,
                removed.events(),
                removed.bytes());
    }

    /** The time of the oldest event of a tenant; {@code null} when there is none, or it cannot be told. */
    private Long oldestKeptNs(String tenant) {
        EventFilter filter = EventFilter.all(TenantScope.only(tenant));
        try {
            QueryAnswer answer = queries.query(new EventQuery(filter, TimeRange.ALWAYS, EventQuery.Order.ASC, 1, null));
            return answer instanceof QueryAnswer.Page page && !page.events().isEmpty()
                    ? page.events().get(0).event().timeNs()
                    : null;
        } catch (IOException | RuntimeException e) {
            LOG.debug("the oldest event of {} cannot be told", tenant, e);
            return null;
        }
    }

    @Override
    public void setRule(String tenant, RetentionRule rule, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(changing, answer, () -> {
            RetentionState before = store.state();
            Refusal tooMany = tooMany(before, before.rules().keySet(), tenant);
            if (tooMany != null) {
                return refused(tooMany);
            }
            RetentionState after = change(state -> state.withRule(tenant, rule));
            if (!rule.equals(before.rules().get(tenant))) {
                LOG.info("the rule of {} is {} now", tenant, rule.text());
                audit.ruleChanged(tenant, before.rules().get(tenant), rule, caller);
            }
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    @Override
    public void removeRule(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(changing, answer, () -> {
            RetentionRule before = store.state().rules().get(tenant);
            if (before == null) {
                return refused(new Refusal(RefusalReason.NOT_FOUND, "tenant", "has no rule of its own"));
            }
            RetentionState after = change(state -> state.withoutRule(tenant));
            LOG.info("the rule of {} is gone, which was {}", tenant, before.text());
            audit.ruleChanged(tenant, before, null, caller);
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    @Override
    public void hold(String tenant, String reason, Caller caller, Consumer<RetentionAnswer> answer) {
        if (tenant.equals(OTHERS)) {
            answer.accept(refused(new Refusal(
                    RefusalReason.INVALID_VALUE, "tenant", "has to be one tenant: a hold is not for all others")));
            return;
        }
        soon(changing, answer, () -> {
            RetentionState before = store.state();
            Refusal tooMany = tooMany(before, before.holds().keySet(), tenant);
            if (tooMany != null) {
                return refused(tooMany);
            }
            RetentionHold held = before.holds().get(tenant);
            long sinceNs = held == null ? wallNs.getAsLong() : held.sinceNs();
            RetentionHold hold = new RetentionHold(reason, sinceNs, caller.name());
            RetentionState after = change(state -> state.withHold(tenant, hold));
            LOG.info("{} is held: {}", tenant, reason);
            audit.held(tenant, reason, caller);
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    @Override
    public void release(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(changing, answer, () -> {
            RetentionHold held = store.state().holds().get(tenant);
            if (held == null) {
                return refused(new Refusal(RefusalReason.NOT_FOUND, "tenant", "is not held"));
            }
            RetentionState after = change(state -> state.withoutHold(tenant));
            LOG.info("{} is not held any more", tenant);
            audit.released(tenant, held.reason(), caller);
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    private static Refusal tooMany(RetentionState state, Set<String> alike, String tenant) {
        if (alike.contains(tenant) || tenant.equals(OTHERS)) {
            return null;
        }
        if (alike.stream().filter(name -> !name.equals(OTHERS)).count() >= MOST_TENANTS) {
            return Refusal.of(RefusalReason.CONFLICT, MOST_TENANTS + " tenants have one of their own already");
        }
        Set<String> named = state.cuts().tenants();
        return named.contains(tenant) || named.size() < MOST_ENTRIES
                ? null
                : Refusal.of(
                        RefusalReason.CONFLICT,
                        "the horizons of " + MOST_ENTRIES
                                + " tenants stand apart already, as they have or had a rule or a"
                                + " hold of their own; those that have none any more go when the rule of * has caught up");
    }

    private static RetentionAnswer refused(Refusal refusal) {
        return new RetentionAnswer.Refused(refusal);
    }

    /** Takes nothing more, and waits for what is under way. Returns whether it has ended. */
    boolean end(long withinMs) {
        changing.shutdown();
        showing.shutdown();
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        try {
            boolean done = changing.awaitTermination(withinMs, TimeUnit.MILLISECONDS);
            return showing.awaitTermination(Math.max(1, untilNs - System.nanoTime()), TimeUnit.NANOSECONDS) && done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
