package io.dflockd.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** What the artifacts for programs depend on is what the page says, with a reason for each. */
class DependenciesTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final String OF_ALL = "jspecify";

    @Test
    void thePageHasEachDependencyWithAReason() throws Exception {
        var known = new TreeSet<String>();
        brought(ROOT.resolve("pom.xml")).forEach(one -> known.add("all " + one + " brings"));
        add(known, ROOT.resolve("protocol"));
        add(known, ROOT.resolve("client"));
        var published = Files.readString(ROOT.resolve("integrations/consumer/published")).strip();
        for (var folder : published.split(",", -1)) {
            if (!folder.equals("bom")) {
                add(known, ROOT.resolve(folder));
            }
        }

        assertThat(onThePage()).containsExactlyElementsOf(known);
    }

    private static void add(Set<String> known, Path folder) throws Exception {
        var pom = folder.resolve("pom.xml");
        var artifact = child(root(pom), "artifactId");
        var inPom = brought(pom);
        var brought = inPom;
        if (Files.readString(pom).contains("<createDependencyReducedPom>true")) {
            var reduced = folder.resolve("target/reduced-pom.xml");
            assertThat(reduced).as("is made before this test: run integrations/test").exists();
            brought = brought(reduced);
        }
        for (var one : brought) {
            if (!one.equals(OF_ALL)) {
                known.add(artifact + " " + one + " brings");
            }
        }
        for (var one : inPom) {
            if (!brought.contains(one)) {
                known.add(artifact + " " + one + " inside");
            }
        }
        for (var one : dependencies(pom, "provided")) {
            known.add(artifact + " " + one + " yours");
        }
    }

    private static Set<String> brought(Path pom) throws Exception {
        var all = dependencies(pom, "compile");
        all.addAll(dependencies(pom, "runtime"));
        return all;
    }

    /** Those of that scope. Everything that is optional is told as if it were not. */
    private static Set<String> dependencies(Path pom, String scope) throws Exception {
        var found = new TreeSet<String>();
        for (var node = root(pom).getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element list && list.getTagName().equals("dependencies")) {
                var all = list.getElementsByTagName("dependency");
                for (int i = 0; i < all.getLength(); i++) {
                    var one = (Element) all.item(i);
                    var its = child(one, "scope");
                    if (scope.equals(its.isEmpty() ? "compile" : its)) {
                        found.add(child(one, "artifactId"));
                    }
                }
            }
        }
        return found;
    }

    private static Element root(Path pom) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    }

    private static String child(Element of, String name) {
        for (var node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element one && one.getTagName().equals(name)) {
                return one.getTextContent().strip();
            }
        }
        return "";
    }

    private static Set<String> onThePage() throws IOException {
        var page = Files.readString(ROOT.resolve("docs/integrations.md"));
        var table = page.substring(page.indexOf("| artifact | dependency | | why |"));
        var rows = new TreeSet<String>();
        for (var row : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            var cells = Stream.of(row.split("\\|", -1)).map(cell -> cell.strip().replace("`", "")).toList();
            assertThat(cells.get(4)).as("the reason in '%s'", row).isNotBlank();
            assertThat(rows.add(String.join(" ", cells.subList(1, 4)))).as("'%s' is there once", row).isTrue();
        }
        return rows;
    }
}
