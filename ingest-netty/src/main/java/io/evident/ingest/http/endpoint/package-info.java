/** What the HTTP API answers: events in, receipts out, queries, following, health; one endpoint for each route. */
package io.evident.ingest.http.endpoint;
