package io.evident.server.ask;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeTextTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1000000, 1000000",
        "10GB, 10000000000",
        "10 GB, 10000000000",
        "10gb, 10000000000",
        "512MiB, 536870912",
        "1TiB, 1099511627776",
        "3kB, 3000",
        "0, -1",
        "0GB, -1",
        "-1, -1",
        "1.5GB, -1",
        "GB, -1",
        "10XB, -1",
        "999999999999999999PB, -1",
        "'', -1"
    })
    void readsSizesAsPeopleWriteThem(String text, long bytes) {
        assertThat(SizeText.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1 kB", "1500000, 1.5 MB", "10000000000, 10 GB", "536870912, 536.9 MB"})
    void writesThemShort(long bytes, String text) {
        assertThat(SizeText.of(bytes)).isEqualTo(text);
    }
}
