/** The commands that ask a running server over HTTP, and what they share with others. */
package io.evident.server.ask;
