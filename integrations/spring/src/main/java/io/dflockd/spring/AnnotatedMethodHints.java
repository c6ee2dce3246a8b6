package io.dflockd.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.beans.BeanUtils;

/**
 * What a native image has to keep for methods that have one of our annotations, by themselves or by their type: they are looked
 * up and called by reflection, and keys read properties of their arguments.
 */
final class AnnotatedMethodHints implements ReflectiveProcessor {
    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        hints.registerType(KeyTemplate.Root.class, MemberCategory.INVOKE_PUBLIC_METHODS);
        if (element instanceof Method method) {
            register(hints, method);
        } else if (element instanceof Class<?> type) {
            for (var method : type.getMethods()) {
                if (method.getDeclaringClass() != Object.class && !Modifier.isStatic(method.getModifiers())) {
                    register(hints, method);
                }
            }
        }
    }

    private static void register(ReflectionHints hints, Method method) {
        hints.registerMethod(method, ExecutableMode.INVOKE);
        for (var type : method.getParameterTypes()) {
            if (!BeanUtils.isSimpleProperty(type)) {
                hints.registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
            }
        }
    }
}
