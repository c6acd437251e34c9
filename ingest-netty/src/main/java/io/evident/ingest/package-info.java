/**
 * The network front end: the server that listens, its configuration, the ports it asks of the composition root, and what
 * TCP and HTTP connections have in common.
 */
package io.evident.ingest;
