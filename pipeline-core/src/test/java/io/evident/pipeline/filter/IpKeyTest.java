package io.evident.pipeline.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpKeyTest {
    private static IntStream seeds() {
        return IntStream.rangeClosed(1, 100);
    }

    private static byte[] keyOf(byte[] address) {
        byte[] key = new byte[1 + address.length];
        key[0] = (byte) (address.length == 4 ? 4 : 6);
        System.arraycopy(address, 0, key, 1, address.length);
        return key;
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:c000:201, 192.0.2.1",
        "0:0:0:0:0:ffff:192.0.2.1, 192.0.2.1",
        "::, ::",
        "0:0:0:0:0:0:0:0, ::",
        "::1, ::1",
        "0::1, ::1",
        "1::, 1::",
        "1:0:0:0:0:0:0:0, 1::",
        "::1.2.3.4, ::102:304",
        "::fffe:1.2.3.4, ::fffe:102:304",
        "::1:ffff:1.2.3.4, ::1:ffff:102:304",
        "2001:DB8::0:0001, 2001:db8::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221"
    })
    void knowsEachSpellingOfAnAddress(String spelling, String normal) {
        assertThat(IpKey.text(IpKey.of(spelling))).isEqualTo(normal);
        assertThat(IpKey.of(spelling)).isEqualTo(IpKey.of(normal));
        assertThat(IpKey.of(spelling)[0]).isNotEqualTo(IpKey.NAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.4.",
                ".1.2.3.4",
                "1..3.4",
                "1.2.3.256",
                "1.2.3.0004",
                "01.2.3.4",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1::2::3",
                ":1::2",
                "1:2:",
                "1::2:",
                "12345::",
                "g::",
                "::1%eth0",
                "[::1]",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6::1.2.3.4",
                "::1.2.3",
                "::1.2.3.4:5",
                "::01.2.3.4",
                "gate.example",
                "caf\u00e9",
                "\u0661.2.3.4"
            })
    void takesWhatIsNoAddressForAName(String name) {
        byte[] key = IpKey.of(name);
        assertThat(key[0]).isEqualTo(IpKey.NAME);
        assertThat(IpKey.text(key)).isEqualTo(name);
    }

    @Test
    void takesTheLongestNameAndALongerOne() {
        assertThat(IpKey.of("n".repeat(256))).hasSize(257);
        assertThat(IpKey.text(IpKey.of("n".repeat(257)))).isEqualTo("n".repeat(257));
    }

    /** Any spelling of an address gives the bytes that the JDK gives for it, and its normal text leads back to them. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readsAddressesAsTheJdkDoes(int seed) throws UnknownHostException {
        Random random = new Random(seed);
        IpKey reused = new IpKey();
        for (int i = 0; i < 200; i++) {
            String text = random.nextInt(4) == 0 ? v4Text(random) : v6Text(random);
            byte[] expected = keyOf(InetAddress.getByName(text).getAddress());
            byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
            reused.read(utf8, 1, utf8.length - 2);
            assertThat(Arrays.copyOf(reused.bytes(), reused.length())).as(text).isEqualTo(expected);
            String normal = IpKey.text(expected);
            assertThat(IpKey.of(normal)).as("%s as %s", text, normal).isEqualTo(expected);
            assertThat(IpKey.text(IpKey.of(normal))).isEqualTo(normal);
        }
    }

    private static String v4Text(Random random) {
        return random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
    }

    private static String v6Text(Random random) {
        int groups = random.nextInt(3) == 0 ? 6 : 8;
        StringBuilder text = new StringBuilder();
        int gapAt = random.nextBoolean() ? random.nextInt(groups) : groups;
        int gapEnd = Math.min(groups, gapAt + 1 + random.nextInt(groups));
        for (int i = 0; i < groups; i++) {
            if (i == gapAt) {
                text.append("::");
                i = gapEnd - 1;
                continue;
            }
            if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(group(random));
        }
        if (groups == 6) {
            text.append(text.charAt(text.length() - 1) == ':' ? "" : ":").append(v4Text(random));
        }
        return text.toString();
    }

    private static String group(Random random) {
        int value = random.nextInt(3) == 0 ? (random.nextBoolean() ? 0 : 0xFFFF) : random.nextInt(0x1_0000);
        String hex = Integer.toHexString(value);
        String padded = random.nextInt(4) == 0 ? "0".repeat(4 - hex.length()) + hex : hex;
        return random.nextBoolean() ? padded : padded.toUpperCase(java.util.Locale.ROOT);
    }

    /** What has the letters of an address and colons is one exactly when the JDK, which is laxer about zeros, says so. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tellsAddressesFromNonsenseAsTheJdkDoes(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int parts = 1 + random.nextInt(9); parts > 0; parts--) {
                text.append(random.nextInt(8) == 0 ? v4Text(random) : random.nextInt(5) == 0 ? "" : group(random));
                text.append(parts == 1 && random.nextInt(4) != 0 ? "" : ":");
            }
            if (text.indexOf(":") >= 0) {
                byte[] expected = jdkKey(text.toString());
                byte[] key = IpKey.of(text.toString());
                assertThat(key[0] == IpKey.NAME ? null : key)
                        .as(text.toString())
                        .isEqualTo(expected);
            }
        }
    }

    private static byte[] jdkKey(String text) {
        try {
            return keyOf(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
