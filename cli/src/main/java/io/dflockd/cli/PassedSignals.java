package io.dflockd.cli;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The signals that this process gets, passed on to a child. Those that come before the child is there are kept for it.
 * QUIT is not among them: the JVM keeps it. What the terminal sends by itself to all processes in the foreground (INT by
 * Ctrl-C, WINCH) is not passed on while this is one of them, or the child would get it twice. Thread-safe.
 */
final class PassedSignals implements AutoCloseable {
    private static final List<String> NAMES = List.of("HUP", "INT", "TERM", "USR1", "USR2", "WINCH");
    private static final Set<String> FROM_TERMINAL = Set.of("INT", "WINCH");

    private final List<Integer> early = new ArrayList<>();
    private @Nullable Process child;
    private boolean closed;

    private PassedSignals() {}

    /** Takes the signals from now on. */
    static PassedSignals collect() {
        var signals = new PassedSignals();
        NAMES.forEach(name -> Handlers.handle(name, number -> signals.got(name, number)));
        return signals;
    }

    synchronized void passTo(Process process) {
        child = process;
        early.forEach(number -> send(process, number));
    }

    /** No longer passes any on. They are ignored, since what is left to do is short. */
    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized void got(String name, int number) {
        if (closed || (FROM_TERMINAL.contains(name) && isInForeground())) {
            return;
        }
        var process = child;
        if (process == null) {
            early.add(number);
        } else {
            send(process, number);
        }
    }

    private static void send(Process process, int number) {
        if (process.isAlive()) {
            Native.kill((int) process.pid(), number);
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
        static void handle(String name, IntConsumer handler) {
            try {
                var signal = Class.forName("sun.misc.Signal");
                var handlerType = Class.forName("sun.misc.SignalHandler");
                var getNumber = signal.getMethod("getNumber");
                var proxy = Proxy.newProxyInstance(Handlers.class.getClassLoader(), new Class<?>[]{handlerType},
                        (self, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                handler.accept((int) getNumber.invoke(arguments[0]));
                            }
                            return null;
                        });
                var _ = signal.getMethod("handle", signal, handlerType)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this JVM does not let signal " + name + " be handled", e);
            }
        }
    }

    /** Loaded when there is a signal to send. */
    private static final class Native {
        @SuppressWarnings("restricted") // bin/dflock allows it.
        private static final MethodHandle KILL = Linker.nativeLinker()
                .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        static void kill(int pid, int signal) {
            try {
                int _ = (int) KILL.invokeExact(pid, signal);
            } catch (Throwable e) {
                throw new IllegalStateException("cannot send signal " + signal, e);
            }
        }
    }
}
