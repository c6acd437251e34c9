/** The load generator: sends events over the TCP protocol as fast as it can or at a rate, and says what came back. */
package io.evident.load;
