package io.dflockd.spring.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Found by Spring in {@code META-INF/spring.factories}. */
final class TestServerCustomizerFactory implements ContextCustomizerFactory {
    @Override
    public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        @Nullable AutoConfigureTestDflockd annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
                AutoConfigureTestDflockd.class);
        return annotation == null ? null : new TestServerCustomizer(List.of(annotation.args()));
    }
}
