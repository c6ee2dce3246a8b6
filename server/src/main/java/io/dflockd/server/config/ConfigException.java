package io.dflockd.server.config;

/** A setting that cannot be used. The message is one line for the person who started the server. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    static ConfigException of(Setting setting, String value, String source) {
        return new ConfigException(
                "%s%s: \"%s\" is not valid, must be %s".formatted(setting.flag(), source, value, setting.valid()));
    }
}
