/** A large set of audit events that follows from a seed, the same wherever and in whatever order it is made. */
package io.evident.load.dataset;
