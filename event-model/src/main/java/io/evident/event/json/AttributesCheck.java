package io.evident.event.json;

import io.evident.event.Refusal;

public final class AttributesCheck {
    public Refusal check(byte[] bytes, int offset, int length) {
        return null;
    }
}
