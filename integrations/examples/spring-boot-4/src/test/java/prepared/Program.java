package prepared;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import shop.Reports;
import shop.Shop;

/** The shop, which calls a locked method as soon as it has started. Beside its package, so that no other test finds it. */
@Configuration(proxyBeanMethods = false)
@Import(Shop.class)
public class Program {
    public static void main(String[] args) {
        SpringApplication.run(Program.class, args);
    }

    @Bean
    static CommandLineRunner writing(Reports reports) {
        return arguments -> System.out.println("written under " + reports.write("all"));
    }
}
