package io.evident.load.peer.kafka;

import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Sends to a topic with Kafka's own client, a record for each event. */
final class KafkaTarget implements Target {
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int MOST_EMPTY_POLLS = 30;

    private final KafkaTopic topic;

    KafkaTarget(KafkaTopic topic) {
        this.topic = topic;
    }

    @Override
    public String name() {
        return topic.tuning().peer();
    }

    @Override
    public Durability durability() {
        return topic.durability();
    }

    @Override
    public TargetSender sender(int index, Answers answers) {
        return new KafkaSender(topic, answers);
    }

    /** Reads every record, with its checksum, up to where the partitions ended when it was asked. */
    @Override
    public long stored() throws IOException {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                topic.servers(),
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                64 << 20,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                16 << 20,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                50_000);
        List<TopicPartition> partitions = IntStream.range(0, KafkaTopic.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(KafkaTopic.NAME, partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return read(consumer, partitions, MOST_EMPTY_POLLS);
        } catch (KafkaException e) {
            throw new IOException("Kafka: " + e.getMessage(), e);
        }
    }

    /** A poll may bring nothing although there is more: only several one after the other say that no more will come. */
    static long read(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, int mostEmptyPolls)
            throws IOException {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long read = 0;
        int empty = 0;
        while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
            int count = consumer.poll(POLL).count();
            read += count;
            empty = count == 0 ? empty + 1 : 0;
            if (empty == mostEmptyPolls) {
                throw new IOException(
                        "Kafka gave " + read + " records and no more, though there are some up to " + ends);
            }
        }
        return read;
    }

    @Override
    public void close() {
        // Each sender has a connection of its own.
    }
}
