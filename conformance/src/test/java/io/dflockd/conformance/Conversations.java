package io.dflockd.conformance;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a test method its {@link Conversation} with the server that it needs, and ends it afterwards. */
final class Conversations implements BeforeEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(Conversations.class);

    /** Here and not where the parameter is resolved, because only here a test can be skipped. */
    @Override
    public void beforeEach(ExtensionContext context) {
        var options = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), ServerOptions.class)
                .map(ServerOptions::value)
                .orElse(new String[0]);
        // What the store holds is closed when the test is over.
        context.getStore(NAMESPACE).put(Conversation.class, new Conversation(Target.with(options)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Conversation.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Conversation.class, Conversation.class);
    }
}
