/**
 * Room on the data volume: space that is on the disk before it is written to, a floor of free space below which only
 * CRITICAL events are taken, and the reserve that keeps these alive. {@code docs/reliability-space.md} has the faults and
 * what is done about each.
 */
package io.evident.storage.space;
