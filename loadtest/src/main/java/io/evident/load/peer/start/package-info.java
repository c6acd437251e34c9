/** Systems to be compared with: what they offer, and how they are started on loopback and stopped. */
package io.evident.load.peer.start;
