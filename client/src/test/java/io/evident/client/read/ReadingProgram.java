package io.evident.client.read;

/** A whole program that reads: asks the server of a URL for all its events, and prints how many there are. */
public final class ReadingProgram {
    private ReadingProgram() {}

    public static void main(String[] arguments) {
        try (AuditReader reader = AuditReader.of(arguments[0])) {
            System.out.println(reader.query(ReadQuery.all()).stream().count() + " events read");
        }
    }
}
