package io.evident.client.read;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of a request, read without the code that writes them. */
final class Parameters {
    private Parameters() {}

    /** Decoded, in the order of the target; one that stands twice, or has nothing, fails the test. */
    static Map<String, String> of(String target) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int question = target.indexOf('?');
        if (question < 0) {
            return parameters;
        }
        for (String pair : target.substring(question + 1).split("&", -1)) {
            String[] parts = pair.split("=", -1);
            if (parts.length != 2 || parts[1].isEmpty()) {
                throw new AssertionError("'" + pair + "' is no parameter with a value");
            }
            String value = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            if (parameters.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), value) != null) {
                throw new AssertionError(parts[0] + " stands twice");
            }
        }
        return parameters;
    }
}
