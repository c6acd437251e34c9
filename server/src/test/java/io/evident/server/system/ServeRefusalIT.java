package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When {@code serve} does not serve. */
class ServeRefusalIT {
    @TempDir
    private Path data;

    @Test
    void endsWithAClearMessageWhenAnotherServerHasTheDataDirectory() throws Exception {
        try (ServerProcess first = ServerProcess.start(data);
                EvidentProcess second = serve("127.0.0.1:0")) {
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(second.out()).isEmpty();
            assertThat(second.err().lines().filter(line -> line.startsWith("evident: ")))
                    .singleElement()
                    .asString()
                    .contains("cannot serve", data.toString(), "in use");
            assertThat(second.err()).doesNotContain("\tat ");

            assertThat(first.http().get("/health").status()).isEqualTo(200);
            first.stopCleanly();
        }
    }

    @Test
    void endsWithAClearMessageWhenItsAddressIsTaken() throws Exception {
        try (ServerProcess first = ServerProcess.start(data.resolve("first"));
                EvidentProcess second = EvidentProcess.start(
                        "serve",
                        "--data",
                        data.resolve("second").toString(),
                        "--http",
                        "127.0.0.1:" + first.httpUri().getPort(),
                        "--tcp",
                        "127.0.0.1:0")) {
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(second.err())
                    .contains(
                            "evident: cannot serve",
                            String.valueOf(first.httpUri().getPort()));
            assertThat(second.err()).doesNotContain("\tat ");
        }
    }

    @Test
    void refusesAnAddressThatOthersReachUnlessToldInsecure() throws Exception {
        try (EvidentProcess refused = serve("0.0.0.0:0")) {
            assertThat(refused.awaitEnd()).isEqualTo(2);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains("0.0.0.0", "--insecure");
            assertThat(data.resolve("evident.lock")).doesNotExist();
        }
        try (EvidentProcess told = serve("0.0.0.0:0", "--insecure")) {
            assertThat(told.nextLine())
                    .as("%s; %s", told.state(), told.err())
                    .startsWith("evident ready http=0.0.0.0:");
            assertThat(told.err()).contains("insecure");
            told.terminate();
            assertThat(told.awaitEnd()).isZero();
        }
    }

    @Test
    void refusesWhatIsNoDataDirectory() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "this is no directory");
        try (EvidentProcess refused = EvidentProcess.start(
                "serve", "--data", file.toString(), "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0")) {
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.err()).contains("evident: cannot serve: " + file, "Not a directory");
            assertThat(refused.err()).doesNotContain("\tat ");
        }
    }

    private EvidentProcess serve(String http, String... more) throws IOException {
        String[] args = {"serve", "--data", data.toString(), "--http", http, "--tcp", "127.0.0.1:0"};
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return EvidentProcess.start(all);
    }
}
