package io.dflockd.cli;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.Syntax;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Completion scripts, made from the table of commands. They start no program, so they answer at once. */
final class Completion {
    private final CommandTable commands;

    Completion(CommandTable commands) {
        this.commands = commands;
    }

    String bash() {
        return """
                _dflock() {
                    local current=${COMP_WORDS[COMP_CWORD]} command= sub= value= word words
                    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                        if [ -n "$value" ] && [[ $word != [:=] ]]; then value=; continue; fi
                        case $word in
                            --) return ;;
                            :|=|%s) value=1 ;;
                            -*) ;;
                            *) if [ -z "$command" ]; then command=$word; elif [ -z "$sub" ]; then sub=$word; fi ;;
                        esac
                    done
                    if [ -n "$value" ]; then return; fi
                    case "$command $sub" in
                %s        *) words='%s' ;;
                    esac
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                }
                complete -o default -F _dflock dflock
                """.formatted(flagsWithValues(), cases(),
                join(Stream.concat(firstWords().keySet().stream(), globals())));
    }

    /** As a shell pattern. What follows one of them is no command; neither are the pieces that bash cuts it into. */
    private String flagsWithValues() {
        return Stream
                .concat(Flags.GLOBAL.stream(), commands.all().stream().flatMap(command -> command.flags().stream()))
                .filter(flag -> flag.value() != null)
                .map(flag -> "--" + flag.name())
                .distinct()
                .collect(Collectors.joining("|"));
    }

    /** zsh runs the script for bash. */
    String zsh() {
        return "autoload -U +X bashcompinit && bashcompinit\n" + bash();
    }

    String fish() {
        var script = new StringBuilder("complete -c dflock -f\n");
        for (var first : firstWords().entrySet()) {
            var summary = first.getValue().size() == 1
                    ? first.getValue().getFirst().summary()
                    : first.getKey() + " commands";
            script.append("complete -c dflock -n __fish_use_subcommand -a %s -d '%s'\n"
                    .formatted(first.getKey(), summary));
        }
        for (var command : commands.all()) {
            var words = command.name().split(" ", -1);
            var seen = "'__fish_seen_subcommand_from " + words[0] + "'";
            if (words.length > 1) {
                script.append("complete -c dflock -n %s -a %s -d '%s'\n".formatted(seen, words[1], command.summary()));
            }
            command.flags().forEach(flag -> script.append(option("-n " + seen + " ", flag)));
        }
        Flags.GLOBAL.forEach(flag -> script.append(option("", flag)));
        return script.toString();
    }

    private static String option(String condition, Flag flag) {
        return "complete -c dflock %s-l %s%s -d '%s'\n".formatted(condition, flag.name(),
                flag.value() == null ? "" : " -r",
                flag.meaning().replace("'", "\\'"));
    }

    private String cases() {
        var text = new StringBuilder();
        for (var command : commands.all()) {
            var pattern = command.name().contains(" ") ? "'" + command.name() + "'" : "'" + command.name() + " '*";
            text.append("        %s) words='%s' ;;\n".formatted(pattern, join(Stream.concat(own(command), globals()))));
        }
        for (var first : firstWords().entrySet()) {
            if (first.getValue().getFirst().name().contains(" ")) {
                text.append("        '%s '*) words='%s' ;;\n".formatted(first.getKey(),
                        join(first.getValue().stream().map(command -> command.name().split(" ", -1)[1]))));
            }
        }
        return text.toString();
    }

    private static Stream<String> own(Syntax command) {
        var values = command.name().equals("completion") ? Stream.of("bash", "zsh", "fish") : Stream.<String>empty();
        return Stream.concat(values, command.flags().stream().map(flag -> "--" + flag.name()));
    }

    private static Stream<String> globals() {
        return Flags.GLOBAL.stream().map(flag -> "--" + flag.name());
    }

    private Map<String, List<Syntax>> firstWords() {
        return commands.all()
                .stream()
                .collect(Collectors.groupingBy(command -> command.name().split(" ", -1)[0],
                        LinkedHashMap::new, Collectors.toList()));
    }

    private static String join(Stream<String> words) {
        return words.collect(Collectors.joining(" "));
    }
}
