package io.evident.pipeline.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
    private static boolean contains(String network, String address) {
        byte[] key = IpKey.of(address);
        return IpNetwork.parse(network).contains(key, key.length);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, 10.255.255.255",
        "10.9.8.7/8, 10.0.0.0, 10.255.255.255",
        "192.0.2.128/25, 192.0.2.128, 192.0.2.255",
        "192.0.2.130/31, 192.0.2.130, 192.0.2.131",
        "192.0.2.1/32, 192.0.2.1, 192.0.2.1",
        "0.0.0.0/0, 0.0.0.0, 255.255.255.255",
        "2001:db8::/32, 2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::/33, 2001:db8::, 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::1/128, 2001:db8::1, 2001:db8::1",
        "::/0, ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    })
    void reachesFromItsFirstToItsLastAddress(String text, String first, String last) {
        IpNetwork network = IpNetwork.parse(text);
        assertThat(IpKey.text(network.first())).isEqualTo(first);
        assertThat(IpKey.text(network.last())).isEqualTo(last);
        assertThat(contains(text, first)).isTrue();
        assertThat(contains(text, last)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.0",
        "10.0.0.0/8, 9.255.255.255",
        "10.0.0.0/8, gate.example",
        "10.0.0.0/8, ::a00:1",
        "0.0.0.0/0, ::1",
        "::/0, 10.0.0.1",
        "::/0, ::ffff:10.0.0.1",
        "::/0, gate.example",
        "192.0.2.1/32, 192.0.2.2",
        "2001:db8::/32, 2001:db9::"
    })
    void endsAtItsBoundsAndAtItsFamily(String network, String address) {
        assertThat(contains(network, address)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, ::ffff:10.1.2.3", "192.0.2.0/24, ::FFFF:c000:201"})
    void holdsIpv4AddressesInIpv6Spelling(String network, String address) {
        assertThat(contains(network, address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "10.0.0.0/8 ",
                "10.0.0.0/1111",
                "10.0.0/8",
                "gate/8",
                "2001:db8::/129",
                "::ffff:10.0.0.0/104",
                "10.0.0.0/\u0668"
            })
    void isNoneWithoutAnAddressAndAPrefixThatFitsIt(String text) {
        assertThat(IpNetwork.parse(text)).isNull();
    }

    private static IntStream seeds() {
        return IntStream.rangeClosed(1, 100);
    }

    /** An address is in a network exactly when both have the same first bits. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdsTheAddressesWithItsFirstBits(int seed) throws UnknownHostException {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] base = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(base);
            int bits = random.nextInt(base.length * 8 + 1);
            byte[] other = base.clone();
            int flipped = random.nextInt(base.length * 8 + 1);
            for (int bit = flipped; bit < base.length * 8; bit++) {
                other[bit / 8] ^= (byte) (bit == flipped || random.nextBoolean() ? 0x80 >>> bit % 8 : 0);
            }
            String network = InetAddress.getByAddress(base).getHostAddress() + "/" + bits;
            String address = InetAddress.getByAddress(other).getHostAddress();
            int shift = base.length * 8 - bits;
            boolean same = new BigInteger(1, base).shiftRight(shift).equals(new BigInteger(1, other).shiftRight(shift));
            assertThat(contains(network, address))
                    .as("%s in %s", address, network)
                    .isEqualTo(same);
            byte[] key = IpKey.of(address);
            IpNetwork parsed = IpNetwork.parse(network);
            assertThat(Arrays.compareUnsigned(parsed.first(), key) <= 0
                            && Arrays.compareUnsigned(key, parsed.last()) <= 0)
                    .as("%s between the bounds of %s", address, network)
                    .isEqualTo(same);
        }
    }
}
