package io.dflockd.testkit.history;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of operations of unknown outcome because others saw what only they can have brought: they were carried
 * out, and not after that was seen. It changes no verdict, but saves the search from guessing.
 */
final class Evidence {
    private final Map<Object, Integer> bringers = new HashMap<>();
    private final Map<Object, Long> firstSeen = new HashMap<>();

    private Evidence(List<Operation> operations) {
        for (var operation : operations) {
            @Nullable Object brought = operation.call().brings();
            if (brought != null && !operation.isRefused()) {
                bringers.merge(brought, 1, Integer::sum);
            }
            if (operation.outcome() instanceof Outcome.Returned returned) {
                @Nullable Object answer = returned.answer();
                var seen = answer instanceof Collection<?> several
                        ? several
                        : answer == null ? List.of() : List.of(answer);
                seen.forEach(each -> firstSeen.merge(each, operation.returnedAt(), Math::min));
            }
        }
    }

    /** The same operations on one thing, with what the others tell of them. */
    static List<Operation> apply(List<Operation> operations) {
        var evidence = new Evidence(operations);
        return operations.stream().map(evidence::apply).toList();
    }

    private Operation apply(Operation operation) {
        @Nullable Object brought = operation.call().brings();
        if (!operation.isUnknown() || brought == null || bringers.getOrDefault(brought, 0) > 1) {
            return operation;
        }
        long seenAt = firstSeen.getOrDefault(brought, Operation.NEVER);
        if (seenAt == Operation.NEVER || seenAt < operation.invokedAt()) {
            return operation;
        }
        return new Operation(operation.number(), operation.client(), operation.key(), operation.call(),
                operation.invokedAt(), seenAt, new Outcome.Seen());
    }
}
