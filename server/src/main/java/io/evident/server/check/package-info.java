/** Checking a data directory from outside: what is there, what is damaged, and whether the counts add up. */
package io.evident.server.check;
