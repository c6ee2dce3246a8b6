package io.dflockd.benchmarks.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
    private final AxisResults results = MadeUp.results();

    @Test
    void thePictureIsAPngWithTheColoursOfItsSeries(@TempDir Path folder) throws IOException {
        var file = folder.resolve("keys.png");

        Plot.write(results, file);

        var image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(Plot.WIDTH);
        assertThat(image.getHeight()).isEqualTo(Plot.HEIGHT);
        var pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        assertThat(pixels).contains(Plot.COLOURS.get(0).getRGB(), Plot.COLOURS.get(1).getRGB());
    }

    @Test
    void theReportHasAPictureAndATableForEachSeries() {
        var report = ScalingReport.of("made up", List.of(results));

        assertThat(report.lines())
                .contains(
                        "![locks that are held](keys.png)",
                        "### growing",
                        "| 100 | 5.00 | 4.00–6.00 | 1.67 | 33,333 | 33,333–33,333 | 100 | 900 |",
                        "| 1,000 | 100.29 | 5.19 | 300 | 200 |");
    }

    @Test
    void theJsonHasEveryReading() {
        var json = ScalingJson.of("made up", List.of(results));

        assertThat(json).contains("\"axis\":\"keys\",\"count\":1000,\"round\":3").contains("\"cpu_us\":7.0");
        assertThat(json.split("\"series\"", -1)).hasSize(1 + 3 * 4 * 2);
    }

    @Test
    void theLiveHeapIsTheTotalOfTheHistogram() throws IOException {
        var histogram = """
                 num     #instances         #bytes  class name (module)
                   1:         20000        1600000  [B (java.base@25)
                Total         40000        3200000
                """;

        assertThat(LiveHeap.total(histogram)).isEqualTo(3_200_000);
        assertThatThrownBy(() -> LiveHeap.total("4711: no such process")).isInstanceOf(IOException.class);
    }
}
