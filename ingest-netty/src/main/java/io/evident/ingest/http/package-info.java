/** The HTTP API: events in, receipts out, queries, following, health. */
package io.evident.ingest.http;
