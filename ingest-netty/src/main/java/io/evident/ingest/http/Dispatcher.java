package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.Authenticator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * Decides by a request's header what is to become of it: which route it takes, or the answer it gets before its body is
 * read. Thread-safe.
 */
final class Dispatcher {
    private final Router router;
    private final Authenticator authenticator;
    private final int maxBodyBytes;

    Dispatcher(Router router, Authenticator authenticator, int maxBodyBytes) {
        this.router = router;
        this.authenticator = authenticator;
        this.maxBodyBytes = maxBodyBytes;
    }

    Router router() {
        return router;
    }

    /**
     * Gives an exchange its route.
     *
     * @param announcedBytes of the body; -1 when it comes in chunks
     * @return {@code null}, or the answer that the request gets at once
     */
    HttpAnswer route(Exchange exchange, HttpRequest request, long announcedBytes, InetSocketAddress remote) {
        String target = originForm(request.uri());
        if (target == null) {
            return refused(RefusalReason.MALFORMED, "the request target is none");
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String method = request.method().name();
        Route route = router.find(method, path);
        if (route == null) {
            return withoutRoute(method, path);
        }
        Refusal refusal = authenticate(exchange, route, request, remote);
        if (refusal == null) {
            QueryParameters parameters =
                    QueryParameters.parse(question < 0 ? "" : target.substring(question + 1), route.parameters());
            exchange.routed(route, route.match(path), parameters);
            refusal = parameters.refusal();
        }
        if (refusal == null) {
            refusal = checkBody(route, announcedBytes);
        }
        if (refusal == null) {
            refusal = route.endpoint().check(exchange);
        }
        return refusal == null ? null : Problems.answer(refusal);
    }

    /** The target as path and query; an absolute one (RFC 9112, section 3.2.2) without scheme and authority. */
    private static String originForm(String uri) {
        if (uri.startsWith("http://") || uri.startsWith("https://")) {
            int slash = uri.indexOf('/', uri.indexOf("//") + 2);
            return slash < 0 ? "/" : uri.substring(slash);
        }
        return uri.startsWith("/") || uri.equals("*") ? uri : null;
    }

    private HttpAnswer withoutRoute(String method, String path) {
        if (method.equals("OPTIONS") && path.equals("*")) {
            return allow("DELETE, GET, HEAD, OPTIONS, POST, PUT");
        }
        String allowed = router.allowed(path);
        if (allowed.isEmpty()) {
            return refused(RefusalReason.NOT_FOUND, "there is nothing at this path; /openapi.yaml tells what there is");
        }
        if (method.equals("OPTIONS")) {
            return allow(allowed);
        }
        return refused(RefusalReason.METHOD_NOT_ALLOWED, "this path takes " + allowed)
                .withHeaders(Map.of(HttpHeaderNames.ALLOW.toString(), allowed));
    }

    private static HttpAnswer allow(String methods) {
        return HttpAnswer.empty(204, Map.of(HttpHeaderNames.ALLOW.toString(), methods));
    }

    private static HttpAnswer refused(RefusalReason reason, String detail) {
        return Problems.answer(Refusal.of(reason, detail));
    }

    private Refusal authenticate(Exchange exchange, Route route, HttpRequest request, InetSocketAddress remote) {
        if (route.open()) {
            return null;
        }
        String credentials = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        var verdict = authenticator.authenticate(remote, credentials == null ? "" : credentials);
        if (verdict instanceof Authenticator.Denied denied) {
            return denied.refusal();
        }
        exchange.authenticated(((Authenticator.Granted) verdict).principal());
        return null;
    }

    private Refusal checkBody(Route route, long announcedBytes) {
        if (!route.takesBody() && announcedBytes != 0) {
            return Refusal.of(RefusalReason.MALFORMED, "a request of this method has no body here");
        }
        return announcedBytes > maxBodyBytes ? RequestBody.tooLarge(maxBodyBytes) : null;
    }
}
