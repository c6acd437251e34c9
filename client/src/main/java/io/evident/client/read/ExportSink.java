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

    /** Rows of CSV as they come, with one header whatever the number of connections. */
    final class Rows implements ExportSink {
        private final OutputStream out;
        private List<String> header;
        private boolean headerTaken;
        private boolean begins;
        private byte[] row = new byte[0];

        /** @param headerTaken whether the rows are to follow others, and the header is left out */
        Rows(OutputStream out, boolean headerTaken) {
            this.out = out;
            this.headerTaken = headerTaken;
        }

        @Override
        public void begin() {
            begins = true;
        }

        @Override
        public UUID read(byte[] record) {
            List<String> values = CsvRow.values(record);
            if (begins) {
                begins = false;
                readHeader(values, record);
                return null;
            }
            if (values.size() != header.size()) {
                throw new BadAnswerException(
                        "a row has " + values.size() + " values, where the header has " + header.size());
            }
            row = record;
            return AnswerJson.idOf(values.get(header.indexOf("id")));
        }

        private void readHeader(List<String> values, byte[] record) {
            if (!values.contains("id") || (header != null && !header.equals(values))) {
                throw new BadAnswerException("the rows have no header with an id, or another one than before");
            }
            header = values;
            row = headerTaken ? new byte[0] : record;
            headerTaken = true;
        }

        @Override
        public void take() throws IOException {
            out.write(row);
        }
    }
}
