package io.evident.pipeline.admission;

import java.nio.charset.StandardCharsets;

/**
 * One way in, as the gate sees it: a connection and who is at its other end. Immutable.
 */
public final class Intake {
    private final Principal principal;
    private final byte[] receivedFrom;
    private final boolean attributesChecked;

    /**
     * @param receivedFrom the sender's address, at most 256 bytes of UTF-8
     * @param attributesChecked whether this way in has already made sure that attributes are one JSON object, as the
     *     JSON reader does
     */
    public Intake(Principal principal, String receivedFrom, boolean attributesChecked) {
        this.principal = principal;
        this.receivedFrom = receivedFrom.getBytes(StandardCharsets.UTF_8);
        this.attributesChecked = attributesChecked;
    }

    public Principal principal() {
        return principal;
    }

    byte[] receivedFrom() {
        return receivedFrom;
    }

    boolean attributesChecked() {
        return attributesChecked;
    }
}
