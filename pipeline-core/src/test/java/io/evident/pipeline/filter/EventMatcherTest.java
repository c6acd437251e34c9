package io.evident.pipeline.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.fixture.Events;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventMatcherTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());

    private static final AuditEvent READ =
            AuditEvent.builder("acme", "user-17", "document.read").id(Events.id(1)).stream("wedding-4711")
                    .actorIp("192.0.2.7")
                    .category("data-access")
                    .resource("document", "guests/2026")
                    .outcome(Outcome.DENIED)
                    .severity(Severity.P1_HIGH)
                    .labels("pci", "caf\u00e9")
                    .attributes("{\"Reason\":\"No Consent\"}")
                    .build();
    /** The same without anything that may be left out. */
    private static final AuditEvent BARE = AuditEvent.builder("acme", "user-17", "document.read")
            .id(Events.id(2))
            .resource("document", "guests/2026")
            .outcome(Outcome.DENIED)
            .severity(Severity.P1_HIGH)
            .build();

    private static boolean matches(EventFilter filter, AuditEvent event) {
        return new EventMatcher(filter).matches(Events.view(event));
    }

    private static FieldCondition condition(FilterField field, boolean negated, String text) {
        FilterText.Reading reading = FilterText.read(field, negated, text);
        assertThat(reading.complaint()).isNull();
        return reading.condition();
    }

    private static boolean matches(FilterField field, String text, AuditEvent event) {
        boolean positive = matches(ALL.and(condition(field, false, text)), event);
        boolean negative = matches(ALL.and(condition(field, true, text)), event);
        assertThat(negative).as("the negation of %s=%s", field, text).isNotEqualTo(positive);
        return positive;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TENANT|acme",
                "TENANT|ac*",
                "STREAM|wedding-4711",
                "ACTOR|nobody,user-17",
                "ACTOR|user-17*",
                "ACTION|document.*",
                "CATEGORY|data-access",
                "RESOURCE|guests/2026",
                "RESOURCE|guests*",
                "RESOURCE|document/guests/2026",
                "RESOURCE|document/*",
                "RESOURCE|docu*",
                "OUTCOME|denied",
                "OUTCOME|success,denied",
                "SEVERITY|P0_CRITICAL,P1_HIGH",
                "LABEL|pci",
                "LABEL|caf\u00e9",
                "LABEL|c*,x",
                "IP|192.0.2.7",
                "IP|::ffff:192.0.2.7",
                "IP|10.0.0.0/8,192.0.2.0/29"
            })
    void findsAnEventByEachOfItsFields(FilterField field, String text) {
        assertThat(matches(field, text, READ)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TENANT|acm",
                "TENANT|acme2*",
                "STREAM|wedding",
                "ACTOR|user-1",
                "ACTOR|USER-17",
                "ACTOR|user-17\\*",
                "ACTION|document.read.*",
                "ACTION|document",
                "CATEGORY|data",
                "RESOURCE|document",
                "RESOURCE|document/guests",
                "RESOURCE|2026",
                "OUTCOME|success,failure,unknown",
                "SEVERITY|P0_CRITICAL,P2_MEDIUM",
                "LABEL|pcipci",
                "LABEL|caf,caf\u00e9x",
                "IP|192.0.2.70",
                "IP|192.0.2.0/30",
                "IP|::/0"
            })
    void isNotMisledByWhatIsOnlySimilar(FilterField field, String text) {
        assertThat(matches(field, text, READ)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"STREAM, wedding*", "CATEGORY, data-access", "LABEL, pci", "IP, 0.0.0.0/0", "IP, ::/0"})
    void anAbsentFieldHasNoneOfTheValues(FilterField field, String text) {
        assertThat(matches(field, text, BARE)).isFalse();
    }

    @Test
    void namesOfHostsAreComparedAsTheyAre() {
        AuditEvent named = AuditEvent.builder("acme", "user-17", "login")
                .id(Events.id(3))
                .actorIp("gate.example")
                .resource("account", "a")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .build();
        assertThat(matches(FilterField.IP, "gate.example", named)).isTrue();
        assertThat(matches(FilterField.IP, "gate.example.org,gate", named)).isFalse();
    }

    @Test
    void everyConditionHasToHold() {
        EventFilter both = ALL.and(condition(FilterField.ACTION, false, "document.*"))
                .and(condition(FilterField.ACTION, true, "document.write,document.delete"));
        assertThat(matches(both, READ)).isTrue();
        assertThat(matches(both.and(condition(FilterField.ACTION, true, "document.read")), READ))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "no consent, true",
        "NO CONSENT, true",
        "'{\"reason\":\"no consent\"}', true",
        "consents, false",
        "user-17, false",
        "'{\"reason\":\"no consent\"}}', false"
    })
    void looksForATextInTheAttributesOnly(String text, boolean found) {
        assertThat(matches(ALL.containing(text), READ)).isEqualTo(found);
        assertThat(matches(ALL.containing(text), BARE)).isFalse();
    }

    @Test
    void onlyAsciiLettersAreTheSameInBothCases() {
        AuditEvent event =
                Events.standard(4).attributes("{\"a\":\"\u00c9T\u00c9 aab\"}").build();
        assertThat(matches(ALL.containing("\u00c9t\u00c9"), event)).isTrue();
        assertThat(matches(ALL.containing("\u00e9t\u00e9"), event)).isFalse();
        assertThat(matches(ALL.containing("ab"), event)).isTrue();
        assertThat(matches(ALL.containing("A AAB"), event)).isFalse();
        assertThat(matches(ALL.containing("[aab"), event)).isFalse();
    }

    private static AuditEvent of(String tenant, long number) {
        return AuditEvent.builder(tenant, "user-17", "login")
                .id(Events.id(number))
                .resource("account", "a")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .build();
    }

    @Test
    void contract8_showsNothingOutsideTheScope() {
        EventFilter two = EventFilter.all(TenantScope.only("a", "b"));
        EventMatcher matcher = new EventMatcher(two);
        for (String tenant : List.of("a", "b", "c", "c", "a", "aa", "_system", "b")) {
            assertThat(matcher.matches(Events.view(of(tenant, 1)))).as(tenant).isEqualTo("ab".contains(tenant));
        }
        assertThat(matches(ALL, of("_system", 1))).isFalse();
        assertThat(matches(ALL.and(condition(FilterField.TENANT, true, "x")), of("_system", 1)))
                .isFalse();
        assertThat(matches(ALL.and(condition(FilterField.TENANT, false, "_*")), of("_system", 1)))
                .isFalse();
        assertThat(matches(two.and(condition(FilterField.TENANT, false, "a,c")), of("c", 1)))
                .isFalse();
        assertThat(matches(two.and(condition(FilterField.TENANT, false, "a,c")), of("a", 1)))
                .isTrue();
        assertThat(matches(EventFilter.all(TenantScope.only("_system")), of("_system", 1)))
                .isTrue();
        assertThat(matches(EventFilter.all(TenantScope.only()), of("a", 1))).isFalse();
    }

    @Test
    void contract8_knowsWhenNothingCanMatch() {
        EventFilter outside = EventFilter.all(TenantScope.only("a")).and(FilterField.TENANT, "b");
        assertThat(new EventMatcher(outside).matchesNothing()).isTrue();
        assertThat(matches(outside, of("b", 1))).isFalse();
        assertThat(new EventMatcher(ALL.and(FilterField.TENANT, "b")).matchesNothing())
                .isFalse();
    }

    @Test
    void tellsTheOneTenantThatItIsAbout() {
        assertThat(ALL.soleTenant()).isNull();
        assertThat(ALL.and(FilterField.TENANT, "a").soleTenant()).isEqualTo("a");
        assertThat(EventFilter.all(TenantScope.only("a")).soleTenant()).isEqualTo("a");
        assertThat(ALL.and(condition(FilterField.TENANT, false, "a,b")).soleTenant())
                .isNull();
        assertThat(ALL.and(condition(FilterField.TENANT, false, "a*")).soleTenant())
                .isNull();
        assertThat(ALL.and(condition(FilterField.TENANT, true, "a")).soleTenant())
                .isNull();
    }

    @Test
    void equalFiltersAreEqualInAnyOrder() {
        FieldCondition one = condition(FilterField.ACTION, false, "a*");
        FieldCondition two = condition(FilterField.ACTION, true, "ab");
        FieldCondition three = condition(FilterField.IP, false, "10.0.0.0/8");
        assertThat(ALL.and(one).and(two).and(three))
                .isEqualTo(ALL.and(three).and(two).and(one).and(two));
    }

    @Test
    void contract7_aFilterHasALimit() {
        List<FieldCondition> many = new ArrayList<>();
        for (int i = 0; i < EventFilter.MAX_CONDITIONS; i++) {
            many.add(FieldCondition.is(FilterField.LABEL, "l" + i));
        }
        EventFilter full = new EventFilter(TenantScope.allButSystem(), many, null);
        assertThatThrownBy(() -> full.and(FilterField.LABEL, "more")).hasMessageContaining("33");
        assertThatThrownBy(() -> ALL.containing("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FieldCondition(FilterField.LABEL, false, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static IntStream seeds() {
        return IntStream.rangeClosed(1, 100);
    }

    /** Random filters over random events, against what the words say. One matcher sees all events in a row. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAPlainReadingOfTheWords(int seed) {
        Random random = new Random(seed);
        List<AuditEvent> events =
                Stream.generate(() -> randomEvent(random)).limit(60).toList();
        for (int i = 0; i < 20; i++) {
            EventFilter filter = randomFilter(random);
            EventMatcher matcher = new EventMatcher(filter);
            for (AuditEvent event : events) {
                assertThat(matcher.matches(Events.view(event)))
                        .as("%s for %s", filter, event)
                        .isEqualTo(expected(filter, event));
            }
        }
    }

    private static String word(Random random) {
        return Stream.of("a", "ab", "abc", "b", "a/b", "b/a", "\u00e9a")
                .skip(random.nextInt(7))
                .findFirst()
                .orElseThrow();
    }

    private static String address(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "10.0." + random.nextInt(2) + "." + random.nextInt(4);
            case 1 -> "::ffff:10.0.0." + random.nextInt(4);
            case 2 -> "2001:db8::" + random.nextInt(4);
            default -> "gate-" + random.nextInt(2);
        };
    }

    private static AuditEvent randomEvent(Random random) {
        AuditEvent.Builder event = AuditEvent.builder(
                        random.nextInt(8) == 0 ? "_system" : word(random), word(random), word(random))
                .id(Events.id(1))
                .resource(word(random), word(random))
                .outcome(Outcome.values()[random.nextInt(4)])
                .severity(Severity.values()[random.nextInt(5)])
                .labels(Stream.generate(() -> word(random))
                        .limit(random.nextInt(3))
                        .toArray(String[]::new));
        if (random.nextBoolean()) {
            event.stream(word(random)).actorIp(address(random)).attributes("{\"x\":\"" + word(random) + "\"}");
        }
        return random.nextBoolean() ? event.category(word(random)).build() : event.build();
    }

    private static EventFilter randomFilter(Random random) {
        TenantScope scope = random.nextBoolean()
                ? TenantScope.allButSystem()
                : random.nextBoolean() ? TenantScope.only("a", "_system") : TenantScope.only("ab");
        List<FieldCondition> conditions = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            FilterField field = FilterField.values()[random.nextInt(FilterField.values().length)];
            List<String> values = Stream.generate(() -> randomValue(field, random))
                    .limit(1 + random.nextInt(3))
                    .toList();
            conditions.add(condition(field, random.nextInt(3) == 0, String.join(",", values)));
        }
        return new EventFilter(scope, conditions, random.nextInt(6) == 0 ? "\"" + word(random) : null);
    }

    private static String randomValue(FilterField field, Random random) {
        return switch (field) {
            case OUTCOME -> Outcome.values()[random.nextInt(4)].text();
            case SEVERITY -> Severity.values()[random.nextInt(5)].name();
            case IP ->
                switch (random.nextInt(3)) {
                    case 0 -> "10.0.0.0/" + (22 + random.nextInt(11));
                    case 1 -> "2001:db8::/" + (120 + random.nextInt(9));
                    default -> address(random);
                };
            default -> word(random) + (random.nextInt(3) == 0 ? "*" : "");
        };
    }

    private static boolean expected(EventFilter filter, AuditEvent event) {
        return filter.scope().contains(event.tenant())
                && filter.conditions().stream().allMatch(condition -> expected(condition, event))
                && (filter.text() == null
                        || (event.attributes() != null
                                && event.attributes()
                                        .toLowerCase(Locale.ROOT)
                                        .contains(filter.text().toLowerCase(Locale.ROOT))));
    }

    private static boolean expected(FieldCondition condition, AuditEvent event) {
        boolean has = values(condition.field(), event).stream()
                .anyMatch(value -> condition.values().stream()
                        .anyMatch(pattern -> condition.field() == FilterField.IP
                                ? isAt(value, pattern)
                                : pattern.kind() == ValuePattern.Kind.PREFIX
                                        ? value.startsWith(pattern.text())
                                        : value.equals(pattern.text())));
        return has != condition.negated();
    }

    private static List<String> values(FilterField field, AuditEvent event) {
        return switch (field) {
            case TENANT -> List.of(event.tenant());
            case STREAM -> Stream.ofNullable(event.stream()).toList();
            case ACTOR -> List.of(event.actorId());
            case ACTION -> List.of(event.action());
            case CATEGORY -> Stream.ofNullable(event.category()).toList();
            case RESOURCE -> List.of(event.resourceId(), event.resourceType() + "/" + event.resourceId());
            case OUTCOME -> List.of(event.outcome().text());
            case SEVERITY -> List.of(event.severity().name());
            case LABEL -> event.labels();
            case IP -> Stream.ofNullable(event.actorIp()).toList();
        };
    }

    /** By the last number, as all addresses here differ in nothing else but their family and the third of IPv4. */
    private static boolean isAt(String value, ValuePattern pattern) {
        String plain = value.replace("::ffff:", "");
        if (pattern.kind() == ValuePattern.Kind.EXACT) {
            return plain.equals(pattern.text().replace("::ffff:", ""));
        }
        String[] network = pattern.text().split("/", -1);
        int bits = Integer.parseInt(network[1]);
        if (network[0].startsWith("10.") && plain.startsWith("10.")) {
            String[] parts = plain.split("\\.", -1);
            int low = Integer.parseInt(parts[2]) << 8 | Integer.parseInt(parts[3]);
            return low >>> (32 - bits) == 0;
        }
        return network[0].contains(":")
                && plain.contains(":")
                && Integer.parseInt(plain.substring("2001:db8::".length())) >>> (128 - bits) == 0;
    }
}
