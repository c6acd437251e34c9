package io.evident.ingest.http.endpoint;

import io.evident.event.EventField;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.QueryParameters;
import io.evident.ingest.http.intake.EventMedia;
import io.evident.pipeline.control.RetentionAnswer;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.retention.RetentionRule;
import java.nio.charset.StandardCharsets;

/**
 * {@code /v1/admin/retention}: shows and changes how long events are kept. For callers that may administer. Thread-safe.
 */
final class RetentionPages {
    private static final Refusal ABSENT =
            Refusal.of(RefusalReason.NOT_FOUND, "this server has no control over retention");
    private static final Refusal FORBIDDEN =
            Refusal.of(RefusalReason.FORBIDDEN, "the caller may not administer this server");
    private static final Refusal NO_JSON =
            new Refusal(RefusalReason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "has to be application/json");

    private RetentionPages() {}

    private abstract static class Page implements Endpoint {
        final RetentionControl control;

        Page(RetentionControl control) {
            this.control = control;
        }

        @Override
        public Refusal check(Exchange exchange) {
            if (control == null) {
                return ABSENT;
            }
            Refusal refusal =
                    exchange.principal().mayAdminister() ? exchange.parameters().refusal() : FORBIDDEN;
            if (refusal == null
                    && exchange.route().takesBody()
                    && EventMedia.of(exchange.contentType()) != EventMedia.JSON) {
                // A page of another site may have a browser on this machine send, but not JSON.
                return NO_JSON;
            }
            return refusal;
        }
    }

    /** A page for one tenant, whose name is part of the path. */
    private abstract static class TenantPage extends Page {
        TenantPage(RetentionControl control) {
            super(control);
        }

        @Override
        public Refusal check(Exchange exchange) {
            Refusal refusal = super.check(exchange);
            return refusal == null && tenant(exchange) == null
                    ? new Refusal(
                            RefusalReason.INVALID_VALUE,
                            "tenant",
                            "is no name that an event's tenant may have: 1 to " + EventField.TENANT.maxBytes()
                                    + " bytes of UTF-8")
                    : refusal;
        }

        @Override
        public final void handle(Exchange exchange) {
            Caller caller = new Caller(
                    exchange.principal().name(), exchange.remote().getAddress().getHostAddress());
            change(exchange, tenant(exchange), caller);
        }

        abstract void change(Exchange exchange, String tenant, Caller caller);
    }

    private static String tenant(Exchange exchange) {
        String tenant = QueryParameters.decodeSegment(exchange.pathText());
        boolean fits = tenant != null
                && !tenant.isEmpty()
                && tenant.getBytes(StandardCharsets.UTF_8).length <= EventField.TENANT.maxBytes();
        return fits ? tenant : null;
    }

    /** Shows rules, holds and what was done. */
    static Endpoint show(RetentionControl control) {
        return new Page(control) {
            @Override
            public void handle(Exchange exchange) {
                control.show(answer -> answer(exchange, answer));
            }
        };
    }

    /** Gives a tenant a rule. */
    static Endpoint setRule(RetentionControl control) {
        return new TenantPage(control) {
            @Override
            void change(Exchange exchange, String tenant, Caller caller) {
                RetentionBody body = RetentionBody.ofRule(exchange.body());
                if (body.refusal() != null) {
                    exchange.refuse(body.refusal());
                    return;
                }
                RetentionRule rule = new RetentionRule(body.keepForSeconds(), body.keepBytes());
                control.setRule(tenant, rule, caller, answer -> answer(exchange, answer));
            }
        };
    }

    /** Takes a tenant's own rule away. */
    static Endpoint removeRule(RetentionControl control) {
        return new TenantPage(control) {
            @Override
            void change(Exchange exchange, String tenant, Caller caller) {
                control.removeRule(tenant, caller, answer -> answer(exchange, answer));
            }
        };
    }

    /** Holds a tenant. */
    static Endpoint hold(RetentionControl control) {
        return new TenantPage(control) {
            @Override
            void change(Exchange exchange, String tenant, Caller caller) {
                RetentionBody body = RetentionBody.ofHold(exchange.body());
                if (body.refusal() != null) {
                    exchange.refuse(body.refusal());
                    return;
                }
                control.hold(tenant, body.reason(), caller, answer -> answer(exchange, answer));
            }
        };
    }

    /** Releases a tenant. */
    static Endpoint release(RetentionControl control) {
        return new TenantPage(control) {
            @Override
            void change(Exchange exchange, String tenant, Caller caller) {
                control.release(tenant, caller, answer -> answer(exchange, answer));
            }
        };
    }

    private static void answer(Exchange exchange, RetentionAnswer answer) {
        if (answer instanceof RetentionAnswer.Refused refused) {
            exchange.refuse(refused.refusal());
        } else if (answer instanceof RetentionAnswer.Done done) {
            exchange.answer(HttpAnswer.json(200, RetentionForm.of(done.tenant())));
        } else if (answer instanceof RetentionAnswer.Shown shown) {
            exchange.answer(HttpAnswer.json(200, RetentionForm.of(shown.overview())));
        }
    }
}
