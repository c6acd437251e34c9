/**
 * HTTP/1.1 on a connection: requests read strictly, given their route, and answered in their order, whatever the routes
 * are. What answers them is in {@link io.evident.ingest.http.intake} and {@link io.evident.ingest.http.endpoint}, which
 * this package does not know.
 */
package io.evident.ingest.http;
