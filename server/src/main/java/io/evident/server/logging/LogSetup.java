package io.evident.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.evident.server.config.LoggingConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to standard error, so that standard output belongs to answers. Logback finds this class by itself and
 * starts with the quiet form; a server calls {@link #apply} once its configuration is known.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final LoggingConfig QUIET = new LoggingConfig(LoggingConfig.Format.TEXT, LoggingConfig.Level.WARN);
    /** Date and time with the offset, so that two machines' logs can be laid side by side. */
    private static final String PATTERN = "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0} - %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        apply(context, QUIET);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets format and level for the whole process. */
    public static void apply(LoggingConfig config) {
        apply((LoggerContext) LoggerFactory.getILoggerFactory(), config);
    }

    private static void apply(LoggerContext context, LoggingConfig config) {
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("standard-error");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, config.format()));
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.valueOf(config.level().name()));
        // The libraries below are talkative about their insides; what is wrong with them still shows.
        quieten(context, "net.openhft", config.level());
        quieten(context, "io.netty", config.level());
    }

    private static void quieten(LoggerContext context, String library, LoggingConfig.Level level) {
        boolean error = level == LoggingConfig.Level.ERROR;
        context.getLogger(library).setLevel(error ? Level.ERROR : Level.WARN);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LoggingConfig.Format format) {
        if (format == LoggingConfig.Format.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithContext(false);
            // The message with its arguments put in, and not the two apart.
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(PATTERN);
        text.start();
        return text;
    }
}
