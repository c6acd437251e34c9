package io.evident.ingest.http;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Finds the route of a request. A path without braces goes before one with. Immutable. */
final class Router {
    private final List<Route> routes;

    Router(List<Route> routes) {
        List<Route> plainFirst = new ArrayList<>(routes);
        plainFirst.sort((a, b) -> Boolean.compare(a.path().indexOf('{') >= 0, b.path().indexOf('{') >= 0));
        this.routes = List.copyOf(plainFirst);
    }

    /** The table. */
    List<Route> routes() {
        return routes;
    }

    /** The route of a method and path, or {@code null}. */
    Route find(String method, String path) {
        String match = matchingPath(path);
        for (Route route : routes) {
            if (route.path().equals(match) && route.allows(method)) {
                return route;
            }
        }
        return null;
    }

    /** The methods of a path for {@code Allow}, or "" when there is no such path. */
    String allowed(String path) {
        String match = matchingPath(path);
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes) {
            if (route.path().equals(match)) {
                methods.add(route.method());
                if (route.allows("HEAD")) {
                    methods.add("HEAD");
                }
                methods.add("OPTIONS");
            }
        }
        return String.join(", ", methods);
    }

    private String matchingPath(String path) {
        for (Route route : routes) {
            if (route.match(path) != null) {
                return route.path();
            }
        }
        return null;
    }
}
