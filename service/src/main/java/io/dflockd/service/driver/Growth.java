package io.dflockd.service.driver;

import io.dflockd.engine.Command;

/** Which commands make the state grow, so that they are refused where there is little room for it. */
final class Growth {
    private Growth() {}

    /** Whether more may have to be kept when this is applied. What ends something, keeps it or looks at it does not count. */
    static boolean mayGrow(Command command) {
        return switch (command) {
            case Command.Acquire acquire -> true;
            case Command.Enqueue enqueue -> true;
            case Command.Increment increment -> true;
            case Command.Decrement decrement -> true;
            case Command.SetCounter set -> true;
            case Command.SetValue set -> true;
            case Command.SwapValue swap -> true;
            case Command.Push push -> true;
            case Command.Listen listen -> true;
            case Command.Watch watch -> true;
            case Command.Observe observe -> true;
            case Command.AwaitBarrier await -> true;
            default -> false;
        };
    }
}
