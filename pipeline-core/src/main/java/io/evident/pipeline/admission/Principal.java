package io.evident.pipeline.admission;

import java.util.Objects;

/**
 * Who a caller is and what it may do.
 *
 * @param name for logs and the audit of reads
 * @param writes tenants it may send events of
 * @param reads tenants it reads when it names none
 * @param readsSystem whether it may read {@value TenantScope#SYSTEM} when it names it
 */
public record Principal(String name, TenantScope writes, TenantScope reads, boolean readsSystem) {
    public Principal {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(writes, "writes");
        Objects.requireNonNull(reads, "reads");
    }

    /** The caller of a server without authentication, which serves loopback only. */
    public static Principal anonymous() {
        return new Principal("anonymous", TenantScope.allButSystem(), TenantScope.allButSystem(), true);
    }

    /** Evident itself: the only one who sends events of {@value TenantScope#SYSTEM}. */
    static Principal server() {
        return new Principal("evident", TenantScope.only(TenantScope.SYSTEM), TenantScope.only(), false);
    }

    /**
     * Whether it may change how the server works, as by adding shards. As long as there are no scopes, that is whoever may read
     * what the server writes about itself.
     */
    public boolean mayAdminister() {
        return readsSystem;
    }

    /** Whether it may read a tenant that it names. */
    public boolean mayRead(String tenant) {
        return TenantScope.SYSTEM.equals(tenant) ? readsSystem : reads.contains(tenant);
    }
}
