package io.evident.storage;

import io.evident.pipeline.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;

/** A process that holds a data directory, writes, says how far it came, and dies when it is told to. */
final class CrashingWriter {
    private CrashingWriter() {}

    @SuppressWarnings("SystemOut") // Its way to speak to the test.
    public static void main(String[] args) throws IOException {
        DataDirectory directory = DataDirectory.open(Path.of(args[0]), JournalSettings.defaults());
        Journal journal = directory.openShard(0).journal();
        Blocks blocks = new Blocks();
        for (int i = 0; i < 50; i++) {
            blocks.append(journal, 20);
        }
        journal.force();
        blocks.append(journal, 7);
        System.out.println("appended " + journal.nextSequence());
        if (System.in.read() < 0) {
            System.out.println("the test is gone");
        }
        Runtime.getRuntime().halt(9);
    }
}
