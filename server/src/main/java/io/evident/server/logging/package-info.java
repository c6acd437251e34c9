/** The log: where it goes and how it looks. */
package io.evident.server.logging;
