package io.dflockd.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Where output goes. Java itself only knows of standard input and output together. */
final class Terminal {
    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** False, too, where nobody can tell. */
    @SuppressWarnings("restricted") // bin/dflock allows it.
    static boolean isStandardError() {
        var isatty = Linker.nativeLinker().defaultLookup().find("isatty");
        if (isatty.isEmpty()) {
            return false;
        }
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(isatty.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invokeExact(STANDARD_ERROR) == 1;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot tell whether standard error is a terminal", e);
        }
    }
}
