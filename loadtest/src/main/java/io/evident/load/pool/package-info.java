/** The events of a run, made beforehand. */
package io.evident.load.pool;
