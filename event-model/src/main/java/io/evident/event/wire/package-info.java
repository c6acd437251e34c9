/**
 * The frames of the TCP protocol, as bytes in a {@code byte[]}: encoders that write and views that read without
 * allocating where events and their answers pass, records for the small messages around them. {@link
 * io.evident.event.wire.FrameLayout} tells the protocol. Needs the JDK only.
 */
package io.evident.event.wire;
