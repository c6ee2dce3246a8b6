package io.dflockd.junit;

import io.dflockd.client.DflockdClient;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Gives servers to tests: see {@link DflockdTest}, whose defaults hold for a class that is extended with this alone. */
public final class DflockdExtension
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            AfterAllCallback,
            ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(DflockdExtension.class);
    private static final String SERVER = "server";
    private static final String RUN = "run";
    private static final String VIEW = "view";

    /** JUnit makes one. */
    public DflockdExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        var store = context.getStore(OURS);
        var own = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), DflockdTest.class);
        if (own.isPresent() || store.get(RUN, ClassRun.class) == null) {
            var run = new ClassRun(own.orElse(Defaults.class.getAnnotation(DflockdTest.class)), context);
            store.put(RUN, run);
            if (run.scope != DflockdTest.Scope.METHOD) {
                store.put(VIEW, run.scope == DflockdTest.Scope.JVM
                        ? new ServerView(sharedServer(context), run.name, false)
                        : new ServerView(run.start(), run.name, true));
            }
        }
        setFields(context, context.getRequiredTestClass(), null, field -> Modifier.isStatic(field.getModifiers()));
    }

    private static TestServer sharedServer(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .getOrComputeIfAbsent(SERVER, key -> new Shared(TestServer.start()), Shared.class).server;
    }

    /** JUnit closes it: as a {@code CloseableResource} up to 5.12, as {@code AutoCloseable} from 5.13 on. */
    @SuppressWarnings("deprecation")
    private record Shared(TestServer server) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        var run = run(context);
        if (run.scope == DflockdTest.Scope.METHOD) {
            context.getStore(OURS)
                    .put(VIEW, new ServerView(run.start(), run.name + "." + context.getDisplayName(), true));
        }
        for (var instance : context.getRequiredTestInstances().getAllInstances()) {
            setFields(context, instance.getClass(), instance, field -> !Modifier.isStatic(field.getModifiers()));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        uninterrupted(() -> end(context));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        uninterrupted(() -> endClass(context));
    }

    /** A test that was interrupted gives back what it has, like every other one. */
    private static void uninterrupted(Runnable action) {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void end(ExtensionContext context) {
        var run = run(context);
        var view = context.getStore(OURS).get(VIEW, ServerView.class);
        if (view == null) {
            return; // its server did not start
        }
        view.faults().heal();
        try {
            takeBack(context, run);
            if (run.scope == DflockdTest.Scope.METHOD) {
                view.closeClients();
                run.lookAt(view, context);
            }
        } finally {
            if (run.scope == DflockdTest.Scope.METHOD) {
                view.close();
            }
        }
    }

    private static void endClass(ExtensionContext context) {
        var run = run(context);
        takeBack(context, run);
        if (!run.owner.equals(context.getUniqueId())) {
            return; // a nested class, whose outer one goes on
        }
        var view = context.getStore(OURS).get(VIEW, ServerView.class);
        if (view != null) {
            view.closeClients();
            run.lookAt(view, context);
            view.close();
        }
        run.tell();
    }

    /** The clients that were given to the test or class, which is over. */
    private static void takeBack(ExtensionContext context, ClassRun run) {
        var given = context.getStore(OURS).remove(clientsOf(context), Given.class);
        if (given != null) {
            given.takeBack(run, context);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == DflockdClient.class || type == DflockdServers.class || parameter.isAnnotated(Dflockd.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return give(parameter.getParameter().getType(), context);
        } catch (ExtensionConfigurationException e) {
            throw new ParameterResolutionException(parameter.getParameter() + ": " + e.getMessage(), e);
        }
    }

    private static void setFields(
            ExtensionContext context, Class<?> type, @Nullable Object instance, Predicate<Field> which) {
        for (var field : AnnotationSupport.findAnnotatedFields(type, Dflockd.class, which,
                HierarchyTraversalMode.TOP_DOWN)) {
            if (Modifier.isFinal(field.getModifiers())) {
                throw new ExtensionConfigurationException(
                        field + " is final; valid with @Dflockd is a field to be set");
            }
            try {
                field.setAccessible(true);
                field.set(instance, give(field.getType(), context));
            } catch (ReflectiveOperationException | ExtensionConfigurationException e) {
                throw new ExtensionConfigurationException(field + " cannot be set: " + e.getMessage(), e);
            }
        }
    }

    private static Object give(Class<?> type, ExtensionContext context) {
        var view = view(context);
        if (type == DflockdServers.class) {
            return view;
        }
        if (type == String.class) {
            return view.address();
        }
        if (type == DflockdClient.class) {
            return context.getStore(OURS)
                    .getOrComputeIfAbsent(clientsOf(context), key -> new Given(view), Given.class)
                    .client();
        }
        throw new ExtensionConfigurationException("there is no " + type.getName()
                + " to be had; valid are DflockdClient, DflockdServers and, for the address, String");
    }

    /** Of this context alone, and not of those around it. */
    private static String clientsOf(ExtensionContext context) {
        return "clients " + context.getUniqueId();
    }

    private static ServerView view(ExtensionContext context) {
        var view = context.getStore(OURS).get(VIEW, ServerView.class);
        if (view == null) {
            throw new ExtensionConfigurationException(
                    "with scope = METHOD there is a server for each test, and none for constructors, static fields and @BeforeAll");
        }
        return view;
    }

    private static ClassRun run(ExtensionContext context) {
        var run = context.getStore(OURS).get(RUN, ClassRun.class);
        if (run == null) {
            throw new ExtensionConfigurationException(
                    "DflockdExtension has to be registered for a class, with @DflockdTest or @ExtendWith");
        }
        return run;
    }

    @DflockdTest
    private static final class Defaults {}

    /** The clients that one context got. Used by one thread at a time. */
    private static final class Given {
        private final ServerView view;
        private final List<ServerView.Made> clients = new ArrayList<>();

        Given(ServerView view) {
            this.view = view;
        }

        DflockdClient client() {
            var made = view.make(settings -> {});
            clients.add(made);
            return made.client();
        }

        void takeBack(ClassRun run, ExtensionContext context) {
            for (var made : clients) {
                // Whoever fails in the middle cannot give back what it holds.
                if (context.getExecutionException().isEmpty()) {
                    run.note(view.heldBy(made), context);
                }
                view.close(made);
            }
        }
    }

    /** A class with its nested ones, while its tests run. Thread-safe. */
    private static final class ClassRun {
        private static final int MOST_TOLD = 20;

        final String owner;
        final String name;
        final DflockdTest.Scope scope;
        private final DflockdTest settings;
        private final List<String> leftovers = new ArrayList<>();

        ClassRun(DflockdTest settings, ExtensionContext context) {
            this.settings = settings;
            this.owner = context.getUniqueId();
            this.name = context.getRequiredTestClass().getSimpleName();
            boolean isPlain = settings.args().length == 0 && settings.clock() == DflockdTest.Clock.REAL;
            this.scope = settings.scope() == DflockdTest.Scope.JVM && !isPlain
                    ? DflockdTest.Scope.CLASS
                    : settings.scope();
        }

        TestServer start() {
            return settings.clock() == DflockdTest.Clock.MANUAL
                    ? TestServer.startWithManualClock(settings.args())
                    : TestServer.start(settings.args());
        }

        void lookAt(ServerView view, ExtensionContext context) {
            var left = view.takeLeftovers();
            if (context.getExecutionException().isEmpty()) {
                note(left, context);
            }
        }

        synchronized void note(List<String> left, ExtensionContext context) {
            left.forEach(one -> leftovers.add(one + ", of " + context.getDisplayName()));
        }

        synchronized void tell() {
            if (!leftovers.isEmpty() && settings.leaks() == DflockdTest.Leaks.FAIL) {
                var more = leftovers.size() > MOST_TOLD ? "; and " + (leftovers.size() - MOST_TOLD) + " more" : "";
                throw new AssertionError(name + " left behind (leaks = IGNORE lets it): "
                        + leftovers.stream().limit(MOST_TOLD).collect(Collectors.joining("; ")) + more);
            }
        }
    }
}
