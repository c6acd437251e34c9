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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where rules and holds are changed, on a thread of its own, which writes and forces them, has them recorded as events, and answers
 * then.
 */
final class RetentionDesk implements RetentionControl {
    /** Most tenants that may have a rule or a hold of their own: the horizon has an entry for each in every shard. */
    static final int MOST_TENANTS = 1_000;
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
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                Thread made = new Thread(task, "retention-desk");
                made.setDaemon(true);
                return made;
            });

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

    private interface Work {
        RetentionAnswer run() throws IOException;
    }

    private void soon(Consumer<RetentionAnswer> answer, Work work) {
        try {
            thread.execute(() -> answer.accept(now(work)));
        } catch (RejectedExecutionException e) {
            answer.accept(refused(Refusal.of(
                    RefusalReason.BUSY, "too many changes of retention wait, or the server is stopping; try again")));
        }
    }

    private RetentionAnswer now(Work work) {
        try {
            RetentionAnswer answer = work.run();
            changed.run();
            return answer;
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("a change of retention failed; the rules and holds before it count", e);
            return refused(Refusal.of(
                    RefusalReason.INTERNAL, "it could not be done, and all goes on as before: " + e.getMessage()));
        }
    }

    @Override
    public void show(Consumer<RetentionAnswer> answer) {
        soon(answer, () -> {
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
    private Long oldestKeptNs(String tenant) throws IOException {
        EventFilter filter = EventFilter.all(TenantScope.only(tenant));
        QueryAnswer answer = queries.query(new EventQuery(filter, TimeRange.ALWAYS, EventQuery.Order.ASC, 1, null));
        return answer instanceof QueryAnswer.Page page && !page.events().isEmpty()
                ? page.events().get(0).event().timeNs()
                : null;
    }

    @Override
    public void setRule(String tenant, RetentionRule rule, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(answer, () -> {
            RetentionState before = store.state();
            Refusal tooMany = tooMany(before, tenant);
            if (tooMany != null) {
                return refused(tooMany);
            }
            RetentionState after = store.change(state -> state.withRule(tenant, rule));
            if (!rule.equals(before.rules().get(tenant))) {
                LOG.info("the rule of {} is {} now", tenant, rule.text());
                audit.ruleChanged(tenant, before.rules().get(tenant), rule, caller);
            }
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    @Override
    public void removeRule(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(answer, () -> {
            RetentionRule before = store.state().rules().get(tenant);
            if (before == null) {
                return refused(new Refusal(RefusalReason.NOT_FOUND, "tenant", "has no rule of its own"));
            }
            RetentionState after = store.change(state -> state.withoutRule(tenant));
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
        soon(answer, () -> {
            RetentionState before = store.state();
            Refusal tooMany = tooMany(before, tenant);
            if (tooMany != null) {
                return refused(tooMany);
            }
            RetentionHold held = before.holds().get(tenant);
            long sinceNs = held == null ? wallNs.getAsLong() : held.sinceNs();
            RetentionHold hold = new RetentionHold(reason, sinceNs, caller.name());
            RetentionState after = store.change(state -> state.withHold(tenant, hold));
            LOG.info("{} is held: {}", tenant, reason);
            audit.held(tenant, reason, caller);
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    @Override
    public void release(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
        soon(answer, () -> {
            RetentionHold held = store.state().holds().get(tenant);
            if (held == null) {
                return refused(new Refusal(RefusalReason.NOT_FOUND, "tenant", "is not held"));
            }
            RetentionState after = store.change(state -> state.withoutHold(tenant));
            LOG.info("{} is not held any more", tenant);
            audit.released(tenant, held.reason(), caller);
            return new RetentionAnswer.Done(tenant(tenant, after, null));
        });
    }

    private static Refusal tooMany(RetentionState state, String tenant) {
        Set<String> named = state.cuts().tenants();
        return named.size() < MOST_TENANTS || named.contains(tenant) || tenant.equals(OTHERS)
                ? null
                : Refusal.of(
                        RefusalReason.CONFLICT,
                        MOST_TENANTS + " tenants have a rule or a hold of their own already, and more may not");
    }

    private static RetentionAnswer refused(Refusal refusal) {
        return new RetentionAnswer.Refused(refusal);
    }

    /** Takes nothing more, and waits for what is under way. Returns whether it has ended. */
    boolean end(long withinMs) {
        thread.shutdown();
        try {
            return thread.awaitTermination(withinMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
