package io.evident.load.peer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** With the consumer that Kafka's client has for tests. */
final class KafkaTargetTest {
    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    KafkaTargetTest() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
    }

    @Test
    void readsOnAfterAPollThatBroughtNothing() throws IOException {
        consumer.schedulePollTask(() -> {});
        for (int offset = 0; offset < 2; offset++) {
            long at = offset;
            consumer.schedulePollTask(
                    () -> consumer.addRecord(new ConsumerRecord<>("events", 0, at, new byte[0], new byte[0])));
            consumer.schedulePollTask(() -> {});
        }

        assertThat(KafkaTarget.read(consumer, List.of(PARTITION), 2)).isEqualTo(2);
    }

    @Test
    void saysThatRecordsAreMissingWhenNoMoreCome() {
        assertThatThrownBy(() -> KafkaTarget.read(consumer, List.of(PARTITION), 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gave 0 records and no more");
    }
}
