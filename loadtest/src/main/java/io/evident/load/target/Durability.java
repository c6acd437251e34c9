package io.evident.load.target;

/** What an answer of a target promises. Numbers are compared within one class only. */
public enum Durability {
    /** An answer says nothing: a floor to hold others against. */
    NONE("none"),
    /** The event is in the memory of the process: gone when the process dies. */
    MEMORY("memory"),
    /** The event was given to the kernel: it survives the death of the process, not a power cut. */
    PAGE_CACHE("page cache"),
    /** The event was forced to the disk: it survives a power cut. */
    FORCED("forced");

    private final String text;

    Durability(String text) {
        this.text = text;
    }

    /** As it stands in reports. */
    public String text() {
        return text;
    }
}
