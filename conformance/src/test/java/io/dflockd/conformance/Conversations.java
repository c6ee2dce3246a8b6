package io.dflockd.conformance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a test method its {@link Conversation} and ends it afterwards. */
final class Conversations implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Conversation.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var options = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), ServerOptions.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), ServerOptions.class));
        var target = options.map(given -> Target.with(given.tls(), given.value())).orElseGet(() -> Target.with(false));
        var conversation = new Conversation(target);
        context.getStore(Namespace.create(Conversations.class)).put(parameter.getIndex(), conversation);
        return conversation;
    }
}
