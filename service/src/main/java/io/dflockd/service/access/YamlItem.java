package io.dflockd.service.access;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Something in a YAML file that knows in which line it stands. Throws {@link FaultException} for what is not of the form that
 * is asked for. Anchors are refused: a file of rules should say what it says where it says it.
 */
final class YamlItem {
    private final Node node;
    /** What it is called in its file, for people. */
    private final String name;

    private YamlItem(Node node, String name) {
        this.node = node;
        this.name = name;
        if (node.getAnchor().isPresent()) {
            throw fault("has an anchor, which is not taken here");
        }
    }

    /** Empty for an empty file. */
    static Optional<YamlItem> parse(String text) {
        try {
            return new Compose(LoadSettings.builder().build())
                    .composeString(text)
                    .map(node -> new YamlItem(node, "the file"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(-1) + 1;
            throw new FaultException(line, "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new FaultException(0, "not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (StackOverflowError e) {
            throw new FaultException(0, "not YAML of any use: nested too deeply");
        }
    }

    int line() {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    FaultException fault(String reason) {
        return new FaultException(line(), name + " " + reason);
    }

    /** Of a single value; what stands there as text. */
    String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
            return scalar.getValue();
        }
        throw fault("must be a single value");
    }

    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw fault("is \"" + text() + "\", must be true or false");
        };
    }

    /** A whole number within these bounds. */
    long number(long least, long most) {
        var text = text();
        try {
            long number = text.startsWith("+") ? least - 1 : Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // is no number, which is said below
        }
        throw fault("is \"" + text + "\", must be a whole number from " + least + " to " + most);
    }

    /** Of a list. */
    List<YamlItem> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw fault("must be a list");
        }
        var items = new ArrayList<YamlItem>();
        for (var item : sequence.getValue()) {
            items.add(new YamlItem(item, "an entry of " + name));
        }
        return items;
    }

    /** Of names with something to each, in their order. */
    Map<String, YamlItem> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw fault("must have entries of the form \"name: value\"");
        }
        var entries = new LinkedHashMap<String, YamlItem>();
        for (var tuple : mapping.getValue()) {
            var key = new YamlItem(tuple.getKeyNode(), "a name in " + name);
            var word = key.text();
            if (entries.put(word, new YamlItem(tuple.getValueNode(), "\"" + word + "\"")) != null) {
                throw key.fault("is there twice: \"" + word + "\"");
            }
        }
        return entries;
    }

    /** Of names, which are all among these. */
    Map<String, YamlItem> entries(List<String> known) {
        var entries = entries();
        entries.forEach((word, item) -> {
            if (!known.contains(word)) {
                throw new FaultException(
                        item.line(), "unknown entry \"" + word + "\", valid here are " + String.join(", ", known));
            }
        });
        return entries;
    }

    /** The items of a list that may be missing. */
    static List<YamlItem> itemsOf(@Nullable YamlItem item) {
        return item == null ? List.of() : item.items();
    }
}
