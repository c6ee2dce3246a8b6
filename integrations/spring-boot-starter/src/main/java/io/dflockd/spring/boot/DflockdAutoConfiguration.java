package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.spring.LeaderOnlyAdvisor;
import io.dflockd.spring.LeaderRegistration;
import io.dflockd.spring.LockedBeans;
import io.dflockd.spring.WithLockAdvisor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * A {@link DflockdClient} by the properties that begin with {@code dflockd.}, and {@link io.dflockd.spring.WithLock} and
 * {@link io.dflockd.spring.LeaderOnly} on all beans. The client connects when it is first needed, and is closed as a bean: after all beans that use it.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnProperty(name = "dflockd.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DflockdProperties.class)
public class DflockdAutoConfiguration {
    /** The longest name that a server takes. */
    private static final int LONGEST_NAME = 64;

    @Bean
    @ConditionalOnMissingBean
    DflockdConnectionDetails dflockdConnectionDetails(DflockdProperties properties) {
        return PropertiesConnectionDetails.of(properties);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    DflockdClient dflockdClient(DflockdProperties properties, DflockdConnectionDetails details, Environment environment,
            ObjectProvider<SslBundles> bundles, ObjectProvider<ClientObserver> observers,
            ObjectProvider<DflockdClientCustomizer> customizers) {
        var builder = DflockdClient.builder().servers(details.servers()).name(name(properties, environment));
        var token = details.authToken();
        if (token != null) {
            builder.authToken(token);
        }
        set(properties, builder);
        if (CallbackThreads.areVirtual(properties.virtualThreads(), environment, Runtime.version().feature())) {
            builder.callbackExecutor(CallbackThreads.virtual());
        }
        @Nullable String bundle = properties.ssl().bundle();
        if (bundle != null && details.mayUseTls()) {
            builder.tls(ReloadedTls.of(bundles.getObject(), bundle));
        }
        observers.orderedStream().forEach(builder::observer);
        customizers.orderedStream().forEach(one -> one.customize(builder));
        return builder.build();
    }

    private static void set(DflockdProperties properties, DflockdClient.Builder builder) {
        whenSet(properties.acquireTimeout(), builder::acquireTimeout);
        whenSet(properties.leaseTtl(), builder::leaseTtl);
        whenSet(properties.renewRatio(), builder::renewRatio);
        whenSet(properties.safetyMargin(), builder::safetyMargin);
        whenSet(properties.sessionGrace(), builder::sessionGrace);
        whenSet(properties.connectTimeout(), builder::connectTimeout);
        whenSet(properties.responseTimeout(), builder::responseTimeout);
    }

    private static <T> void whenSet(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    /** Who holds a lock should be found by its name: that of the program, and of the machine where it is short enough. */
    private static String name(DflockdProperties properties, Environment environment) {
        var given = properties.clientName();
        if (given != null) {
            return given;
        }
        var name = Objects.requireNonNullElse(environment.getProperty("spring.application.name"), "java") + "@"
                + host();
        var clean = name.replaceAll("[^\\p{Graph}]", "_");
        return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "dflockd.with-lock.enabled", matchIfMissing = true)
    @Import(Proxies.class)
    static class WithLockConfiguration {
        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnMissingBean
        static WithLockAdvisor dflockdWithLockAdvisor(ObjectProvider<DflockdClient> client, Environment environment) {
            var advisor = new WithLockAdvisor(client::getObject, environment.getProperty("dflockd.key-prefix", ""),
                    environment::resolveRequiredPlaceholders);
            advisor.setOrder(Binder.get(environment)
                    .bind("dflockd.with-lock.order", Integer.class)
                    .orElse(WithLockAdvisor.ORDER));
            return advisor;
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnMissingBean
        static LockedBeans dflockdLockedBeans() {
            return new LockedBeans();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "dflockd.with-lock.enabled", havingValue = "false")
    static class WithoutLockConfiguration {
        private static final Logger LOG = LoggerFactory.getLogger(DflockdAutoConfiguration.class);

        @Bean
        static SmartInitializingSingleton dflockdWithLockDisabled() {
            return () -> LOG.warn("dflockd.with-lock.enabled is false: methods with @WithLock run without a lock");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Proxies.class)
    static class LeadershipConfiguration {
        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnMissingBean
        static LeaderOnlyAdvisor dflockdLeaderOnlyAdvisor(ObjectProvider<LeaderRegistration> registrations) {
            return new LeaderOnlyAdvisor(() -> registrations.stream().toList());
        }
    }

    /** Has beans get proxies that subclass them, as all of Boot's do unless it is told otherwise, without AspectJ. */
    static class Proxies implements ImportBeanDefinitionRegistrar, EnvironmentAware {
        private @Nullable Environment environment;

        @Override
        public void setEnvironment(Environment newEnvironment) {
            environment = newEnvironment;
        }

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
            if (environment == null || environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true)) {
                AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
            }
        }
    }
}
