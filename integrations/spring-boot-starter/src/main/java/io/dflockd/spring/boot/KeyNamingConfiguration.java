package io.dflockd.spring.boot;

import io.dflockd.client.spi.KeyNaming;
import io.dflockd.spring.TemplateNaming;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How meters and spans name keys, unless the program says so: by the templates of its methods, and then by groups. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DflockdProperties.class)
class KeyNamingConfiguration {
    @Bean
    @ConditionalOnMissingBean
    KeyNaming dflockdKeyNaming(DflockdProperties properties) {
        return new TemplateNaming(grouped(properties.metrics().nameGroups()));
    }

    private static KeyNaming grouped(List<String> beginnings) {
        return key -> beginnings.stream().filter(key::startsWith).findFirst().orElse("") + "*";
    }
}
