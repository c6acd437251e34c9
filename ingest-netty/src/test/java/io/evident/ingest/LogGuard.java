package io.evident.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a warning or error in the log which it did not expect; that is where leaked buffers show up. */
public final class LogGuard implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final List<String> MESSAGES = new CopyOnWriteArrayList<>();

    /** Where Logback hands warnings and errors to. */
    public static final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            MESSAGES.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    }

    /** The messages so far; they are expected, and forgotten. */
    public static List<String> take() {
        List<String> taken = List.copyOf(MESSAGES);
        MESSAGES.clear();
        return taken;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        MESSAGES.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(take()).as("unexpected in the log").isEmpty();
    }

    /** Makes the leak detector look: it reports buffers that were collected without a release on the next allocations. */
    @Override
    public void afterAll(ExtensionContext context) {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int j = 0; j < 200; j++) {
                ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16);
                probe.release();
            }
        }
        assertThat(take()).as("leaks").isEmpty();
    }
}
