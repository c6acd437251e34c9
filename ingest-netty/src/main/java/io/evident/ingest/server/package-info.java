/** The listener of both protocols: the one class that knows them all. */
package io.evident.ingest.server;
