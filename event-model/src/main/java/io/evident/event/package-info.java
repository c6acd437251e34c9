/**
 * The event: its in-memory form, its binary layout, its identity, and the words of the answers a sender gets. Needs the
 * JDK only, so that a client can carry it without a JVM flag.
 */
package io.evident.event;
