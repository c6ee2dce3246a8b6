package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods on which an annotation could have no effect, or not the right one: they end the start of the program. */
@SuppressWarnings("UnusedMethod") // that nobody can call it is the mistake of some
class RefusedMethodsTest {
    private static void start(Class<?> type) {
        try (var context = new AnnotationConfigApplicationContext()) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(context);
            AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(context);
            context.registerBean(WithLockAdvisor.class, () -> new WithLockAdvisor(() -> {
                throw new AssertionError("no lock is asked for");
            }, "", text -> text), definition -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
            context.registerBean(LeaderOnlyAdvisor.class,
                    () -> new LeaderOnlyAdvisor(() -> List.of(new LeaderRegistration("x"))),
                    definition -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
            context.register(type);
            context.refresh();
        }
    }

    static class FinalAfterValid {
        @WithLock(key = "a")
        public void a() {}

        @WithLock(key = "b")
        public final void wrong() {}
    }

    static class FinalBeforeValid {
        @WithLock(key = "b")
        public final void wrong() {}

        @WithLock(key = "z")
        public void z() {}
    }

    static class PrivateAmongValid {
        @WithLock(key = "a")
        public void a() {}

        @WithLock(key = "b")
        private void wrong() {}

        @WithLock(key = "z")
        public void z() {}
    }

    static class StaticAmongValid {
        @WithLock(key = "a")
        public void a() {}

        @WithLock(key = "b")
        public static void wrong() {}

        @WithLock(key = "z")
        public void z() {}
    }

    static class BadKeyAmongValid {
        @WithLock(key = "a")
        public void a() {}

        @WithLock(key = "a#{")
        public void wrong() {}

        @WithLock(key = "z")
        public void z() {}
    }

    static class Above {
        @WithLock(key = "b")
        public final void wrong() {}
    }

    static class FinalInherited extends Above {
        @WithLock(key = "a")
        public void a() {}
    }

    static class Overridden {
        @WithLock(key = "b")
        public void wrong() {}
    }

    static class FinalOverride extends Overridden {
        @WithLock(key = "a")
        public void a() {}

        @Override
        public final void wrong() {}
    }

    interface Defaults {
        @WithLock(key = "b", permits = 0)
        default void wrong() {}
    }

    static class WrongDefault implements Defaults {
        @WithLock(key = "a")
        public void a() {}
    }

    interface PrivateInside {
        @WithLock(key = "b")
        private void wrong() {}
    }

    static class WrongInsideOfInterface implements PrivateInside {
        @WithLock(key = "a")
        public void a() {}
    }

    @WithLock(key = "all")
    static class FinalOfType {
        public void a() {}

        public final void wrong() {}
    }

    static class LeaderFinalAmongValid {
        @LeaderOnly("x")
        public void a() {}

        @LeaderOnly("x")
        public final void wrong() {}
    }

    static class LeaderStaticAmongValid {
        @LeaderOnly("x")
        public void a() {}

        @LeaderOnly("x")
        static void wrong() {}
    }

    static class LeaderPrivateAmongValid {
        @LeaderOnly("x")
        private void wrong() {}

        @LeaderOnly("x")
        public void z() {}
    }

    static Stream<Class<?>> withOneWrongMethod() {
        return Stream.of(FinalAfterValid.class, FinalBeforeValid.class, PrivateAmongValid.class, StaticAmongValid.class,
                BadKeyAmongValid.class, FinalInherited.class, FinalOverride.class, WrongDefault.class,
                WrongInsideOfInterface.class, FinalOfType.class, LeaderFinalAmongValid.class,
                LeaderStaticAmongValid.class, LeaderPrivateAmongValid.class);
    }

    @ParameterizedTest
    @MethodSource("withOneWrongMethod")
    void oneWrongMethodEndsTheStartHoweverManyAreRight(Class<?> type) {
        assertRefused(type, ".wrong: ");
    }

    private static void assertRefused(Class<?> type, String what) {
        assertThatThrownBy(() -> start(type)).extracting(RefusedMethodsTest::refusal, THROWABLE)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(what);
    }

    private static Throwable refusal(Throwable failure) {
        for (@org.jspecify.annotations.Nullable Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof IllegalStateException) {
                return one;
            }
        }
        return NestedExceptionUtils.getMostSpecificCause(failure);
    }

