/** The main class and the composition root. */
package io.evident.server;
