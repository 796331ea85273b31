package dev.latchkey.e2e;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.latchkey.protocol.StorageKey;

/** The rules of the house, each as a test: who may touch what, and how the code reads. */
@AnalyzeClasses(packages = "dev.latchkey", importOptions = ImportOption.DoNotIncludeTests.class)
final class RulesOfTheHouseTest {
    private static final String OPAQUE = "dev.latchkey.opaque..";
    private static final String PROTOCOL = "dev.latchkey.protocol..";
    private static final String WIRE = "dev.latchkey.protocol.wire..";
    private static final String CLIENT = "dev.latchkey.client..";
    private static final String SERVER = "dev.latchkey.server..";
    private static final String RPC = "dev.latchkey.server.rpc..";
    private static final String STORE = "dev.latchkey.server.store..";
    private static final String SEAL = "dev.latchkey.server.seal..";
    private static final String CLI = "dev.latchkey.cli..";
    private static final String BENCH = "dev.latchkey.bench..";

    @ArchTest
    static final ArchRule rooms_lead_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("opaque")
            .definedBy(OPAQUE)
            .layer("protocol")
            .definedBy(PROTOCOL)
            .layer("client")
            .definedBy(CLIENT)
            .layer("server")
            .definedBy(SERVER)
            .layer("cli")
            .definedBy(CLI)
            .optionalLayer("bench")
            .definedBy(BENCH)
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("cli", "bench")
            .whereLayer("server")
            .mayOnlyBeAccessedByLayers("cli", "bench")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("client", "server", "cli", "bench");

    @ArchTest
    static final ArchRule opaque_is_bytes_in_bytes_out = noClasses()
            .that()
            .resideInAPackage(OPAQUE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.net..",
                    "java.sql..",
                    "java.time..",
                    "org.slf4j..",
                    "com.google.protobuf..",
                    "io.grpc..")
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule argon2id_alone_comes_from_bouncy_castle = noClasses()
            .that()
            .resideInAnyPackage(OPAQUE, PROTOCOL, CLIENT, SERVER)
            .and()
            .doNotHaveSimpleName("Argon2id")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule protocol_knows_no_sockets_files_or_tables = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.sql..", "org.jdbi..", "io.grpc.netty..");

    @ArchTest
    static final ArchRule client_knows_no_console_and_no_tables = noClasses()
            .that()
            .resideInAPackage(CLIENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.jdbi..", "picocli..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.io.Console.class);

    @ArchTest
    static final ArchRule handlers_know_no_database = noClasses()
            .that()
            .resideInAPackage(RPC)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..", "org.sqlite..", SEAL);

    @ArchTest
    static final ArchRule the_store_knows_no_wire = noClasses()
            .that()
            .resideInAnyPackage(STORE, SEAL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.google.protobuf..", WIRE, RPC);

    @ArchTest
    static final ArchRule the_command_line_leaves_ciphers_and_tables_alone = noClasses()
            .that()
            .resideInAPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.crypto..", "java.sql..", "org.jdbi..");

    @ArchTest
    static final ArchRule no_class_is_a_manager_helper_or_util = noClasses()
            .that()
            .resideInAPackage("dev.latchkey..")
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule classes_are_final_or_sealed_or_said_to_be_open = classes()
            .that()
            .resideInAPackage("dev.latchkey..")
            .and()
            .resideOutsideOfPackages(WIRE, BENCH)
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .should(beFinalOrAbstract());

    @ArchTest
    static final ArchRule records_hold_no_secrets_and_no_arrays = fields().that()
            .areDeclaredInClassesThat()
            .areRecords()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.latchkey..")
            .and()
            .areNotStatic()
            .should()
            .notHaveRawType(secretOrArray());

    @ArchTest
    static final ArchRule no_secret_is_a_string = fields().that()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.latchkey..")
            .and()
            .haveNameMatching("(?i).*(password|passphrase|exportKey|storageKey|secretBytes)$")
            .should()
            .notHaveRawType(String.class);

    @ArchTest
    static final ArchRule no_method_gives_a_password_as_a_string = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.latchkey..")
            .and()
            .haveNameMatching("(?i)(password|passphrase|exportKey|storageKey)")
            .should()
            .notHaveRawReturnType(String.class);

    @ArchTest
    static final ArchRule no_application_is_given_the_storage_key = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(CLIENT)
            .and()
            .arePublic()
            .should()
            .notHaveRawReturnType(StorageKey.class);

    @ArchTest
    static final ArchRule the_bytes_of_a_storage_key_stay_in_their_package = methods()
            .that()
            .areDeclaredIn(StorageKey.class)
            .and()
            .arePublic()
            .should()
            .haveRawReturnType(DescribedPredicate.describe(
                    "nothing that holds bytes",
                    type -> type.isEquivalentTo(StorageKey.class)
                            || type.isEquivalentTo(void.class)
                            || type.isEquivalentTo(String.class)));

    @ArchTest
    static final ArchRule only_the_command_line_prints = noClasses()
            .that()
            .resideInAnyPackage(OPAQUE, PROTOCOL, CLIENT, SERVER)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule no_text_of_an_exception_reaches_the_wire = noClasses()
            .that()
            .resideInAnyPackage(RPC, CLIENT, PROTOCOL, OPAQUE)
            .and()
            .resideOutsideOfPackage(WIRE)
            .should()
            .callMethodWhere(target(nameMatching("getMessage|getLocalizedMessage")));

    @ArchTest
    static final ArchRule nothing_sleeps = noClasses()
            .that()
            .resideInAnyPackage(OPAQUE, PROTOCOL, SERVER)
            .should()
            .callMethod(Thread.class, "sleep", long.class);

    private RulesOfTheHouseTest() {}

    private static DescribedPredicate<JavaClass> secretOrArray() {
        return DescribedPredicate.describe(
                "SecretBytes or an array",
                type -> type.isArray() || type.getName().equals("dev.latchkey.opaque.SecretBytes"));
    }

    private static ArchCondition<JavaClass> beFinalOrAbstract() {
        return new ArchCondition<>("be final or abstract") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                        || type.getModifiers().contains(JavaModifier.ABSTRACT);
                events.add(new SimpleConditionEvent(
                        type, closed, type.getName() + (closed ? " is closed" : " is open to subclasses")));
            }
        };
    }
}
