package io.evident.load;

import io.evident.event.Tier;
import java.net.InetSocketAddress;

/**
 * One run.
 *
 * @param batch events per frame
 * @param window events that a connection keeps unanswered at the most
 * @param events events to send after the warm-up, over all connections; 0 for "until the seconds are over"
 * @param seconds longest time of measuring
 * @param warmupSeconds time before, whose answers are not counted
 * @param eventsPerSecond offered rate over all connections, with latency from the intended send time; 0 for as fast as the
 *     window allows, with latency from the real send time
 */
record LoadPlan(
        InetSocketAddress address,
        Tier tier,
        int connections,
        int batch,
        int window,
        long events,
        int seconds,
        int warmupSeconds,
        long eventsPerSecond) {}
