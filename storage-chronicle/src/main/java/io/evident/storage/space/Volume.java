package io.evident.storage.space;

/** Which volume a watch over room speaks of. */
public enum Volume {
    DATA("the data volume", ""),
    STANDBY("the standby volume", "of shards that go over to it, ");

    private final String text;
    private final String whose;

    Volume(String text, String whose) {
        this.text = text;
        this.whose = whose;
    }

    /** The name in sentences. */
    String text() {
        return text;
    }

    /** Whose events a sentence about what is taken speaks of; empty when it is everyone's. */
    String whose() {
        return whose;
    }
}
