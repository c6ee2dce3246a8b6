package io.dflockd.spring.boot;

import io.dflockd.client.spi.KeyNaming;
import io.dflockd.spring.TemplateNaming;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How meters and spans name keys, unless the program says so: by the templates of its methods. */
@Configuration(proxyBeanMethods = false)
class KeyNamingConfiguration {
    @Bean
    @ConditionalOnMissingBean
    KeyNaming dflockdKeyNaming() {
        return new TemplateNaming(KeyNaming.same());
    }
}
