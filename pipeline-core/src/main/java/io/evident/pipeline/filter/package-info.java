/** Which events are wanted: conditions on fields, how people write them, and holding them against an event. */
package io.evident.pipeline.filter;
