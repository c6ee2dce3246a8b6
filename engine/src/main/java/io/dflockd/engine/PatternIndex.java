package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is kept under the patterns that match a name, in a time that depends on the name and on the matches, not on
 * how many patterns there are. Plain names are in a map. Patterns are apart by how many tokens they have and how they
 * end, so that one that cannot match is not even looked at, and below that in a tree with a level for each token, in which
 * a name follows the branch of its own token and that of {@code *}.
 *
 * <p>A name may still meet as many branches as there are patterns that differ from it late, so what was found for the
 * latest names is remembered until a pattern comes or goes.
 */
final class PatternIndex<T extends Slots.Member> {
    private static final int REMEMBERED_NAMES = 512;
    /** So many matches are remembered; to find more costs little beside reaching them. */
    private static final int REMEMBERED_MATCHES = 16;
    private static final String ANY = "*";

    /** How a pattern ends and how many tokens it has: of those, few can match a name. */
    private record Shape(int tokens, String last) {}

    private final Function<String, T> empty;
    private final Footprint footprint;
    private final Table<String, T> plain = new Table<>();
    private final Slots<T> slots = new Slots<>();
    private final LinkedHashMap<Shape, Node<T>> roots = new LinkedHashMap<>();
    /** How many tokens the patterns that end in {@code >} have, and how many such patterns there are of each. */
    private final TreeMap<Integer, Integer> openEnded = new TreeMap<>();
    private final LinkedHashMap<String, List<T>> remembered = new LinkedHashMap<>();
    private int wildcards;
    /** How many branches names have been led to so far, which is what they cost. */
    private long visited;

    PatternIndex(Function<String, T> empty, Footprint footprint) {
        this.empty = empty;
        this.footprint = footprint;
    }

    boolean isEmpty() {
        return plain.isEmpty() && wildcards == 0;
    }

    long visited() {
        return visited;
    }

    Slots<T> slots() {
        return slots;
    }

    /** The most that a pattern can cost, apart from its text. */
    static long mostBytesOf(String pattern) {
        return hasWildcard(pattern) ? Footprint.PATTERN_NODE_BYTES * (1 + tokens(pattern).length) : 0;
    }

    @Nullable
    T find(String pattern) {
        if (!hasWildcard(pattern)) {
            return plain.get(pattern);
        }
        var tokens = tokens(pattern);
        var node = roots.get(shapeOf(tokens));
        for (int i = 0; node != null && i < tokens.length; i++) {
            node = node.child(tokens[i]);
        }
        return node == null ? null : node.content;
    }

    /** What is kept under the pattern, made and put there if nothing is. */
    T open(String pattern) {
        var present = find(pattern);
        if (present != null) {
            return present;
        }
        var content = empty.apply(pattern);
        slots.add(content);
        if (hasWildcard(pattern)) {
            openWildcard(tokens(pattern)).content = content;
            remembered.clear();
            wildcards++;
        } else {
            plain.put(pattern, content);
        }
        return content;
    }

    void remove(String pattern) {
        var content = find(pattern);
        if (content == null) {
            return;
        }
        slots.remove(content);
        if (hasWildcard(pattern)) {
            removeWildcard(tokens(pattern));
            remembered.clear();
            wildcards--;
        } else {
            plain.remove(pattern);
        }
    }

    /** What is kept under exactly this name. */
    @Nullable
    T plain(String name) {
        return plain.get(name);
    }

    /** What is kept under every pattern with a wildcard that matches the name. */
    List<T> wildcardMatches(String name) {
        if (wildcards == 0) {
            return List.of();
        }
        var known = remembered.get(name);
        if (known != null) {
            return known;
        }
        var matches = new ArrayList<T>();
        match(tokens(name), matches);
        if (matches.size() <= REMEMBERED_MATCHES) {
            if (remembered.size() >= REMEMBERED_NAMES) {
                remembered.clear();
            }
            remembered.put(name, List.copyOf(matches));
        }
        return matches;
    }

    /** Passes on everything with its pattern: plain names first, in the order in which they came. */
    void forEach(BiConsumer<String, T> action) {
        plain.asMap().forEach(action);
        roots.values().forEach(root -> forEachBelow(root, action));
    }

