package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

class AnnotatedMethodHintsTest {
    private final RuntimeHints hints = new RuntimeHints();

    record Order(long id) {}

    static class Orders {
        @WithLock(key = "orders/#{#order.id}/#{#count}")
        public void pack(Order order, int count) {}

        @LeaderOnly("sweeper")
        public void sweep() {}

        public void look() {}
    }

    @WithLock(key = "reports")
    static class Reports {
        public void write(Order order) {}

        void draft() {}
    }

    @Test
    void methodsWithAnAnnotationAreKeptAndWhatKeysReadOfTheirArguments() {
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Orders.class);

        assertInvoked(Orders.class, "pack", true);
        assertInvoked(Orders.class, "sweep", true);
        assertInvoked(Orders.class, "look", false);
        assertMembers(Order.class, true);
        assertMembers(KeyTemplate.Root.class, true);
        assertMembers(int.class, false);
    }

    @Test
    void publicMethodsOfATypeWithAnAnnotationAreKept() {
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Reports.class);

        assertInvoked(Reports.class, "write", true);
        assertInvoked(Reports.class, "draft", false);
        assertMembers(Order.class, true);
    }

    private void assertInvoked(Class<?> type, String method, boolean kept) {
        assertThat(RuntimeHintsPredicates.reflection().onMethod(type, method).invoke().test(hints)).as(method)
                .isEqualTo(kept);
    }

    private void assertMembers(Class<?> type, boolean kept) {
        assertThat(RuntimeHintsPredicates.reflection()
                .onType(type)
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)
                .test(hints)).as("%s", type).isEqualTo(kept);
    }
}
