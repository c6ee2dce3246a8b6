package io.dflockd.service;

import io.dflockd.engine.EngineLimits;
import java.util.Map;

/** What operators call the limits of the engine, and how they write their values: as settings. */
public interface LimitNames {
    /** Of a server whose limits nobody can change. */
    static LimitNames none() {
        return new LimitNames() {
            @Override
            public Map<String, String> texts(EngineLimits limits) {
                return Map.of();
            }

            @Override
            public EngineLimits change(EngineLimits limits, String name, String value) {
                throw new SettingException("'" + name + "' is not a limit that can be changed");
            }
        };
    }

    /** The value of each limit by its name. */
    Map<String, String> texts(EngineLimits limits);

    /**
     * The same limits but for the one of this name.
     *
     * @throws SettingException where there is none of that name, or the value is none of it; the message says what is valid
     */
    EngineLimits change(EngineLimits limits, String name, String value);
}
