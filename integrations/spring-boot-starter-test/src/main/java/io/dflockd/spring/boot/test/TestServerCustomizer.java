package io.dflockd.spring.boot.test;

import io.dflockd.junit.DflockdServers;
import io.dflockd.spring.boot.DflockdConnectionDetails;
import java.util.List;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/** Gives a context a server. Equal where the arguments are, which is what decides whether a context can be shared. */
record TestServerCustomizer(List<String> arguments) implements ContextCustomizer {
    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        if (AotDetector.useGeneratedArtifacts()) {
            return; // the context was prepared, and has these beans
        }
        var registry = (BeanDefinitionRegistry) context.getBeanFactory();
        // By a method that is named, and not by a lambda: that can be prepared ahead of time.
        var server = new RootBeanDefinition(TestServers.class);
        server.setTargetType(DflockdServers.class);
        server.setFactoryMethodName("start");
        server.getConstructorArgumentValues().addIndexedArgumentValue(0, arguments.toArray(String[]::new));
        server.setDestroyMethodName("close");
        registry.registerBeanDefinition("dflockdTestServer", server);
        // By its constructor, so that the server ends after all that speaks to it.
        var details = new RootBeanDefinition(ToTestServer.class);
        details.setPrimary(true);
        registry.registerBeanDefinition("dflockdTestConnectionDetails", details);
    }

    /** What Spring calls. There is one method of that name alone. */
    static final class TestServers {
        private TestServers() {}

        static DflockdServers start(String[] arguments) {
            return DflockdServers.start(arguments);
        }
    }

    /** Where the server is. */
    static final class ToTestServer implements DflockdConnectionDetails {
        private final DflockdServers server;

        ToTestServer(DflockdServers server) {
            this.server = server;
        }

        @Override
        public List<String> servers() {
            return List.of(server.address());
        }

        @Override
        public boolean mayUseTls() {
            return false;
        }
    }
}
