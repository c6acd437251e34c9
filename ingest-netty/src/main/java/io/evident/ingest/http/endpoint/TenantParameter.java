package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import java.util.List;

/**
 * The tenants a question is about. Whole names are what is asked for, so each has to be readable; the beginning of a name,
 * or a negation, only narrows what the caller reads anyway. Stateless.
 */
final class TenantParameter {
    static final String NAME = FilterField.TENANT.text();

    private TenantParameter() {}

    /** Whether a caller may read the tenants it names: {@code null}, or the refusal. */
    static Refusal check(Principal caller, QueryParameters parameters) {
        for (String tenant : wholeNames(FilterParameters.condition(parameters, FilterField.TENANT, false))) {
            if (!caller.mayRead(tenant)) {
                return new Refusal(
                        RefusalReason.FORBIDDEN,
                        NAME,
                        "this caller may not read the tenant " + QueryParameters.excerpt(tenant));
            }
        }
        return null;
    }

    /** Of whom a caller sees events when it names tenants so. */
    static TenantScope scope(Principal caller, QueryParameters parameters, FieldCondition named) {
        List<String> names = wholeNames(named);
        if (named == null || names.size() < named.values().size()) {
            if (names.contains(TenantScope.SYSTEM)) {
                parameters.refuse(
                        NAME,
                        "has " + TenantScope.SYSTEM + " beside an asterisk; ask for it alone, or beside whole names");
            }
            return caller.reads();
        }
        return TenantScope.only(names.toArray(String[]::new));
    }

    /** The same where nothing but the tenant can be asked for, so that only whole names make sense. */
    static TenantScope scopeOfWholeNames(Principal caller, QueryParameters parameters) {
        FieldCondition named = FilterParameters.condition(parameters, FilterField.TENANT, false);
        if (named != null && wholeNames(named).size() < named.values().size()) {
            parameters.refuse(NAME, "has an asterisk; name whole tenants here");
        }
        return scope(caller, parameters, named);
    }

    private static List<String> wholeNames(FieldCondition named) {
        return named == null
                ? List.of()
                : named.values().stream()
                        .filter(value -> value.kind() == ValuePattern.Kind.EXACT)
                        .map(ValuePattern::text)
                        .toList();
    }
}
