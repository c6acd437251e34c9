/** The window in which an id is remembered, so that an event that is sent twice is stored once. */
package io.evident.pipeline.duplicate;
