package io.dflockd.cli.line;

import org.jspecify.annotations.Nullable;

/**
 * An option of the command line.
 *
 * @param name without its dashes
 * @param value what its value is called in the help; null for a flag that is there or not
 * @param variable the environment variable that sets it too; null if there is none
 */
public record Flag(String name, @Nullable String value, @Nullable String variable, String meaning) {
    public static Flag of(String name, String meaning) {
        return new Flag(name, null, null, meaning);
    }

    public static Flag of(String name, String value, String meaning) {
        return new Flag(name, value, null, meaning);
    }

    /** As it is typed, with a placeholder for the value. */
    public String usage() {
        return "--" + name + (value == null ? "" : " " + value);
    }
}
