/** Sets of events of one part, by their numbers, and what can be done with them. */
package io.evident.storage.index.events;
