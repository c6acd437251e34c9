/** Events that are posted: found in a body, read one by one, offered, and answered together with their receipts. */
package io.evident.ingest.http.intake;
