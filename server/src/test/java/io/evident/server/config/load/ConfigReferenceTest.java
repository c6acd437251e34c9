package io.evident.server.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Run with {@code -Devident.writeDocs=true}, it writes the reference anew. */
class ConfigReferenceTest {
    @Test
    void hasAReferenceThatSaysWhatTheCatalogueSays() throws IOException {
        Path file = ProjectFiles.root().resolve("docs/configuration.md");
        if (Boolean.getBoolean("evident.writeDocs")) {
            Files.writeString(file, reference());
        }

        assertThat(file).hasContent(reference());
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                This page is written from the catalogue of keys in the code, and a test keeps it so; `config/evident.yaml`
                is the same as a file to copy from. A flag beats an environment variable, which beats `--config FILE`,
                which beats the default. `evident serve --set KEY=VALUE` sets any key; `--data`, `--http`, `--tcp` and
                `--insecure` are short for the usual ones.

                Unknown keys and variables are refused with the nearest valid name, wrong values with what is allowed;
                all problems are told at once, with file and line. Sections are written indented in the file:
                `lanes.standardEvents` is `standardEvents` below `lanes`. Numbers are whole, their unit is in the name.
                Variables that Kubernetes sets for a service named `evident` (`EVIDENT_SERVICE_...`, `EVIDENT_PORT...`)
                are passed over, and so is the launcher's `EVIDENT_JAVA_OPTS`.

                | key | variable | default | allowed | meaning |
                | --- | -------- | ------- | ------- | ------- |
                """);
        for (ConfigKey<?> key : ConfigKeys.all()) {
            text.append("| `")
                    .append(key.name())
                    .append("` | `")
                    .append(key.variable())
                    .append("` | `")
                    .append(key.defaultText())
                    .append("` | ")
                    .append(key.range())
                    .append(" | ")
                    .append(key.help())
                    .append(" |\n");
        }
        return text.toString();
    }
}
