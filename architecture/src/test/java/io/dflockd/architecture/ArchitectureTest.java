package io.dflockd.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What the folder names promise: arrows between modules point one way, and the engine fetches nothing. */
class ArchitectureTest {
    private static JavaClasses code;

    @BeforeAll
    static void importCode() {
        code = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.dflockd");
    }

    @Test
    void theRulesLookAtRealCode() {
        for (var name : new String[]{"protocol", "engine", "service", "replication", "transport", "http", "server",
                "client", "cli"}) {
            assertThat(code.that(resideInAnyPackage("io.dflockd." + name + "..")))
                    .as(name)
                    .hasSizeGreaterThan(3);
        }
    }

    @Test
    void theProtocolUsesTheJdkOnly() {
        usesOnly("protocol", "io.dflockd.protocol..", "java..", "org.jspecify..");
    }

    @Test
    void theEngineUsesTheJdkOnly() {
        usesOnly("engine", "io.dflockd.engine..", "java..", "org.jspecify..");
    }

    @Test
    void theClientKnowsTheProtocolAndLittleElse() {
        usesOnly("client", "io.dflockd.client..", "io.dflockd.protocol..", "java..", "javax.net..", "jdk.net..",
                "org.slf4j..", "org.jspecify..");
    }

    /**
     * What a native image can be made of without a word of metadata: all that it reaches is reached by its code. No reflection,
     * services, resources, proxies, serialization or JNI. One method handle: that of {@code Thread.isVirtual}, which Java 17 does
     * not have. Its name is a constant, which images see, and where it is not found no thread is virtual.
     */
    @Test
    void theClientReachesNothingByName() throws IOException {
        reachesNothingByName("io.dflockd.client..", "io.dflockd.protocol..").check(code);
        assertThat(reachesNothingByName("io.dflockd.server..", "io.dflockd.service..", "io.dflockd.http..")
                .evaluate(code)
                .hasViolation()).as("it is seen where it is").isTrue();
        noClasses()
                .that()
                .resideInAnyPackage("io.dflockd.client..", "io.dflockd.protocol..")
                .and()
                .doNotHaveFullyQualifiedName("io.dflockd.client.internal.Threads")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.invoke..")
                .check(code);
        for (var module : new String[]{"client", "protocol"}) {
            assertThat(Path.of("..", module, "src", "main", "resources")).doesNotExist();
        }
    }

    private static ArchRule reachesNothingByName(String... packages) {
        var types = resideInAnyPackage("java.lang.reflect..", "sun..", "jdk.internal..")
                .or(named(java.util.ServiceLoader.class))
                .or(named(java.util.ResourceBundle.class))
                .or(assignableTo(ClassLoader.class))
                .or(assignableTo(java.util.concurrent.atomic.AtomicReferenceFieldUpdater.class))
                .or(assignableTo(java.util.concurrent.atomic.AtomicIntegerFieldUpdater.class))
                .or(assignableTo(java.util.concurrent.atomic.AtomicLongFieldUpdater.class))
                .or(assignableTo(java.io.ObjectInputStream.class))
                .or(assignableTo(java.io.ObjectOutputStream.class));
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat(types.as("what looks something up by its name"))
                .orShould()
                .callMethodWhere(looksUpByName())
                .orShould(haveNativeMethods());
    }

    /** Lambdas, records and text that is put together are linked by name too; but images know of these. */
    private static DescribedPredicate<JavaMethodCall> looksUpByName() {
        var ofClasses = Set.of("forName", "newInstance", "getResource", "getResourceAsStream", "getMethod",
                "getMethods",
                "getDeclaredMethod", "getDeclaredMethods", "getField", "getFields", "getDeclaredField",
                "getDeclaredFields", "getConstructor", "getConstructors", "getDeclaredConstructor",
                "getDeclaredConstructors", "getRecordComponents", "getPermittedSubclasses", "getClassLoader",
                "getModule");
        var ofTheSystem = Set.of("load", "loadLibrary");
        return DescribedPredicate.describe("looks something up by its name", call -> {
            var owner = call.getTargetOwner();
            boolean isOfTheSystem = owner.isEquivalentTo(System.class) || owner.isEquivalentTo(Runtime.class);
            return (owner.isEquivalentTo(Class.class) && ofClasses.contains(call.getName()))
                    || (isOfTheSystem && ofTheSystem.contains(call.getName()));
        });
    }

