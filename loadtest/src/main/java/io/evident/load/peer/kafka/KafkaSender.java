package io.evident.load.peer.kafka;

import io.evident.load.peer.PendingBatch;
import io.evident.load.peer.start.Peer;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One producer. Idempotence is on, as it is by default. */
final class KafkaSender implements TargetSender {
    /** As many events as a producer's buffer holds, about. */
    private static final long PAUSE_NS = 100_000;

    private static final Duration END = Duration.ofSeconds(10);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Answers answers;
    private final AtomicLong unanswered = new AtomicLong();

    KafkaSender(KafkaTopic topic, Answers answers) {
        this.answers = answers;
        Map<String, Object> settings = new HashMap<>(topic.tuning().settings());
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, topic.servers());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of everything.
    public boolean send(EventBatch batch, long intendedNs) throws IOException {
        if (unanswered.get() > 0 && unanswered.get() + batch.count() > Peer.UNANSWERED_EVENTS) {
            LockSupport.parkNanos(PAUSE_NS);
            return false;
        }
        PendingBatch pending = new PendingBatch(answers, unanswered, intendedNs, batch.count());
        try {
            for (int i = 0; i < batch.count(); i++) {
                producer.send(
                        new ProducerRecord<>(KafkaTopic.NAME, batch.bytes(i)),
                        (unused, problem) -> pending.answered(problem));
            }
        } catch (KafkaException e) {
            throw new IOException("Kafka: " + e.getMessage(), e);
        }
        return true;
    }

    @Override
    public void flush() {
        // The producer sends by itself when its linger time is over.
    }

    @Override
    public long unanswered() {
        return unanswered.get();
    }

    @Override
    public void close() {
        producer.close(END);
    }
}
