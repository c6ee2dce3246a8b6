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
        // What follows a flag with a value is no command.
        return """
                _dflock() {
                    local current=${COMP_WORDS[COMP_CWORD]} command= sub= value= word words i
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        word=${COMP_WORDS[i]}
                        if [ -n "$value" ] && [[ $word != [:=] ]]; then value=; continue; fi
                        case $word in
                            --) compopt -o default; return ;;
                            :|=) value=${value:-other} ;;
                            %s) value=file ;;
                            %s) value=other ;;
                            -*) ;;
                            *) if [ -z "$command" ]; then command=$word; elif [ -z "$sub" ]; then sub=$word; fi ;;
                        esac
                    done
                    if [ "$value" = file ]; then compopt -o default; return; fi
                    if [ -n "$value" ]; then return; fi
                    case "$command $sub" in
                %s        *) words='%s' ;;
                    esac
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                }
                complete -F _dflock dflock
                """.formatted(flags(true, "|"), flags(false, "|"), cases("words='%s'"), first());
    }

    String zsh() {
        return """
                #compdef dflock
                _dflock() {
                    local command= sub= value= word
                    local -a offered
                    integer i
                    for ((i = 2; i < CURRENT; i++)); do
                        word=${words[i]}
                        if [[ -n $value ]]; then value=; continue; fi
                        case $word in
                            --) _files; return ;;
                            %s) value=file ;;
                            %s) value=other ;;
                            -*) ;;
                            *) if [[ -z $command ]]; then command=$word; elif [[ -z $sub ]]; then sub=$word; fi ;;
                        esac
                    done
                    if [[ $value = file ]]; then _files; return; fi
                    if [[ -n $value ]]; then return 1; fi
                    case "$command $sub" in
                %s        *) offered=(%s) ;;
                    esac
                    compadd -a -- offered
                }
                compdef _dflock dflock
                """.formatted(flags(true, "|"), flags(false, "|"), cases("offered=(%s)"), first());
    }

    String fish() {
        var script = new StringBuilder("""
                function __dflock_command
                    set -l value ''
                    set -l found
                    for word in (commandline -opc)[2..-1]
                        if test -n "$value"
                            set value ''
                            continue
                        end
                        switch $word
                            case --
                                echo program
                                return
                            case %s
                                set value 1
                            case '-*'
                            case '*'
                                set -a found $word
                        end
                    end
                    echo "$found[1..2]"
                end
                function __dflock_in
                    set -l command (__dflock_command)
                    test "$command" = "$argv" || string match -q -- "$argv *" "$command"
                end
                complete -c dflock -e
                complete -c dflock -f
                complete -c dflock -n 'test (__dflock_command) = program' -F
                """.formatted(flags(true, " ") + " " + flags(false, " ")));
        for (var group : firstWords().entrySet()) {
            boolean alone = group.getValue().getFirst().name().equals(group.getKey());
            var summary = alone ? group.getValue().getFirst().summary() : group.getKey() + " commands";
            script.append("complete -c dflock -n 'test -z (__dflock_command)' -a %s -d %s\n"
                    .formatted(group.getKey(), quoted(summary)));
        }
        for (var command : commands.all()) {
            var words = command.name().split(" ", -1);
            if (words.length > 1) {
                script.append("complete -c dflock -n 'test (__dflock_command) = %s' -a %s -d %s\n"
                        .formatted(words[0], words[1], quoted(command.summary())));
            }
            var condition = "-n '__dflock_in " + command.name() + "' ";
            values(command).forEach(value -> script.append("complete -c dflock %s-a %s\n".formatted(condition, value)));
            command.flags().forEach(flag -> script.append(option(condition, flag)));
        }
        Flags.GLOBAL.forEach(flag -> script.append(option("-n 'not test (__dflock_command) = program' ", flag)));
        return script.toString();
    }

    private static String option(String condition, Flag flag) {
        var value = flag.value() == null ? "" : isFile(flag) ? " -r -F" : " -x";
        return "complete -c dflock %s-l %s%s -d %s\n".formatted(condition, flag.name(), value, quoted(flag.meaning()));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "\\'") + "'";
    }

    private static boolean isFile(Flag flag) {
        return "FILE".equals(flag.value());
    }

    /** Those with a value: a file, or another. */
    private String flags(boolean file, String separator) {
        return Stream
                .concat(Flags.GLOBAL.stream(), commands.all().stream().flatMap(command -> command.flags().stream()))
                .filter(flag -> flag.value() != null && isFile(flag) == file)
                .map(flag -> "--" + flag.name())
                .distinct()
                .collect(Collectors.joining(separator));
    }

    /** What each command offers, as cases of the shells that are alike. */
    private String cases(String assignment) {
        var text = new StringBuilder();
        for (var command : commands.all()) {
            var pattern = command.name().contains(" ") ? "'" + command.name() + "'" : "'" + command.name() + " '*";
            text.append("        %s) %s ;;\n".formatted(pattern,
                    assignment.formatted(join(Stream.of(values(command), own(command), globals()).flatMap(s -> s)))));
        }
        for (var group : firstWords().entrySet()) {
            if (group.getValue().getFirst().name().contains(" ")) {
                text.append("        '%s ') %s ;;\n".formatted(group.getKey(), assignment.formatted(join(Stream.concat(
                        group.getValue().stream().map(command -> command.name().split(" ", -1)[1]), globals())))));
            }
        }
        return text.toString();
    }

    private static Stream<String> values(Syntax command) {
        return command.name().equals("completion") ? Stream.of("bash", "zsh", "fish") : Stream.empty();
    }

    private static Stream<String> own(Syntax command) {
        return command.flags().stream().map(flag -> "--" + flag.name());
    }

    private static Stream<String> globals() {
        return Flags.GLOBAL.stream().map(flag -> "--" + flag.name());
    }

    private String first() {
        return join(Stream.of(firstWords().keySet().stream(), Stream.of("help"), globals()).flatMap(s -> s));
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
