package io.dflockd.service.driver;

import io.dflockd.engine.Action;

/** The engine failed, which is a bug. Tells what it was applying, so that it can be repeated. */
public final class EngineFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_DUMP = 2000;

    EngineFailure(long timeMs, Action action, Throwable cause) {
        super("at " + timeMs + " ms the engine failed at " + dump(action), cause);
    }

    /** Values and payloads may be long and are cut; a token that proves a hold is not written down. */
    private static String dump(Action action) {
        var text = action.toString()
                .replaceAll("\\b[0-9a-f]{32}\\b", "<token>")
                .replaceAll("salt=-?\\d+", "salt=<salt>");
        return text.length() <= MAX_DUMP ? text : text.substring(0, MAX_DUMP) + "…";
    }
}
