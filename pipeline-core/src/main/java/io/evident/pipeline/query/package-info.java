/** The port to the answers: queries, look-ups and the live tail. */
package io.evident.pipeline.query;
