package io.dflockd.cli.line;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line in parts.
 *
 * @param flags the values of the flags that were given, by name; an empty list for one without a value
 * @param program what comes after {@code --} in commands that start a program
 */
public record ParsedArguments(List<String> operands, Map<String, List<String>> flags, List<String> program) {
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(9_223_372_036L);
    private static final int NANO_DIGITS = 9;

    public boolean has(Flag flag) {
        return flags.containsKey(flag.name());
    }

    /** The value; the last one where it was given more than once, null where it was not. */
    @Nullable
    public String value(Flag flag) {
        var values = values(flag);
        return values.isEmpty() ? null : values.getLast();
    }

    public List<String> values(Flag flag) {
        return flags.getOrDefault(flag.name(), List.of());
    }

    public Duration seconds(Flag flag, Duration otherwise) {
        var text = value(flag);
        return text == null ? otherwise : seconds(flag, text);
    }

    /** Null where it was not given. */
    @Nullable
    public Duration seconds(Flag flag) {
        var text = value(flag);
        return text == null ? null : seconds(flag, text);
    }

    /** Rounded up to whole seconds, which every server understands. */
    public Duration wholeSeconds(Flag flag, Duration otherwise) {
        return roundedUp(seconds(flag, otherwise));
    }

    /** As {@link #wholeSeconds(Flag, Duration)}; null where it was not given. */
    @Nullable
    public Duration wholeSeconds(Flag flag) {
        var given = seconds(flag);
        return given == null ? null : roundedUp(given);
    }

    public long number(Flag flag, long least, long otherwise) {
        var text = value(flag);
        return text == null ? otherwise : number("--" + flag.name(), text, least);
    }

    /** As {@link #number(Flag, long, long)}, with an upper bound. */
    public int number(Flag flag, int least, int most, int otherwise) {
        var text = value(flag);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as one that is out of range.
        }
        throw new UsageException(
                "--" + flag.name() + " is '" + text + "'; valid is a whole number from " + least + " to " + most);
    }

    /** The operand as a whole number. */
    public long number(int index, String name, long least) {
        return number(name, operands.get(index), least);
    }

    private static long number(String name, String text, long least) {
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as one that is too small.
        }
        var valid = least == Long.MIN_VALUE ? "a whole number of 64 bits" : "a whole number from " + least + " on";
        throw new UsageException(name + " is '" + text + "'; valid is " + valid);
    }

    private static Duration roundedUp(Duration time) {
        return Duration.ofSeconds(time.toSeconds() + (time.toNanosPart() > 0 ? 1 : 0));
    }

    private static Duration seconds(Flag flag, String text) {
        try {
            var seconds = new BigDecimal(text);
            if (seconds.signum() >= 0 && seconds.compareTo(MAX_SECONDS) <= 0) {
                return Duration.ofSeconds(seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(NANO_DIGITS).longValue());
            }
        } catch (NumberFormatException e) {
            // Told below, as one that is out of range.
        }
        throw new UsageException(
                "--" + flag.name() + " is '" + text + "'; valid is a number of seconds, as in 10 or 0.5");
    }
}
