package io.evident.server.ask;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Asks a server over HTTP. */
public final class HttpApi {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String base;

    /** For the server at this URL. */
    public HttpApi(URI server) {
        base = server.toString().replaceAll("/+$", "");
    }

    /** Returns a server's URL, or refuses what is none. */
    public static URI requireUrl(URI url, CommandSpec spec) {
        String scheme = url.getScheme();
        if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new ParameterException(spec.commandLine(), "--http has to be a URL such as http://127.0.0.1:8480");
        }
        return url;
    }

    /**
     * An answer as JSON.
     *
     * @throws CommandFailure when it is none
     */
    static JsonTree tree(byte[] answer) throws CommandFailure {
        try {
            return JsonTree.parse(answer);
        } catch (IOException e) {
            throw new CommandFailure("the server's answer is no JSON; is this Evident?", e);
        }
    }

    /**
     * Asks for a path; the answer is exactly what came.
     *
     * @throws CommandFailure when there is no server, or it refuses; the message names the problem
     */
    public byte[] get(String path, Map<String, String> parameters) throws CommandFailure {
        StringJoiner query = new StringJoiner("&", parameters.isEmpty() ? "" : "?", "");
        parameters.forEach((name, value) -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return send(request(path + query).build());
    }

    /**
     * Sends JSON to a path; the answer is exactly what came.
     *
     * @throws CommandFailure when there is no server, or it refuses; the message names the problem
     */
    byte[] post(String path, String json) throws CommandFailure {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /**
     * Puts JSON at a path; the answer is exactly what came.
     *
     * @throws CommandFailure when there is no server, or it refuses; the message names the problem
     */
    byte[] put(String path, String json) throws CommandFailure {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /**
     * Takes away what is at a path; the answer is exactly what came.
     *
     * @throws CommandFailure when there is no server, or it refuses; the message names the problem
     */
    byte[] delete(String path) throws CommandFailure {
        return send(request(path).DELETE().build());
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(base + pathAndQuery))
                .timeout(Duration.ofSeconds(60))
                .header("Accept", "application/json");
    }

    private byte[] send(HttpRequest request) throws CommandFailure {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new CommandFailure(problem(response));
            }
            return response.body();
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot reach " + base + ": " + (e.getMessage() == null ? "the connection failed" : e.getMessage())
                            + "; is a server running there?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private static String problem(HttpResponse<byte[]> response) {
        try {
            JsonTree problem = JsonTree.parse(response.body());
            String field = problem.text("field");
            return problem.text("title") + ": " + (field == null ? "" : field + " ") + problem.text("detail");
        } catch (IOException notJson) {
            return "the server answered " + response.statusCode() + " without saying why; is this Evident?";
        }
    }
}