    private static ArchCondition<JavaClass> haveNativeMethods() {
        return new ArchCondition<>("have native methods") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (var method : type.getMethods()) {
                    events.add(new SimpleConditionEvent(method, method.getModifiers().contains(JavaModifier.NATIVE),
                            method.getFullName() + " is native"));
                }
            }
        };
    }

    /** Link, session, and above that holds, events and calls: each room of the client stands on those below it. */
    @Test
    void theRoomsOfTheClientStandUponEachOther() {
        clientRoomMustNotKnow("link", "session", "hold", "event", "call");
        clientRoomMustNotKnow("session", "hold", "event", "call");
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.client.error..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.dflockd.client..")
                        .and(not(resideInAPackage("io.dflockd.client.error.."))))
                .check(code);
    }

    private static void clientRoomMustNotKnow(String room, String... others) {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.client.internal." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.of(others)
                        .map(other -> "io.dflockd.client.internal." + other + "..")
                        .toArray(String[]::new))
                .check(code);
    }

    @Test
    void theServiceKnowsTheEngineAndTheProtocolAndNoSockets() {
        usesOnly("service", "io.dflockd.service..", "io.dflockd.engine..", "io.dflockd.protocol..", "java.lang..",
                "java.io..", "java.net", "java.nio", "java.nio.charset..", "java.nio.file..", "java.security..",
                "java.util..", "javax.crypto..", "javax.security.auth.x500", "io.avaje.json..", "org.snakeyaml..",
                "org.slf4j..", "org.jspecify..");
        // Whose failed logins these are is an address; all else of that package speaks over networks.
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.service..")
                .should()
                .dependOnClassesThat(resideInAPackage("java.net").and(not(assignableTo(InetAddress.class))))
                .check(code);
    }

    @Test
    void theReplicationKnowsTheEngineAndRatis() {
        usesOnly("replication", "io.dflockd.replication..", "io.dflockd.engine..", "java..", "javax.net.ssl..",
                "org.apache.ratis..",
                "org.slf4j..", "org.jspecify..");
    }

    @Test
    void onlyTheReplicationKnowsRatis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dflockd.replication..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..")
                .check(code);
    }

    /** Neither as a parameter nor as a result, nor as what a class is. */
    @Test
    void noPublicSignatureNamesRatis() {
        classes()
                .that()
                .resideInAPackage("io.dflockd.replication..")
                .and()
                .arePublic()
                .should(nameNoTypeOf("org.apache.ratis."))
                .check(code);
    }

    private static ArchCondition<JavaClass> nameNoTypeOf(String packages) {
        return new ArchCondition<>("name no type of " + packages + " in what is public") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                var named = new TreeSet<String>();
                type.getAllRawInterfaces().forEach(other -> named.add(other.getName()));
                type.getAllRawSuperclasses().forEach(other -> named.add(other.getName()));
                for (var unit : type.getCodeUnits()) {
                    if (unit.getModifiers().contains(JavaModifier.PUBLIC)) {
                        named.add(unit.getRawReturnType().getName());
                        unit.getRawParameterTypes().forEach(other -> named.add(other.getName()));
                    }
                }
                named.removeIf(name -> !name.startsWith(packages));
                if (!named.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " names " + named));
                }
            }
        };
    }

    @Test
    void theTransportKnowsNothingOfTheEngine() {
        usesOnly("transport", "io.dflockd.transport..", "io.dflockd.service..", "io.dflockd.protocol..", "java..",
                "javax.net..", "jdk.net..", "io.netty..", "org.slf4j..", "org.jspecify..");
    }

    @Test
    void theAdminListenerKnowsNothingOfTheEngine() {
        usesOnly("http", "io.dflockd.http..", "io.dflockd.service..", "io.dflockd.transport..", "io.dflockd.protocol..",
                "java..", "javax.net..", "io.netty..", "io.avaje.json..", "io.prometheus..", "org.slf4j..",
                "org.jspecify..");
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dflockd.http.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.prometheus..")
                .check(code);
    }

    /** It has a port of its own, and needs that of the members only for what these pass on to each other. */
    @Test
    void theAdminListenerKnowsOfTheTransportHowRequestsArePassedOn() {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.http..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.dflockd\\.transport\\.(?!(AdminEntrance|AdminPassage|AdminPassage\\$Reached|Introduction)$).*")
                .check(code);
    }

    /**
     * Who is asking and whether he may is decided in one of its rooms. The rooms that answer are told who it is, and which rights
     * there are; they see no tokens.
     */
    @Test
    void whoMayUseTheAdminListenerIsAskedInOnePlace() {
        noClasses()
                .that()
                .resideInAnyPackage("io.dflockd.http.api..", "io.dflockd.http.data..", "io.dflockd.http.health..",
                        "io.dflockd.http.metrics..",
                        "io.dflockd.http.route..", "io.dflockd.http.listener..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.dflockd\\.service\\.access\\.(?!(Principal|Right|Login)$).*")
                .check(code);
        slices().matching("io.dflockd.http.(*)..").should().beFreeOfCycles().check(code);
    }

    @Test
    void onlyTheServerKnowsItsSettings() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dflockd.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dflockd.server.config..")
                .check(code);
    }

    @Test
    void theServerLeavesTheSocketsToTheTransport() {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .check(code);
    }

    @Test
    void whoMayAskIsAskedInOnePlace() {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dflockd.service.access..")
                .check(code);
    }

    @Test
    void theServerKnowsNothingOfTheClient() {
        noClasses()
                .that()
                .resideInAnyPackage("io.dflockd.server..", "io.dflockd.service..", "io.dflockd.transport..",
                        "io.dflockd.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.dflockd.client..", "io.dflockd.cli..")
                .check(code);
    }

    @Test
    void theCommandLineKnowsNothingOfServerAndEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.dflockd.server..", "io.dflockd.service..", "io.dflockd.transport..",
                        "io.dflockd.http..", "io.dflockd.engine..")
                .check(code);
    }

    @Test
    void onlyTheLoadOfTheCommandLineSpeaksTheProtocol() {
        noClasses()
                .that()
                .resideInAPackage("io.dflockd.cli..")
                .and()
                .resideOutsideOfPackage("io.dflockd.cli.load..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dflockd.protocol..")
                .check(code);
    }

    @Test
    void theShelvesOfTheCommandLineStack() {
        slices().matching("io.dflockd.cli.(*)..").should().beFreeOfCycles().check(code);
        noClasses()
                .that()
                .resideInAnyPackage("io.dflockd.cli.line..", "io.dflockd.cli.load..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.dflockd.cli.guard..", "io.dflockd.cli.call..", "io.dflockd.cli.command..",
                        "io.dflockd.cli.bench..", "io.dflockd.cli")
                .check(code);
    }

    @Test
    void nobodyKnowsTheSimulation() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dflockd.simulation..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dflockd.simulation..")
                .check(code);
    }

    /** They are public for the simulation alone. */
    @Test
    void lanesAndTheClockOfTheLogAreNobodyElsesBusiness() {
        for (var name : new String[]{"io.dflockd.transport.Lane", "io.dflockd.replication.LogClock"}) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage(name.substring(0, name.lastIndexOf('.')) + "..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName(name)
                    .check(code);
        }
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("io.dflockd.(*)..").should().beFreeOfCycles().check(code);
    }

    @TestFactory
    Stream<DynamicTest> theEngineFetchesNothing() {
        return Stream.of(
                engineMustNot("read a clock", resideInAnyPackage("java.time.."), "java.time"),
                engineMustNot("log", resideInAnyPackage("org.slf4j..", "java.util.logging.."), "loggers"),
                engineMustNot("know threads and locks",
                        resideInAnyPackage("java.util.concurrent..").or(named(Thread.class)), "threads"),
                engineMustNot("do input or output",
                        resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..").or(javaIoButData()),
                        "I/O"),
                engineMustNot("draw random numbers", randomSources(), "random numbers"),
                engineMustNot("use a map or set without an order",
                        named(java.util.HashMap.class).or(named(java.util.HashSet.class))
                                .or(named(java.util.IdentityHashMap.class))
                                .or(named(java.util.WeakHashMap.class)),
                        "unordered collections"));
    }

    @Test
    void theEngineAsksTheSystemForNothing() {
        var rule = noClasses()
                .that()
                .resideInAPackage("io.dflockd.engine..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .orShould()
                .callMethod(Math.class, "random");
        rule.check(code);
    }

    /** Before JDK 24 a virtual thread that waits in {@code synchronized} keeps its carrier from all others. */
    @Test
    void theClientPinsNoVirtualThread() throws IOException {
        assertThat(monitorsIn("io.dflockd.client..", "io.dflockd.protocol..")).isEmpty();
        assertThat(monitorsIn("io.dflockd.server..")).as("they are seen where they are").isNotEmpty();
    }

    private static Set<String> monitorsIn(String... packages) throws IOException {
        var monitors = new TreeSet<String>();
        for (var type : code.that(resideInAnyPackage(packages))) {
            try (var bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
                new ClassReader(bytes).accept(new Monitors(type.getName(), monitors), ClassReader.SKIP_DEBUG);
            }
        }
        return monitors;
    }

    private static DynamicTest engineMustNot(String what, DescribedPredicate<? super JavaClass> types, String name) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("io.dflockd.engine..")
                .should()
                .dependOnClassesThat(types.as(name));
        return DynamicTest.dynamicTest("must not " + what, () -> rule.check(code));
    }

    private static DescribedPredicate<JavaClass> named(Class<?> type) {
        return DescribedPredicate.describe(type.getName(), other -> other.isEquivalentTo(type));
    }

    /** Streams of data are how snapshots are written; where the bytes go is not the engine's business. */
    private static DescribedPredicate<JavaClass> javaIoButData() {
        return DescribedPredicate.describe("java.io but data streams", type -> type.getPackageName().equals("java.io")
                && !type.getSimpleName().startsWith("Data")
                && !type.getSimpleName().endsWith("Exception")
                && !type.isEquivalentTo(java.io.Serializable.class));
    }

    private static void usesOnly(String module, String... packages) {
        classes()
                .that()
                .resideInAPackage("io.dflockd." + module + "..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages).or(partsOfTheLanguage()))
                .check(code);
    }

    private static DescribedPredicate<JavaClass> randomSources() {
        return DescribedPredicate.describe("random generators",
                type -> type.isAssignableTo(RandomGenerator.class) || type.isEquivalentTo(java.util.UUID.class));
    }

    private static DescribedPredicate<JavaClass> partsOfTheLanguage() {
        return DescribedPredicate.describe("primitive types and arrays", type -> type.isPrimitive() || type.isArray());
    }

    /** Collects the methods of a class that use the monitor of an object. */
    private static final class Monitors extends ClassVisitor {
        private final String type;
        private final Set<String> found;

        Monitors(String type, Set<String> found) {
            super(Opcodes.ASM9);
            this.type = type;
            this.found = found;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                found.add(type + "." + method);
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.MONITORENTER) {
                        found.add(type + "." + method);
                    }
                }
            };
        }
    }
}
