/** The priority policy: which rules match an event, its score, its lane. */
package io.evident.pipeline.priority;
