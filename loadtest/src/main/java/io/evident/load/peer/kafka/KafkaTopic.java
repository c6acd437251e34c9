package io.evident.load.peer.kafka;

import io.evident.load.target.Durability;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;

/** The one topic that events go into. Immutable. */
record KafkaTopic(String servers, Durability durability, KafkaTuning tuning) {
    static final String NAME = "events";
    static final int PARTITIONS = 2;
    private static final int ATTEMPT_MS = 2_000;

    /** Fails as long as the broker is not ready. */
    void create() throws IOException {
        Map<String, Object> settings = Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers,
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, ATTEMPT_MS,
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ATTEMPT_MS);
        NewTopic topic = new NewTopic(NAME, PARTITIONS, (short) 1);
        if (durability == Durability.FORCED) {
            topic.configs(Map.of("flush.messages", "1"));
        }
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(topic)).all().get(2 * ATTEMPT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new IOException("no topic: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    String settings() {
        return PARTITIONS + " partitions, 1 replica, acks=all"
                + (durability == Durability.FORCED ? ", flush.messages=1" : ", flush left to the system")
                + "; " + tuning.text();
    }
}
