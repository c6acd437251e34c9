package io.evident.ingest.http;

import java.util.Set;

/**
 * One line of the table of routes.
 *
 * @param method GET stands for HEAD, too
 * @param path segments between slashes; one may be a name in braces, which takes any text
 * @param parameters the query parameters it takes
 * @param open whether it answers callers that are not authenticated
 * @param endpoint what answers
 */
public record Route(String method, String path, Set<String> parameters, boolean open, Endpoint endpoint) {
    /** Asks for something, and for authentication. */
    public static Route get(String path, Set<String> parameters, Endpoint endpoint) {
        return new Route("GET", path, parameters, false, endpoint);
    }

    /** Sends a body, and asks for authentication. */
    public static Route post(String path, Set<String> parameters, Endpoint endpoint) {
        return new Route("POST", path, parameters, false, endpoint);
    }

    /** Puts something in its place with a body, and asks for authentication. */
    public static Route put(String path, Endpoint endpoint) {
        return new Route("PUT", path, Set.of(), false, endpoint);
    }

    /** Takes something away, and asks for authentication. */
    public static Route delete(String path, Endpoint endpoint) {
        return new Route("DELETE", path, Set.of(), false, endpoint);
    }

    /** A page without parameters that everybody may see. */
    public static Route openPage(String path, Endpoint endpoint) {
        return new Route("GET", path, Set.of(), true, endpoint);
    }

    /** Whether a request of this route has a body. */
    public boolean takesBody() {
        return method.equals("POST") || method.equals("PUT");
    }

    boolean allows(String requestMethod) {
        return method.equals(requestMethod) || (method.equals("GET") && requestMethod.equals("HEAD"));
    }

    /** The text that a path has in place of the name in braces, "" when there is none; {@code null}: no match. */
    String match(String requestPath) {
        int brace = path.indexOf('{');
        if (brace < 0) {
            return path.equals(requestPath) ? "" : null;
        }
        String prefix = path.substring(0, brace);
        String suffix = path.substring(path.indexOf('}') + 1);
        if (!requestPath.startsWith(prefix) || !requestPath.endsWith(suffix)) {
            return null;
        }
        int end = requestPath.length() - suffix.length();
        String name = end > prefix.length() ? requestPath.substring(prefix.length(), end) : "";
        return name.isEmpty() || name.indexOf('/') >= 0 ? null : name;
    }
}
