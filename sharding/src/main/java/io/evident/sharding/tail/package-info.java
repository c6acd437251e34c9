/** Events as they arrive: the one thread that reads new blocks and hands their events to everyone who follows. */
package io.evident.sharding.tail;
