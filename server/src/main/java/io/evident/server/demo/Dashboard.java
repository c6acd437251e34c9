package io.evident.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody who looks on while events pour in: asks for the newest events of the wedding that is going on, ten times a
 * second, over HTTP. A query that fails ends it and is told by {@link #failure}.
 */
final class Dashboard implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest question;
    private final Thread thread = new Thread(this::ask, "demo-dashboard");
    private volatile boolean asking = true;
    private volatile String failure;

    Dashboard(InetSocketAddress address) {
        question = HttpRequest.newBuilder(
                        URI.create("http://" + address.getAddress().getHostAddress() + ":"
                                + address.getPort() + "/v1/events?tenant=" + SampleEvents.TENANT + "&stream="
                                + SampleEvents.OCCASION_STREAM + "&limit=20"))
                .timeout(Duration.ofSeconds(5))
                .build();
        thread.setDaemon(true);
        thread.start();
    }

    private void ask() {
        try {
            while (asking) {
                HttpResponse<Void> answer = http.send(question, HttpResponse.BodyHandlers.discarding());
                if (answer.statusCode() != 200) {
                    failure = "a query was answered with " + answer.statusCode();
                    return;
                }
                LockSupport.parkNanos(INTERVAL_NS);
            }
        } catch (IOException e) {
            failure = "a query failed: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What went wrong, or {@code null}. */
    String failure() {
        return failure;
    }

    @Override
    public void close() {
        asking = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