    static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('>') >= 0;
    }

    private static String[] tokens(String name) {
        return name.split("\\.", -1);
    }

    private static Shape shapeOf(String[] tokens) {
        return new Shape(tokens.length, tokens[tokens.length - 1]);
    }

    private static boolean isOpenEnded(String[] tokens) {
        return tokens[tokens.length - 1].equals(">");
    }

    private void match(String[] tokens, List<T> matches) {
        var last = tokens[tokens.length - 1];
        if (!hasWildcard(last)) {
            match(roots.get(new Shape(tokens.length, last)), tokens, tokens.length, matches);
        }
        match(roots.get(new Shape(tokens.length, ANY)), tokens, tokens.length, matches);
        for (int count : openEnded.headMap(tokens.length, true).keySet()) {
            match(roots.get(new Shape(count, ">")), tokens, count - 1, matches);
        }
    }

    /** A place in the tree that the name has led to, with so many tokens behind it. */
    private record Branch<T>(Node<T> node, int depth) {}

    /**
     * Depth first, without recursion, since whoever sends the name decides how deep it goes. A name may have tokens that
     * look like wildcards; going both ways there would take two to the power of their number steps.
     *
     * @param length how many tokens are compared; what is left after them is for {@code >}
     */
    private void match(@Nullable Node<T> root, String[] tokens, int length, List<T> matches) {
        if (root == null) {
            return;
        }
        var open = new ArrayDeque<Branch<T>>();
        open.push(new Branch<>(root, 0));
        while (!open.isEmpty()) {
            var branch = open.pop();
            visited++;
            var node = branch.node;
            int depth = branch.depth;
            if (depth == length) {
                var end = length == tokens.length && node.content != null ? node : node.child(">");
                if (end != null && end.content != null) {
                    matches.add(end.content);
                }
                continue;
            }
            var literal = node.child(tokens[depth]);
            if (literal != null && !hasWildcard(tokens[depth])) {
                open.push(new Branch<>(literal, depth + 1));
            }
            var any = node.child(ANY);
            if (any != null) {
                open.push(new Branch<>(any, depth + 1));
            }
        }
    }

    private Node<T> openWildcard(String[] tokens) {
        var shape = shapeOf(tokens);
        var node = roots.get(shape);
        if (node == null) {
            node = new Node<>();
            roots.put(shape, node);
            footprint.add(Footprint.PATTERN_NODE_BYTES);
        }
        if (isOpenEnded(tokens)) {
            openEnded.merge(tokens.length, 1, Integer::sum);
        }
        for (var token : tokens) {
            var child = node.child(token);
            if (child == null) {
                child = node.addChild(token);
                footprint.add(Footprint.PATTERN_NODE_BYTES + token.length());
            }
            node = child;
        }
        return node;
    }

    /** Prunes the branches that lead nowhere any more. */
    private void removeWildcard(String[] tokens) {
        var shape = shapeOf(tokens);
        var path = new ArrayList<Node<T>>(tokens.length);
        @Nullable Node<T> node = roots.get(shape);
        for (var token : tokens) {
            if (node == null) {
                return;
            }
            path.add(node);
            node = node.child(token);
        }
        if (node == null) {
            return;
        }
        node.content = null;
        for (int depth = tokens.length - 1; depth >= 0 && node.isBare(); depth--) {
            node = path.get(depth);
            node.removeChild(tokens[depth]);
            footprint.subtract(Footprint.PATTERN_NODE_BYTES + tokens[depth].length());
        }
        if (path.getFirst().isBare()) {
            roots.remove(shape);
            footprint.subtract(Footprint.PATTERN_NODE_BYTES);
        }
        if (isOpenEnded(tokens)) {
            openEnded.computeIfPresent(tokens.length, (unused, count) -> count == 1 ? null : count - 1);
        }
    }

    /** A pattern's node and how the pattern begins up to it. */
    private record Prefix<T>(Node<T> node, @Nullable String pattern) {}

    private void forEachBelow(Node<T> root, BiConsumer<String, T> action) {
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
        private @Nullable Table<String, Node<T>> children;
        @Nullable T content;

        @Nullable
        Node<T> child(String token) {
            return children == null ? null : children.get(token);
        }

        Set<Map.Entry<String, Node<T>>> childrenFromLast() {
            return children == null ? Set.of() : children.asMap().sequencedEntrySet().reversed();
        }

        Node<T> addChild(String token) {
            if (children == null) {
                children = Table.small();
            }
            var child = new Node<T>();
            children.put(token, child);
            return child;
        }

        void removeChild(String token) {
            if (children != null) {
                var unused = children.remove(token);
                children = children.isEmpty() ? null : children;
            }
        }

        boolean isBare() {
            return content == null && children == null;
        }
    }
}
