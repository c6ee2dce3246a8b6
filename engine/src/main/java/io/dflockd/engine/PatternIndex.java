package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
            var child = node.child(token);
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
        } else if (removeWildcard(tokens(pattern))) {
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
            match(tokens(name), action);
        }
    }

    /** Passes on everything with its pattern: plain names first, in the order in which they came. */
    void forEach(BiConsumer<String, T> action) {
        plain.forEach(action);
        forEachWildcard(action);
    }

    static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('>') >= 0;
    }

    private static String[] tokens(String name) {
        return name.split("\\.", -1);
    }

    /** A place in the tree that the name has led to, with so many tokens behind it. */
    private record Branch<T>(Node<T> node, int depth) {}

    /**
     * Depth first, without recursion, since whoever sends the name decides how deep it goes. A name may have tokens that
     * look like wildcards; going both ways there would take two to the power of their number steps.
     */
    private void match(String[] tokens, Consumer<T> action) {
        var open = new ArrayDeque<Branch<T>>();
        open.push(new Branch<>(root, 0));
        while (!open.isEmpty()) {
            var branch = open.pop();
            var node = branch.node;
            int depth = branch.depth;
            if (depth == tokens.length) {
                accept(node, action);
                continue;
            }
            accept(node.child(">"), action);
            var literal = node.child(tokens[depth]);
            if (literal != null && !hasWildcard(tokens[depth])) {
                open.push(new Branch<>(literal, depth + 1));
            }
            var any = node.child("*");
            if (any != null) {
                open.push(new Branch<>(any, depth + 1));
            }
        }
    }

    private static <T> void accept(@Nullable Node<T> node, Consumer<T> action) {
        if (node != null && node.content != null) {
            action.accept(node.content);
        }
    }

    /** Whether there was something. Prunes the branches that lead nowhere any more. */
    private boolean removeWildcard(String[] tokens) {
        var path = new ArrayList<Node<T>>(tokens.length);
        var node = root;
        for (var token : tokens) {
            path.add(node);
            var child = node.child(token);
            if (child == null) {
                return false;
            }
            node = child;
        }
        boolean found = node.content != null;
        node.content = null;
        for (int depth = tokens.length - 1; depth >= 0 && node.isBare(); depth--) {
            node = path.get(depth);
            node.removeChild(tokens[depth]);
        }
        return found;
    }

    /** A pattern's node and how the pattern begins up to it. */
    private record Prefix<T>(Node<T> node, @Nullable String pattern) {}

    private void forEachWildcard(BiConsumer<String, T> action) {
        var open = new ArrayDeque<Prefix<T>>();
        open.push(new Prefix<>(root, null));
        while (!open.isEmpty()) {
            var prefix = open.pop();
            var pattern = prefix.pattern;
            if (pattern != null && prefix.node.content != null) {
                action.accept(pattern, prefix.node.content);
            }
            // The last child goes on the stack first, so that the first comes off it first.
            for (var child : prefix.node.childrenFromLast()) {
                var token = child.getKey();
                open.push(new Prefix<>(child.getValue(), pattern == null ? token : pattern + '.' + token));
            }
        }
    }

    private static final class Node<T> {
        private @Nullable LinkedHashMap<String, Node<T>> children;
        @Nullable T content;

        @Nullable
        Node<T> child(String token) {
            return children == null ? null : children.get(token);
        }

        Set<Map.Entry<String, Node<T>>> childrenFromLast() {
            return children == null ? Set.of() : children.sequencedEntrySet().reversed();
        }

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
