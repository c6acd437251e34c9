package io.evident.client.read;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.function.Consumer;

/** What a reader was built with; {@link AuditReaderBuilder} tells the meaning and checks the ranges. */
record ReadConfig(
        String baseUrl,
        HttpClient http,
        boolean ownsHttp,
        Consumer<HttpRequest.Builder> eachRequest,
        long answerTimeoutNs,
        long heartbeatTimeoutNs,
        int maxRetries,
        long maxRetryWaitMs,
        long minBackoffMs,
        long maxBackoffMs,
        int exportAttempts,
        int maxAnswerBytes) {}