    static class GivesMono {
        @WithLock(key = "a")
        public Mono<String> wrong() {
            return Mono.just("");
        }
    }

    static class GivesFlux {
        @WithLock(key = "a")
        public Flux<String> wrong() {
            return Flux.just("");
        }
    }

    static class GivesPublisher {
        @WithLock(key = "a")
        public Publisher<String> wrong() {
            return Mono.just("");
        }
    }

    static class GivesFlowPublisher {
        @WithLock(key = "a")
        public Flow.Publisher<String> wrong() {
            throw new AssertionError();
        }
    }

    static class LeaderGivesMono {
        @LeaderOnly("x")
        public Mono<String> wrong() {
            return Mono.just("");
        }
    }

    static Stream<Class<?>> reactive() {
        return Stream.of(GivesMono.class, GivesFlux.class, GivesPublisher.class, GivesFlowPublisher.class,
                LeaderGivesMono.class);
    }

    @ParameterizedTest
    @MethodSource("reactive")
    void whatDoesNothingBeforeItIsSubscribedToIsRefused(Class<?> type) {
        assertRefused(type, "before it is subscribed to");
    }

    static final class OwnFuture<T> extends CompletableFuture<T> {}

    static class GivesOwnFuture {
        @WithLock(key = "a")
        public OwnFuture<String> wrong() {
            return new OwnFuture<>();
        }
    }

    @Test
    void aStageOfAnotherTypeThanIsGivenBackIsRefused() {
        assertRefused(GivesOwnFuture.class, "CompletableFuture");
    }

    static class Fine {
        @WithLock(key = "a")
        public void a() {}

        @WithLock(key = "b")
        protected Optional<String> b() {
            return Optional.empty();
        }

        @WithLock(key = "c")
        CompletionStage<String> c() {
            return new CompletableFuture<>();
        }

        public final void notLocked() {}

        private void inside() {}

        static void apart() {}
    }

    @WithLock(key = "#{#root.method.name}")
    static class FineType {
        public void a() {}

        final void notLocked() {}

        private void inside() {}

        public static void apart() {}
    }

    static class BrokenAbove {
        @WithLock(key = "a#{")
        public void mended() {}
    }

    static class Mended extends BrokenAbove {
        @Override
        @WithLock(key = "a")
        public void mended() {}
    }

    static class InAnotherPackage extends io.dflockd.spring.above.Above {
        @WithLock(key = "a")
        public void a() {}
    }

    @Test
    void whatTheProxyCannotSeeInAnotherPackageIsRefused() {
        assertRefused(InAnotherPackage.class, ".wrong: as a method without a modifier");
    }

    @Test
    void aSuspendFunctionIsPointedToWhereItCanHaveALock() throws Exception {
        var method = Suspending.class.getDeclaredMethod("wrong", kotlin.coroutines.Continuation.class);
        assertThatThrownBy(() -> Interceptable.require(method, WithLock.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dflockd-kotlin");
        assertRefused(Suspending.class, "dflockd-kotlin");
    }

    /** As the compiler of Kotlin makes it of a suspend function. */
    static class Suspending {
        @WithLock(key = "a")
        public Object wrong(kotlin.coroutines.Continuation continuation) {
            return continuation;
        }

        @WithLock(key = "z")
        public void z() {}
    }

    static Stream<Class<?>> fine() {
        return Stream.of(Fine.class, FineType.class, Mended.class);
    }

    @ParameterizedTest
    @MethodSource("fine")
    void whatIsNotLockedMayBeAnything(Class<?> type) {
        assertThatCode(() -> start(type)).doesNotThrowAnyException();
        assertThat(type).isNotNull();
    }
}
