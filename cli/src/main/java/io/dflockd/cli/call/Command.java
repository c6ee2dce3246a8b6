package io.dflockd.cli.call;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Syntax;
import java.util.List;

/** Something that {@code dflock} can do: how it is asked for, and what it does then. */
public record Command(Syntax syntax, Action action) {
    /** The parts of the syntax are those of {@link Syntax}. */
    public Command(String name, String operands, String summary, String details, List<Flag> flags, Action action) {
        this(new Syntax(name, operands, summary, details, flags), action);
    }

    /** What a command does; returns the exit status. */
    @FunctionalInterface
    public interface Action {
        int run(Call call) throws Exception;
    }

    public String name() {
        return syntax.name();
    }
}
