package io.evident.load.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFileTest {
    private static final UUID ID = DerivedEvent.id(1, 2, 3);
    private static final List<LedgerLine> LINES = List.of(
            LedgerLine.of(new Receipt(ID, 3, 2, 17, Tier.SYNCED, Lane.CRITICAL, false), 1_000),
            LedgerLine.of(new Receipt(ID, 0, 0, Receipt.NO_SEQUENCE, Tier.ACCEPTED, Lane.ELEVATED, true), 1_001),
            LedgerLine.refused(ID, 1_002, "lane-full"),
            LedgerLine.unknown(ID, 1_003, "OutcomeUnknownException"));

    @TempDir
    private Path dir;

    private Path written() throws IOException {
        Path file = dir.resolve("ledger");
        for (LedgerLine line : LINES) {
            try (LedgerFile ledger = LedgerFile.append(file)) {
                ledger.write(line);
            }
        }
        return file;
    }

    private static List<LedgerLine> read(Path file, long mostBytes) throws IOException {
        List<LedgerLine> lines = new ArrayList<>();
        LedgerFile.read(file, mostBytes, lines::add);
        return lines;
    }

    @Test
    void readsWhatWasWrittenOneAfterTheOther() throws IOException {
        assertThat(read(written(), Long.MAX_VALUE)).isEqualTo(LINES);
    }

    @Test
    void readsWholeLinesUpToAMoment() throws IOException {
        Path file = written();
        long twoLines = LINES.get(0).text().length() + LINES.get(1).text().length() + 2L;

        assertThat(read(file, twoLines)).hasSize(2);
        assertThat(read(file, twoLines - 1)).hasSize(1);
        assertThat(read(file, 0)).isEmpty();
    }

    @Test
    void leavesOutALineThatIsBeingWritten() throws IOException {
        Path file = written();
        Files.writeString(file, "receipt " + ID, StandardOpenOption.APPEND);

        assertThat(read(file, Long.MAX_VALUE)).isEqualTo(LINES);
    }

    @Test
    void refusesWhatIsNoLedger() throws IOException {
        Path file = Files.writeString(dir.resolve("other"), "receipt " + ID + " 5 hello\n");

        assertThatThrownBy(() -> read(file, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other")
                .hasMessageContaining("hello");
    }
}
