package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Any actions, of every kind that there is, also of those that come later. */
final class RandomActions {
    private static final int MAX_TEXT = 40;

    private final RandomGenerator random;

    RandomActions(RandomGenerator random) {
        this.random = random;
    }

    static List<Class<?>> kinds() {
        return records(Command.class).toList();
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(RandomActions::records);
    }

    /** A turn of actions of all kinds, each some times. */
    List<Action> all() {
        var actions = new ArrayList<Action>();
        for (int i = 0; i < 3; i++) {
            kinds().forEach(kind -> actions.add(action(kind)));
        }
        return actions;
    }

    List<Action> some(int count) {
        var kinds = kinds();
        return Stream.generate(() -> action(kinds.get(random.nextInt(kinds.size())))).limit(count).toList();
    }

    Action action(Class<?> kind) {
        var command = (Command) any(kind);
        boolean grants = command instanceof Command.Acquire || command instanceof Command.Enqueue;
        long connection = number();
        return new Action(grants ? random.nextLong() : 0, connection, random.nextBoolean() ? connection : number(),
                number(), number(), command);
    }

    /** Tries until the values make sense. */
    private Object any(Class<?> type) {
        var components = type.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        while (true) {
            var values = Arrays.stream(types).map(this::value).toArray();
            try {
                return type.getDeclaredConstructor(types).newInstance(values);
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof IllegalArgumentException)) {
                    throw new IllegalStateException(e);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Object value(Class<?> type) {
        if (type == long.class) {
            return number();
        } else if (type == int.class) {
            return (int) number();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == String.class) {
            return text();
        } else if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        } else if (type == EngineLimits.class) {
            return limits();
        } else if (type == List.class) {
            var kinds = records(Outcome.Precious.class).toList();
            return Stream.generate(() -> any(kinds.get(random.nextInt(kinds.size()))))
                    .limit(random.nextInt(5))
                    .toList();
        }
        throw new IllegalStateException("no values of " + type);
    }

    private EngineLimits limits() {
        return new EngineLimits(
                random.nextInt(1, Integer.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(100),
                random.nextInt(100),
                random.nextInt(100),
                random.nextLong(1, Long.MAX_VALUE),
                random.nextLong(1, Long.MAX_VALUE),
                random.nextInt(100),
                random.nextLong(Long.MAX_VALUE),
                random.nextBoolean(),
                random.nextLong(1, Long.MAX_VALUE),
                random.nextLong(1, Long.MAX_VALUE));
    }

    private long number() {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE + random.nextInt(1, 3);
            case 2 -> random.nextLong();
            case 3 -> random.nextInt(-3, 3);
            default -> random.nextLong() >>> random.nextInt(1, Long.SIZE);
        };
    }

    private String text() {
        return random.ints(random.nextInt(MAX_TEXT), 0, 256)
                .collect(StringBuilder::new, (text, octet) -> text.append((char) octet), StringBuilder::append)
                .toString();
    }
}
