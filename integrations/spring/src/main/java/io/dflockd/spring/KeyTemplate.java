package io.dflockd.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** A key with expressions in it. */
final class KeyTemplate {
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final String text;
    private final List<Expression> parts;

    /** @throws org.springframework.expression.ParseException when it is none */
    KeyTemplate(String text) {
        this.text = text;
        var parsed = new SpelExpressionParser().parseExpression(text, new TemplateParserContext());
        this.parts = parsed instanceof CompositeStringExpression composite
                ? List.of(composite.getExpressions())
                : List.of(parsed);
    }

    /** What calls, as expressions see it. */
    record Root(Object target, Method method, List<@Nullable Object> args) {}

    /**
     * The key of a call.
     *
     * @throws IllegalArgumentException when an expression gives something that is no part of a key
     */
    String of(Object target, Method method, Object[] args) {
        if (parts.size() == 1 && parts.get(0).getExpressionString().equals(text)) {
            return text;
        }
        var context = new MethodBasedEvaluationContext(new Root(target, method, Arrays.asList(args)), method, args,
                NAMES);
        var key = new StringBuilder();
        for (var part : parts) {
            key.append(requirePart(part, part.getValue(context)));
        }
        return key.toString();
    }

    private Object requirePart(Expression part, @Nullable Object value) {
        if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean
                || value instanceof UUID
                || value instanceof Character) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        throw new IllegalArgumentException(
                "#{%s} in the key \"%s\" is %s; text, a number, a boolean, an enum constant or a UUID is valid"
                        .formatted(part.getExpressionString(), text,
                                value == null ? "null" : "of " + value.getClass().getName()));
    }

    @Override
    public String toString() {
        return text;
    }
}
