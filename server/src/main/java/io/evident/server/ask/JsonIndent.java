package io.evident.server.ask;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;

/** Lays JSON out for people; every value stays as it is, numbers digit for digit. Stateless. */
final class JsonIndent {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonIndent() {}

    static String of(byte[] json) throws CommandFailure {
        StringWriter text = new StringWriter();
        try (JsonParser parser = JSON.createParser(json);
                JsonGenerator out = JSON.createGenerator(text)) {
            out.setPrettyPrinter(new DefaultPrettyPrinter());
            while (parser.nextToken() != null) {
                out.copyCurrentEventExact(parser);
            }
        } catch (IOException e) {
            throw new CommandFailure("the answer is no JSON: " + e.getMessage(), e);
        }
        return text.toString();
    }
}
