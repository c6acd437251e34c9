package io.evident.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the house: who may see whom. */
class HouseTest {
    private static final String EVENT_MODEL = "io.evident.event..";
    private static final String PIPELINE_CORE = "io.evident.pipeline..";
    private static final String SHARDING = "io.evident.sharding..";
    private static final String STORAGE = "io.evident.storage..";
    private static final String INGEST = "io.evident.ingest..";
    private static final String CLIENT = "io.evident.client..";
    private static final String SERVER = "io.evident.server..";

    private static JavaClasses house;

    @BeforeAll
    static void readAllClasses() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.evident");
    }

    /** A module may see these packages of Evident besides its own, and no others. */
    private static ArchRule sees(String module, String... others) {
        String[] allowed = java.util.Arrays.copyOf(others, others.length + 1);
        allowed[others.length] = module;
        return noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(resideInAPackage("io.evident..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true);
    }

    @Test
    void hasClassesToLookAt() {
        assertThat(house.stream().map(each -> each.getPackageName()))
                .anyMatch(name -> name.startsWith("io.evident.event"))
                .anyMatch(name -> name.startsWith("io.evident.pipeline"))
                .anyMatch(name -> name.startsWith("io.evident.server"));
    }

    @Test
    void knowsAHomeForEveryClass() {
        classes()
                .should()
                .resideInAnyPackage(EVENT_MODEL, PIPELINE_CORE, SHARDING, STORAGE, INGEST, CLIENT, SERVER)
                .check(house);
    }

    @Test
    void keepsTheEventModelFreeOfAllButTheJdkAndJacksonCore() {
        classes()
                .that()
                .resideInAPackage(EVENT_MODEL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(EVENT_MODEL, "java..", "com.fasterxml.jackson.core..")
                .check(house);
    }

    @Test
    void letsTheCoreSeeTheEventModelOnly() {
        sees(PIPELINE_CORE, EVENT_MODEL).check(house);
    }

    @Test
    void letsSiblingsMeetInThePortsOfTheCoreOnly() {
        sees(SHARDING, PIPELINE_CORE, EVENT_MODEL).check(house);
        sees(STORAGE, PIPELINE_CORE, EVENT_MODEL).check(house);
        sees(INGEST, PIPELINE_CORE, EVENT_MODEL).check(house);
    }

    @Test
    void letsTheClientSeeTheEventModelOnly() {
        sees(CLIENT, EVENT_MODEL).check(house);
    }

    @Test
    void keepsChronicleInStorageAndNettyInIngest() {
        noClasses()
                .that()
                .resideOutsideOfPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..")
                .check(house);
        noClasses()
                .that()
                .resideOutsideOfPackage(INGEST)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(house);
    }

    @Test
    void hasNoCyclesBetweenPackages() {
        slices().matching("io.evident.(**)").should().beFreeOfCycles().check(house);
    }
}
