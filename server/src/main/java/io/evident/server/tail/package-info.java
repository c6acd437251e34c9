/** Reading the journal's files from outside, the way an operator does. */
package io.evident.server.tail;
