package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.ChannelPattern;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessListTest {
    private static final List<Right> RIGHTS = List.of(Right.values());
    private static final int ROWS = 1000;
    private static final List<String> TOKENS = List.of("a", "b", "ab", "");

    private static Rule keys(Right right, String... patterns) {
        return new Rule(Set.of(right), List.of(patterns), List.of(), false);
    }

    private static Rule channels(Right right, String... patterns) {
        return new Rule(Set.of(right), List.of(), List.of(patterns), false);
    }

    @Test
    void aLiteralIsOneKeyAndAStarAllThatBeginSo() {
        var list = new AccessList(List.of(keys(Right.HOLD, "jobs/nightly", "orders/*")));

        assertThat(list.allowsKey(Right.HOLD, "jobs/nightly")).isTrue();
        assertThat(list.allowsKey(Right.HOLD, "jobs/nightly2")).isFalse();
        assertThat(list.allowsKey(Right.HOLD, "jobs/")).isFalse();
        assertThat(list.allowsKey(Right.HOLD, "orders/")).isTrue();
        assertThat(list.allowsKey(Right.HOLD, "orders/1")).isTrue();
        assertThat(list.allowsKey(Right.HOLD, "orders")).isFalse();
        assertThat(list.allowsKey(Right.READ, "orders/1")).isFalse();
    }

    @Test
    void whatStandsBetweenTwoBeginningsHidesNeither() {
        var list = new AccessList(List.of(
                keys(Right.HOLD, "a*"), keys(Right.READ, "ab/*"), keys(Right.WRITE, "ab/c*"), keys(Right.WATCH, "*")));

        assertThat(list.allowsKey(Right.HOLD, "ab/d")).isTrue();
        assertThat(list.allowsKey(Right.READ, "ab/d")).isTrue();
        assertThat(list.allowsKey(Right.WRITE, "ab/d")).isFalse();
        assertThat(list.allowsKey(Right.HOLD, "az")).isTrue();
        assertThat(list.allowsKey(Right.READ, "az")).isFalse();
        assertThat(list.allowsKey(Right.WATCH, "z")).isTrue();
    }

    @Test
    void withoutRulesNothingIsAllowed() {
        for (var right : Right.values()) {
            assertThat(AccessList.NOTHING.allows(right)).isFalse();
            assertThat(AccessList.NOTHING.allowsKey(right, "k")).isFalse();
            assertThat(AccessList.NOTHING.allowsChannel(right, "c")).isFalse();
            assertThat(AccessList.NOTHING.allowsSubscription(right, ">")).isFalse();
        }
    }

    @Test
    void aSubscriptionMustLieInsideOneRule() {
        var list = new AccessList(List.of(channels(Right.LISTEN, "orders.>", "*.new", "x.*.y.>", "exact.name")));

        for (var inside : List.of("orders.>", "orders.*", "orders.a.*.b", "orders.a", "*.new", "a.new", "x.*.y.>",
                "x.a.y.>", "x.*.y.z", "x.*.y.*", "exact.name", "orders.")) {
            assertThat(list.allowsSubscription(Right.LISTEN, inside)).as(inside).isTrue();
        }
        for (var outside : List.of(">", "*", "*.*", "orders", "*.a", "a.*.new", "x.>", "x.*.*.z", "x.*.y", "exact.*",
                "exact.>", "ordersx.>", "*.>")) {
            assertThat(list.allowsSubscription(Right.LISTEN, outside)).as(outside).isFalse();
        }
    }

    @Test
    void aWatchMayLieUnderKeysOrChannels() {
        var list = new AccessList(List.of(keys(Right.WATCH, "jobs/*", "k.*", "one.two"), channels(Right.WATCH, "c.>")));

        for (var inside : List.of("jobs/1", "k.*", "k.>", "k.a.*", "one.two", "c.>", "c.d")) {
            assertThat(list.allowsSubscription(Right.WATCH, inside)).as(inside).isTrue();
        }
        for (var outside : List.of("*", ">", "one.*", "k", "*.a", "jobs")) {
            assertThat(list.allowsSubscription(Right.WATCH, outside)).as(outside).isFalse();
        }
    }

    /** Random rules, asked for random names, as a model says that only knows how to try one after another. */
    @Test
    void randomRulesAllowWhatAModelAllows() {
        var random = new Random(20_261_125);
        int allowed = 0;
        for (int row = 0; row < ROWS; row++) {
            var rules = rules(random);
            var list = new AccessList(rules);
            var right = RIGHTS.get(random.nextInt(RIGHTS.size()));
            var name = name(random, '/');
            var channel = name(random, '.');
            var pattern = pattern(random);
            assertThat(list.allowsKey(right, name)).as("%s %s %s", rules, right, name)
                    .isEqualTo(mayKey(rules, right, name));
            assertThat(list.allowsChannel(right, channel)).as("%s %s %s", rules, right, channel)
                    .isEqualTo(mayChannel(rules, right, channel));
            if (list.allowsSubscription(right, pattern)) {
                allowed++;
                assertNothingElseIsHeard(rules, right, pattern);
            }
        }
        assertThat(allowed).as("some must be allowed").isGreaterThan(20);
    }

    /** All short names are tried that the pattern matches. */
    private static void assertNothingElseIsHeard(List<Rule> rules, Right right, String pattern) {
        for (var one : TOKENS) {
            for (var two : TOKENS) {
                for (var three : TOKENS) {
                    for (var name : List.of(one, one + "." + two, one + "." + two + "." + three)) {
                        if (ChannelPattern.matches(pattern, name)) {
                            assertThat((right.isOfKeys() && mayKey(rules, right, name))
                                    || mayChannel(rules, right, name))
                                    .as("%s %s %s hears %s", rules, right, pattern, name)
                                    .isTrue();
                        }
                    }
                }
            }
        }
    }

    private static boolean mayKey(List<Rule> rules, Right right, String key) {
        return right.isOfKeys() && rules.stream()
                .filter(rule -> rule.rights().contains(right))
                .flatMap(rule -> rule.keys().stream())
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? key.startsWith(pattern.substring(0, pattern.length() - 1))
                        : key.equals(pattern));
    }

    private static boolean mayChannel(List<Rule> rules, Right right, String channel) {
        return right.isOfChannels() && rules.stream()
                .filter(rule -> rule.rights().contains(right))
                .flatMap(rule -> rule.channels().stream())
                .anyMatch(pattern -> ChannelPattern.matches(pattern, channel));
    }

    private static List<Rule> rules(Random random) {
        var rules = new ArrayList<Rule>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            var rights = EnumSet.noneOf(Right.class);
            IntStream.range(0, 3).forEach(at -> rights.add(RIGHTS.get(random.nextInt(RIGHTS.size()))));
            var keys = IntStream.range(0, random.nextInt(4))
                    .mapToObj(at -> name(random, '/') + (random.nextBoolean() ? "*" : ""))
                    .filter(Rule::isKeyPattern)
                    .toList();
            var channels = IntStream.range(0, random.nextInt(4))
                    .mapToObj(at -> pattern(random))
                    .filter(Rule::isChannelPattern)
                    .toList();
            rules.add(new Rule(rights, keys, channels, false));
        }
        return rules;
    }

    private static String name(Random random, char separator) {
        var name = new StringBuilder(TOKENS.get(random.nextInt(TOKENS.size())));
        for (int i = random.nextInt(3); i > 0; i--) {
            name.append(separator).append(TOKENS.get(random.nextInt(TOKENS.size())));
        }
        return name.toString();
    }

    private static String pattern(Random random) {
        var tokens = new ArrayList<String>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            tokens.add(random.nextInt(3) == 0 ? "*" : TOKENS.get(random.nextInt(TOKENS.size())));
        }
        if (random.nextInt(3) == 0) {
            tokens.set(tokens.size() - 1, ">");
        }
        return String.join(".", tokens);
    }
}
