package io.evident.event.wire;

import io.evident.event.EventLayout;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.generation.CompilerUtil;
import org.agrona.generation.StringWriterOutputManager;
import uk.co.real_logic.sbe.generation.common.PrecedenceChecks;
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/**
 * The codecs that the SBE tool generates from the published schema, with precedence checks, compiled while the tests run:
 * so no build step is needed, and warnings in generated code are nobody's business. They are called by name.
 */
final class GeneratedSbe {
    private static final String PACKAGE = "io.evident.sbe";
    private static final GeneratedSbe INSTANCE = create();

    private final ClassLoader classes;

    private GeneratedSbe(ClassLoader classes) {
        this.classes = classes;
    }

    /** The one for all tests; it is made when it is first asked for. */
    static GeneratedSbe instance() {
        return INSTANCE;
    }

    private static GeneratedSbe create() {
        try {
            StringWriterOutputManager sources = new StringWriterOutputManager();
            sources.setPackageName(PACKAGE);
            generate(sources);
            return new GeneratedSbe(CompilerUtil.compileInMemory(PACKAGE + ".Tier", sources.getSources())
                    .getClassLoader());
        } catch (Exception failed) {
            throw new AssertionError("the published schema gives no codecs", failed);
        }
    }

    private static void generate(StringWriterOutputManager sources) throws Exception {
        PrecedenceChecks checks =
                PrecedenceChecks.newInstance(new PrecedenceChecks.Context().shouldGeneratePrecedenceChecks(true));
        new JavaGenerator(
                        schema(),
                        "org.agrona.MutableDirectBuffer",
                        "org.agrona.DirectBuffer",
                        false,
                        false,
                        false,
                        false,
                        checks,
                        sources)
                .generate();
    }

    private static Ir schema() throws Exception {
        ParserOptions strict = ParserOptions.builder()
                .stopOnError(true)
                .warningsFatal(true)
                .suppressOutput(true)
                .build();
        try (InputStream xml = EventLayout.class.getResourceAsStream("evident.xml")) {
            return new IrGenerator().generate(XmlSchemaParser.parse(xml, strict));
        }
    }

    /** A constant of a generated enumeration. */
    Object constant(String enumeration, String name) throws ReflectiveOperationException {
        return type(enumeration).getField(name).get(null);
    }

    /** A class of the generated package. */
    Class<?> type(String name) throws ClassNotFoundException {
        return classes.loadClass(PACKAGE + "." + name);
    }

    /** An encoder that writes a message and its header from {@code offset}. */
    Codec encoder(String message, byte[] target, int offset) throws ReflectiveOperationException {
        Codec encoder = create(message + "Encoder");
        encoder.call("wrapAndApplyHeader", new UnsafeBuffer(target), offset, create("MessageHeaderEncoder").codec);
        return encoder;
    }

    /** A decoder that reads a message with its header from {@code offset}. */
    Codec decoder(String message, byte[] source, int offset) throws ReflectiveOperationException {
        Codec decoder = create(message + "Decoder");
        decoder.call("wrapAndApplyHeader", new UnsafeBuffer(source), offset, create("MessageHeaderDecoder").codec);
        return decoder;
    }

    private Codec create(String name) throws ReflectiveOperationException {
        return new Codec(type(name).getDeclaredConstructor().newInstance());
    }

    /** A generated encoder or decoder, of a message or a group. */
    static final class Codec {
        private static final Map<String, List<Method>> METHODS = new ConcurrentHashMap<>();

        private final Object codec;

        private Codec(Object codec) {
            this.codec = codec;
        }

        /** Calls the method that fits. */
        Object call(String name, Object... arguments) throws ReflectiveOperationException {
            for (Method method : named(name)) {
                Object[] fitting = fit(method.getParameterTypes(), arguments);
                if (fitting != null) {
                    return invoke(method, fitting);
                }
            }
            throw new NoSuchMethodException(codec.getClass().getName() + "." + name);
        }

        private List<Method> named(String name) {
            return METHODS.computeIfAbsent(
                    codec.getClass().getName() + "." + name,
                    key -> Arrays.stream(codec.getClass().getMethods())
                            .filter(method -> method.getName().equals(name))
                            .toList());
        }

        private Object invoke(Method method, Object[] arguments) throws ReflectiveOperationException {
            try {
                return method.invoke(codec, arguments);
            } catch (InvocationTargetException failed) {
                throw new AssertionError("generated " + method + " refused", failed.getCause());
            }
        }

        /** Calls a method that gives another codec: a group, a flag set. */
        Codec part(String name, Object... arguments) throws ReflectiveOperationException {
            return new Codec(call(name, arguments));
        }

        long number(String name) throws ReflectiveOperationException {
            return ((Number) call(name)).longValue();
        }

        String text(String name) throws ReflectiveOperationException {
            return call(name).toString();
        }

        private static Object[] fit(Class<?>[] types, Object[] arguments) {
            if (types.length != arguments.length) {
                return null;
            }
            Object[] fitting = new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                fitting[i] = fit(types[i], arguments[i]);
                if (fitting[i] == null) {
                    return null;
                }
            }
            return fitting;
        }

        private static Object fit(Class<?> type, Object argument) {
            if (argument instanceof Number number && type.isPrimitive()) {
                return type == int.class
                        ? (Object) number.intValue()
                        : type == long.class
                                ? (Object) number.longValue()
                                : type == short.class ? (Object) number.shortValue() : null;
            }
            return type.isInstance(argument) || (type == boolean.class && argument instanceof Boolean)
                    ? argument
                    : null;
        }
    }
}
