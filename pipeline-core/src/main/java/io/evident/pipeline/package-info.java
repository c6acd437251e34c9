/** The road of an event from the network thread to the receipt, and the ports at its sides. */
package io.evident.pipeline;
