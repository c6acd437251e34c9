/**
 * What the HTTP API answers besides receipts: queries, exports, following, health, administration; and the table of all
 * routes.
 */
package io.evident.ingest.http.endpoint;
