/**
 * Measures how fast questions about a large data set are answered, beside PostgreSQL with the same rows, and whether both
 * say the same.
 */
package io.evident.load.search;
