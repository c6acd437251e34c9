package io.evident.client.read;

import io.evident.client.read.answer.AnswerJson;
import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.CsvRow;
import io.evident.client.read.answer.StoredEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Where the records of an export go: first read, then taken, so that one's faults are not held for the other's. */
interface ExportSink {
    /** Another connection begins. */
    void begin();

    /** Reads a whole record. The id of its event, or {@code null} when it is a header. */
    UUID read(byte[] record);

    /** Takes the record that was read last. */
    void take() throws IOException;

    /** Events one by one. */
    final class Events implements ExportSink {
        private final Consumer<StoredEvent> consumer;
        private StoredEvent event;

        Events(Consumer<StoredEvent> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void begin() {}

        @Override
        public UUID read(byte[] record) {
            event = AnswerJson.event(record);
            return event.event().id();
        }

        @Override
        public void take() {
            consumer.accept(event);
        }
    }

    /** Lines of JSON as they come. */
    final class Lines implements ExportSink {
        private final OutputStream out;
        private byte[] line = new byte[0];

        Lines(OutputStream out) {
            this.out = out;
        }

        @Override
        public void begin() {}

        @Override
        public UUID read(byte[] record) {
            line = record;
            return AnswerJson.eventId(record);
        }

        @Override
        public void take() throws IOException {
            out.write(line);
        }
    }

    /**
     * Rows of CSV as they come, the id first, with one header whatever the number of connections: the server leaves it out
     * where rows go on behind an event.
     */
    final class Rows implements ExportSink {
        private static final String ID = "id";

        private final OutputStream out;
        private boolean headerTaken;
        private boolean begins;
        /** 0 as long as nobody knows. */
        private int columns;

        private byte[] row = new byte[0];

        /** @param goesOn whether the rows are to follow others, and the header is left out */
        Rows(OutputStream out, boolean goesOn) {
            this.out = out;
            this.headerTaken = goesOn;
        }

        @Override
        public void begin() {
            begins = true;
        }

        @Override
        public UUID read(byte[] record) {
            List<String> values = CsvRow.values(record);
            boolean isHeader = begins && values.get(0).equals(ID);
            begins = false;
            if (!isHeader && !headerTaken) {
                throw new BadAnswerException("the rows do not begin with a header whose first column is the id");
            }
            if (columns != 0 && values.size() != columns) {
                throw new BadAnswerException("a row has " + values.size() + " values, those before have " + columns);
            }
            columns = values.size();
            row = isHeader && headerTaken ? new byte[0] : record;
            headerTaken = true;
            return isHeader ? null : AnswerJson.idOf(values.get(0));
        }

        @Override
        public void take() throws IOException {
            out.write(row);
        }
    }
}
