package io.dflockd.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Finds the value of each setting: the command line comes before the environment, that before the configuration file,
 * and that before the default. An empty environment variable counts as unset.
 */
public final class ConfigLoader {
    private static final String CONFIG = "config";
    private static final String CONFIG_VARIABLE = "DFLOCKD_CONFIG";
    private static final String HELP = "help";
    private static final String VERSION = "version";

    private ConfigLoader() {}

    /** What the command line asks for. */
    public sealed interface Wish {
        record Serve(ServerConfig config) implements Wish {}

        record Help() implements Wish {}

        record Version() implements Wish {}
    }

    /** A place that settings come from, the less important the earlier. */
    private record Source(String name, Origin origin, Map<Setting, String> texts) {}

    /** Throws {@link ConfigException} with one line that says what is wrong and what is valid. */
    public static Wish load(List<String> arguments, Map<String, String> environment) {
        var line = parse(arguments);
        if (line.hasOption(HELP)) {
            return new Wish.Help();
        }
        var file = configFile(line, environment);
        var sources = List.of(
                new Source(" in " + file, Origin.FILE, file == null ? Map.of() : readFile(Path.of(file))),
                new Source(" from the environment", Origin.ENVIRONMENT, readEnvironment(environment)),
                new Source("", Origin.FLAG, readFlags(line)));
        var builder = ServerConfig.builder();
        for (var source : sources) {
            source.texts.forEach(
                    (setting, text) -> builder.set(setting, new Said(text, source.origin), describe(source, setting)));
        }
        preferTheNearerToken(sources, builder);
        var config = builder.build();
        return line.hasOption(VERSION) ? new Wish.Version() : new Wish.Serve(config);
    }

    private static String describe(Source source, Setting setting) {
        return source.name.equals(" from the environment") ? " (" + setting.variable() + ")" : source.name;
    }

    private static CommandLine parse(List<String> arguments) {
        try {
            var parser = DefaultParser.builder().setAllowPartialMatching(false).get();
            var line = parser.parse(options(), arguments.toArray(String[]::new));
            if (!line.getArgList().isEmpty()) {
                throw new ConfigException(
                        "unexpected argument \"" + line.getArgList().getFirst() + "\"; try dflockd --help");
            }
            return line;
        } catch (UnrecognizedOptionException e) {
            throw new ConfigException("unknown option \"" + e.getOption() + "\"; try dflockd --help", e);
        } catch (MissingArgumentException e) {
            throw new ConfigException("--" + e.getOption().getLongOpt() + " needs a value", e);
        } catch (ParseException e) {
            throw new ConfigException(e.getMessage() + "; try dflockd --help", e);
        }
    }

    private static Options options() {
        var options = new Options();
        options.addOption(Option.builder("h").longOpt(HELP).get());
        options.addOption(Option.builder().longOpt(VERSION).get());
        options.addOption(Option.builder().longOpt(CONFIG).hasArg().get());
        for (Setting setting : Setting.values()) {
            options.addOption(
                    Option.builder().longOpt(setting.entry()).hasArg().optionalArg(setting.isFlag()).get());
        }
        return options;
    }

    private static @Nullable String configFile(CommandLine line, Map<String, String> environment) {
        var flag = line.getOptionValue(CONFIG);
        var variable = environment.getOrDefault(CONFIG_VARIABLE, "");
        return flag != null ? flag : variable.isEmpty() ? null : variable;
    }

    private static Map<Setting, String> readFlags(CommandLine line) {
        var texts = new EnumMap<Setting, String>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (line.hasOption(setting.entry())) {
                var values = line.getOptionValues(setting.entry());
                texts.put(setting, values == null ? "true" : values[values.length - 1]);
            }
        }
        return texts;
    }

    private static Map<Setting, String> readEnvironment(Map<String, String> environment) {
        var texts = new EnumMap<Setting, String>(Setting.class);
        for (Setting setting : Setting.values()) {
            var text = environment.getOrDefault(setting.variable(), "");
            if (!text.isEmpty()) {
                texts.put(setting, text);
            }
        }
        return texts;
    }

    private static Map<Setting, String> readFile(Path file) {
        var texts = new EnumMap<Setting, String>(Setting.class);
        readEntries(file).forEach((name, value) -> {
            var setting = Setting.ofEntry(name);
            if (setting == null) {
                throw new ConfigException("%s: unknown setting \"%s\", valid are the names of the flags without --"
                        .formatted(file, name));
            }
            texts.put(setting, value);
        });
        return texts;
    }

    private static Map<String, String> readEntries(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var content = new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromInputStream(in);
            var entries = new LinkedHashMap<String, String>();
            if (content == null) {
                return entries;
            }
            if (!(content instanceof Map<?, ?> map)) {
                throw new ConfigException(file + ": must hold lines of the form \"name: value\"");
            }
            map.forEach((name, value) -> entries.put(String.valueOf(name), scalar(file, name, value)));
            return entries;
        } catch (IOException e) {
            throw new ConfigException("cannot read the configuration file " + file + ": " + reason(e), e);
        } catch (YamlEngineException e) {
            throw new ConfigException(file + ": not YAML: " + firstLine(e), e);
        }
    }

    private static String scalar(Path file, Object name, @Nullable Object value) {
        if (value == null || value instanceof Map || value instanceof Iterable) {
            throw new ConfigException(file + ": \"" + name + "\" must have a single value");
        }
        return value.toString();
    }

    /** A token and a token file are two ways to say one thing, so the nearer source wins; within one they clash. */
    private static void preferTheNearerToken(List<Source> sources, ServerConfig.Builder builder) {
        for (var source : sources.reversed()) {
            boolean token = source.texts.containsKey(Setting.AUTH_TOKEN);
            boolean file = source.texts.containsKey(Setting.AUTH_TOKEN_FILE);
            if (token && file) {
                throw new ConfigException("--auth-token and --auth-token-file" + source.name + ": give one of them");
            }
            if (token || file) {
                builder.unset(token ? Setting.AUTH_TOKEN_FILE : Setting.AUTH_TOKEN);
                return;
            }
        }
    }

    /** What went wrong with a file, in words. */
    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing -> "no such file";
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    private static String firstLine(Exception e) {
        var message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }
}
