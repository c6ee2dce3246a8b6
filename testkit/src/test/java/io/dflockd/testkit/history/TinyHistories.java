package io.dflockd.testkit.history;

import io.dflockd.testkit.history.ListCall.End;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A few random operations with random answers, of which by chance some could have been and some not. */
final class TinyHistories {
    private static final int MOST = 6;
    private static final int LATEST = 10;
    private static final List<Function<TinyHistories, Operation>> KINDS = List.of(TinyHistories::counter,
            TinyHistories::value, TinyHistories::list, TinyHistories::hold);

    private final SplittableRandom random;
    private int number;

    private TinyHistories(SplittableRandom random) {
        this.random = random;
    }

    static List<Operation> draw(SplittableRandom random) {
        var histories = new TinyHistories(random);
        var kind = KINDS.get(random.nextInt(KINDS.size()));
        var operations = new ArrayList<Operation>();
        int count = random.nextInt(1, MOST + 1);
        while (operations.size() < count) {
            operations.add(kind.apply(histories));
        }
        return operations;
    }

    private Operation counter() {
        return switch (random.nextInt(4)) {
            case 0, 1 -> of(new CounterCall.Add(random.nextInt(1, 3)), (long) random.nextInt(1, 6));
            case 2 -> of(new CounterCall.Get(), (long) random.nextInt(5));
            default -> of(new CounterCall.Set(random.nextInt(3)), null);
        };
    }

    private Operation value() {
        return switch (random.nextInt(6)) {
            case 0 -> of(new ValueCall.Set(text()), null);
            case 1 -> of(new ValueCall.Delete(), null);
            case 2 -> of(new ValueCall.CompareAndSet(textOrNull(), text()), random.nextBoolean());
            case 3 -> unknown(new ValueCall.Expire(text()));
            default -> of(new ValueCall.Get(), textOrNull());
        };
    }

    private Operation list() {
        var end = random.nextBoolean() ? End.LEFT : End.RIGHT;
        return switch (random.nextInt(7)) {
            case 0, 1 -> of(new ListCall.Push(end, text()), (long) random.nextInt(4));
            case 2, 3 -> of(new ListCall.Pop(end, random.nextInt(3)), textOrNull());
            case 4 -> unknown(new ListCall.PutBack(end, random.nextInt(1, 3)));
            case 5 -> of(new ListCall.Length(), (long) random.nextInt(3));
            default -> of(new ListCall.Range(0, -1),
                    random.nextBoolean() ? List.of(text()) : List.of(text(), text()));
        };
    }

    private Operation hold() {
        long fence = random.nextInt(1, 4);
        int limit = List.of(HoldCall.ALONE, 2, HoldCall.SHARED).get(random.nextInt(3));
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> of(new HoldCall.Acquire(limit), fence);
            case 3 -> of(new HoldCall.Renew(fence), random.nextBoolean());
            case 4 -> of(new HoldCall.Downgrade(fence), random.nextBoolean());
            case 5 -> unknown(new HoldCall.Lose(fence));
            default -> of(new HoldCall.Release(fence), random.nextBoolean());
        };
    }

    private String text() {
        return random.nextBoolean() ? "x" : "y";
    }

    private @Nullable String textOrNull() {
        return random.nextInt(3) == 0 ? null : text();
    }

    private Operation of(Call<?> call, @Nullable Object answer) {
        int from = random.nextInt(LATEST);
        return switch (random.nextInt(8)) {
            case 0, 1 -> unknown(call);
            case 2 -> operation(call, from, random.nextInt(from, LATEST), new Outcome.Refused("error"));
            default -> operation(call, from, random.nextInt(from, LATEST), new Outcome.Returned(answer));
        };
    }

    private Operation unknown(Call<?> call) {
        return operation(call, random.nextInt(LATEST), Operation.NEVER, new Outcome.Unknown());
    }

    private Operation operation(Call<?> call, long from, long to, Outcome outcome) {
        number++;
        return new Operation(number, "c" + number, "k", call, from, to, outcome);
    }
}
