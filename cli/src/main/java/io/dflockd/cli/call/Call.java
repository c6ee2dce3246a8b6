package io.dflockd.cli.call;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.ParsedArguments;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.connection.Connection;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command works with.
 *
 * @param err for what goes wrong, one line each
 */
public record Call(ParsedArguments arguments, Settings settings, Output out, PrintStream err,
        Map<String, String> environment) {
    public String operand(int index) {
        return arguments.operands().get(index);
    }

    /** Connects to the server that the key belongs to. */
    public Connection dialFor(String key) throws InterruptedException {
        return settings.dial(settings.serverOf(key));
    }

    /**
     * Refuses flags of every command that would do nothing here.
     *
     * @param why what is said of them
     */
    public void requireWithout(List<Flag> flags, String why) {
        for (var flag : flags) {
            if (arguments.has(flag)) {
                throw new UsageException("--" + flag.name() + " has no effect here: " + why);
            }
        }
    }

    public void warn(String message) {
        err.println("dflock: " + message);
    }

    /** As in 10 or 0.5. */
    public static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** A JSON object of names and values in turn, in this order. */
    public static Map<String, Object> object(@Nullable Object... namesAndValues) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        @SuppressWarnings("NullAway") // a JSON null, which the writer knows
        Map<String, Object> result = object;
        return result;
    }
}
