package io.evident.load.peer.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** How the producer gathers records. */
public enum KafkaTuning {
    /** As the client comes. */
    DEFAULTS("kafka-defaults", "producer as it comes"),
    /** As large as helps, and with little waiting. */
    LARGE_BATCHES("kafka", "producer with linger.ms=1, batch.size=256 KiB, buffer.memory=64 MiB");

    private final String peer;
    private final String text;

    KafkaTuning(String peer, String text) {
        this.peer = peer;
        this.text = text;
    }

    String peer() {
        return peer;
    }

    Map<String, Object> settings() {
        return this == DEFAULTS
                ? Map.of()
                : Map.of(
                        ProducerConfig.LINGER_MS_CONFIG, 1,
                        ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10,
                        ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    }

    String text() {
        return text;
    }
}
