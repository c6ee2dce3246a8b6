package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is kept under the patterns that match a name, in a time that depends on the name and on the matches, not on
 * how many patterns there are. Plain names are in a map; patterns are in a tree with a level for each token, in which a
 * name follows the branch of its own token and that of {@code *}, and collects {@code >} on its way.
 */
final class PatternIndex<T> {
    private final Map<String, T> plain = new LinkedHashMap<>();
    private final Node<T> root = new Node<>();
    private int wildcards;

    boolean isEmpty() {
        return plain.isEmpty() && wildcards == 0;
    }

    @Nullable
    T find(String pattern) {
        if (!hasWildcard(pattern)) {
            return plain.get(pattern);
        }
        var node = root;
        for (var token : tokens(pattern)) {
            var child = node.children == null ? null : node.children.get(token);
            if (child == null) {
                return null;
            }
            node = child;
        }
        return node.content;
    }

    /** What is kept under the pattern, made and put there if nothing is. */
    T open(String pattern, Supplier<T> empty) {
        if (!hasWildcard(pattern)) {
            return plain.computeIfAbsent(pattern, _ -> empty.get());
        }
        var node = root;
        for (var token : tokens(pattern)) {
            node = node.openChild(token);
        }
        var content = node.content;
        if (content == null) {
            content = empty.get();
            node.content = content;
            wildcards++;
        }
        return content;
    }

    void remove(String pattern) {
        if (!hasWildcard(pattern)) {
            plain.remove(pattern);
        } else if (remove(root, tokens(pattern), 0)) {
            wildcards--;
        }
    }

    /** What is kept under exactly this name. */
    @Nullable
    T plain(String name) {
        return plain.get(name);
    }

    /** Passes on what is kept under every pattern with a wildcard that matches the name. */
    void forEachWildcardMatch(String name, Consumer<T> action) {
        if (wildcards > 0) {
            match(root, tokens(name), 0, action);
        }
    }

    /** Passes on everything with its pattern: plain names first, in the order in which they came. */
    void forEach(BiConsumer<String, T> action) {
        plain.forEach(action);
        forEach(root, null, action);
    }

    static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('>') >= 0;
    }

    private static String[] tokens(String name) {
        return name.split("\\.", -1);
    }

    private static <T> void match(Node<T> node, String[] tokens, int depth, Consumer<T> action) {
        if (depth == tokens.length) {
            if (node.content != null) {
                action.accept(node.content);
            }
            return;
        }
        if (node.children == null) {
            return;
        }
        var rest = node.children.get(">");
        if (rest != null && rest.content != null) {
            action.accept(rest.content);
        }
        follow(node.children.get("*"), tokens, depth, action);
        follow(node.children.get(tokens[depth]), tokens, depth, action);
    }

    private static <T> void follow(@Nullable Node<T> child, String[] tokens, int depth, Consumer<T> action) {
        if (child != null) {
            match(child, tokens, depth + 1, action);
        }
    }

    /** Whether there was something. Prunes the branches that lead nowhere any more. */
    private static <T> boolean remove(Node<T> node, String[] tokens, int depth) {
        if (depth == tokens.length) {
            boolean found = node.content != null;
            node.content = null;
            return found;
        }
        var child = node.children == null ? null : node.children.get(tokens[depth]);
        boolean found = child != null && remove(child, tokens, depth + 1);
        if (found && child != null && child.isBare()) {
            node.removeChild(tokens[depth]);
        }
        return found;
    }

    private static <T> void forEach(Node<T> node, @Nullable String pattern, BiConsumer<String, T> action) {
        if (pattern != null && node.content != null) {
            action.accept(pattern, node.content);
        }
        if (node.children != null) {
            node.children.forEach(
                    (token, child) -> forEach(child, pattern == null ? token : pattern + '.' + token, action));
        }
    }

    private static final class Node<T> {
        @Nullable Map<String, Node<T>> children;
        @Nullable T content;

        Node<T> openChild(String token) {
            if (children == null) {
                children = new LinkedHashMap<>(2);
            }
            return children.computeIfAbsent(token, _ -> new Node<>());
        }

        void removeChild(String token) {
            if (children != null) {
                children.remove(token);
                children = children.isEmpty() ? null : children;
            }
        }

        boolean isBare() {
            return content == null && children == null;
        }
    }
}
