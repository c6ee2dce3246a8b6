package io.dflockd.cli.guard;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The signals that this process gets, passed on to a child. Those that come before the child is there are kept for it.
 * QUIT is not among them: the JVM keeps it. What the terminal sends by itself to all processes in the foreground (INT by
 * Ctrl-C, WINCH) is not passed on while this is one of them, or the child would get it twice. Thread-safe.
 */
public final class PassedSignals implements AutoCloseable {
    private static final List<String> NAMES = List.of("HUP", "INT", "TERM", "USR1", "USR2", "WINCH");
    private static final Set<String> ASKS_TO_END = Set.of("HUP", "INT", "TERM");
    private static final Set<String> FROM_TERMINAL = Set.of("INT", "WINCH");
    private static final long LONGEST_KILL_SECONDS = 1;

    private final List<String> early = new ArrayList<>();
    private @Nullable Process child;
    private boolean closed;
    private boolean askedToEnd;

    private PassedSignals() {}

    /** Takes the signals from now on. */
    public static PassedSignals collect() {
        var signals = new PassedSignals();
        NAMES.forEach(name -> Handlers.handle(name, () -> signals.got(name)));
        return signals;
    }

    public synchronized void passTo(Process process) {
        child = process;
        early.forEach(name -> send(process, name));
    }

    /** No longer passes any on. They are ignored, since what is left to do is short. */
    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Lets the signals do again what they did before the first collection: end this process, most of them. */
    public static void restore() {
        Handlers.restore();
    }

    public synchronized boolean askedToEnd() {
        return askedToEnd;
    }

    private synchronized void got(String name) {
        askedToEnd |= ASKS_TO_END.contains(name);
        var process = child;
        if (process == null) {
            early.add(name); // the terminal has sent it to nobody else
        } else if (!closed && !(FROM_TERMINAL.contains(name) && isInForeground())) {
            send(process, name);
        }
    }

    /**
     * By the shell, since only from Java 22 on can a program call the kernel. What asks to end needs no process more, so
     * that it also works where no more can be made.
     */
    private static void send(Process process, String name) {
        if (!process.isAlive()) {
            return;
        }
        if (name.equals("TERM")) {
            var unusedAsItMayHaveEnded = process.toHandle().destroy();
            return;
        }
        try {
            var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitUninterruptibly(kill);
        } catch (IOException e) {
            // No process can be made. Who asks to end is heard all the same.
            if (ASKS_TO_END.contains(name)) {
                var unusedAsItMayHaveEnded = process.toHandle().destroy();
            }
        }
    }

    /** Or the next signal could overtake this one. */
    private static void awaitUninterruptibly(Process kill) {
        try {
            kill.onExit().get(LONGEST_KILL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            kill.destroyForcibly();
        }
    }

    /** Whether this belongs to the process group that the terminal sends signals to. */
    private static boolean isInForeground() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
            // After the name, which may hold anything: state, parent, group, session, terminal, group in the foreground.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[2].equals(fields[5]);
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code sun.misc.Signal}, by reflection: the compiler warns of that class in a way that cannot be answered. */
    private static final class Handlers {
        private static final Map<String, Object> BEFORE = new ConcurrentHashMap<>();

        static void handle(String name, Runnable handler) {
            try {
                var handlerType = Class.forName("sun.misc.SignalHandler");
                var proxy = Proxy.newProxyInstance(Handlers.class.getClassLoader(), new Class<?>[]{handlerType},
                        (self, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                handler.run();
                            }
                            return null;
                        });
                var before = install(name, proxy);
                if (before != null) {
                    var unusedFormer = BEFORE.putIfAbsent(name, before);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this JVM does not let signal " + name + " be handled", e);
            }
        }

        static void restore() {
            BEFORE.forEach(Handlers::restore);
        }

        private static void restore(String name, Object handler) {
            try {
                var unusedFormer = install(name, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this JVM does not let signal " + name + " be handled", e);
            }
        }

        private static @Nullable Object install(String name, Object handler) throws ReflectiveOperationException {
            var signal = Class.forName("sun.misc.Signal");
            return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        }
    }
}
