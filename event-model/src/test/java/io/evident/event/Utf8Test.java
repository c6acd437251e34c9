package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    private static final int[] EDGES = {
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
    };

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void agreesWithTheStrictDecoderOfTheJdk(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int at = random.nextInt(12); at < bytes.length; at++) {
                bytes[at] = (byte) EDGES[random.nextInt(EDGES.length)];
            }
            assertThat(Utf8.isWellFormed(bytes, 0, bytes.length))
                    .as("seed %d: %s", seed, Arrays.toString(bytes))
                    .isEqualTo(jdkReads(bytes, 0, bytes.length));
        }
    }

    @Test
    void agreesWithTheJdkOnEverySequenceOfTwoBytesAndEveryEdgeOfFour() {
        byte[] two = new byte[2];
        for (int i = 0; i < 0x10000; i++) {
            two[0] = (byte) (i >> 8);
            two[1] = (byte) i;
            if (Utf8.isWellFormed(two, 0, 2) != jdkReads(two, 0, 2)) {
                assertThat(two).as("the JDK sees it otherwise").isNull();
            }
        }
        byte[] four = new byte[4];
        int edges = EDGES.length;
        for (int i = 0; i < edges * edges * edges * edges; i++) {
            for (int at = 0, rest = i; at < 4; at++, rest /= edges) {
                four[at] = (byte) EDGES[rest % edges];
            }
            if (Utf8.isWellFormed(four, 0, 4) != jdkReads(four, 0, 4)) {
                assertThat(four).as("the JDK sees it otherwise").isNull();
            }
        }
    }

    @Test
    void looksAtItsRangeOnly() {
        byte[] bytes = {-1, -1, 'a', (byte) 0xC3, (byte) 0xA9, -1};
        assertThat(Utf8.isWellFormed(bytes, 2, 3)).isTrue();
        assertThat(Utf8.isWellFormed(bytes, 2, 2)).as("cut within a sequence").isFalse();
        assertThat(Utf8.isWellFormed(bytes, 0, 0)).isTrue();
        assertThat(Utf8.firstIllFormed(bytes, 2, 4)).isEqualTo(5);
        assertThat(Utf8.firstIllFormed(bytes, 2, 2)).isEqualTo(3);
    }

    @Test
    void encodesEveryCodePointAsTheJdkDoes() {
        byte[] target = new byte[8];
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            char[] chars = Character.toChars(codePoint);
            int length = Utf8.encode(chars, 0, chars.length, target);
            boolean alone = chars.length == 1 && Character.isSurrogate(chars[0]);
            if (alone) {
                assertThat(length).isEqualTo(-1);
            } else if (!Arrays.equals(
                    Arrays.copyOf(target, length), new String(chars).getBytes(StandardCharsets.UTF_8))) {
                assertThat(codePoint).as("is encoded otherwise").isNull();
            }
        }
    }

    @Test
    void encodesTextsWithEveryCodePointAsTheJdkDoesAndSaysBeforeHowLongTheyAre() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            boolean alone = Character.getType(codePoint) == Character.SURROGATE;
            String text = "a" + Character.toString(codePoint) + "b";
            byte[] expected = text.getBytes(StandardCharsets.UTF_8);
            byte[] target = new byte[8];
            int length = (int) Utf8.encodedLength(text);
            if (length > 0) {
                Utf8.encode(text, length, target, 1);
            }
            if (length != (alone ? -1 : expected.length)
                    || (!alone && !Arrays.equals(target, 1, 1 + length, expected, 0, length))) {
                assertThat(codePoint).as("is encoded otherwise").isNull();
            }
        }
    }

    @Test
    void findsUnpairedSurrogates() {
        for (String unpaired :
                new String[] {"\ud83d", "a\ud83d", "\udc8d", "\udc8d\ud83d", "\ud83d\ud83d\udc8d", "\ud83da"}) {
            assertThat(Utf8.encodedLength(unpaired)).isEqualTo(-1);
            assertThat(Utf8.encode(unpaired.toCharArray(), 0, unpaired.length(), new byte[16]))
                    .isEqualTo(-1);
        }
        assertThat(Utf8.encodedLength("")).isZero();
        assertThat(Utf8.encodedLength("a\ud83d\udc8d\ud83d\udc8d\u00e9")).isEqualTo(11);
    }

    private static boolean jdkReads(byte[] bytes, int offset, int length) {
        CharBuffer chars = CharBuffer.allocate(length);
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        return strict.decode(ByteBuffer.wrap(bytes, offset, length), chars, true)
                .isUnderflow();
    }
}
