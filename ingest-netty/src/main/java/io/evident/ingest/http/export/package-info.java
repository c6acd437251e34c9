/** The forms in which events are exported. */
package io.evident.ingest.http.export;
