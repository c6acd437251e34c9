/** The command line. */
package io.evident.server.command;
