package io.dflockd.benchmarks.scaling;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * The picture of one axis: above the processor time of an operation, below how many there are a second. All scales are
 * logarithmic, with a line for each doubling; the lines are the medians, the bands go from the least to the most.
 */
final class Plot {
    static final int WIDTH = 1000;
    static final int HEIGHT = 860;
    private static final int TALL = 3;
    private static final int LOW = 2;
    private static final double TEN = 10;
    private static final double TWO = 2;
    private static final double THOUSAND = 1000;
    private static final double DOT = 8;
    private static final float BAND_ALPHA = 0.15f;
    private static final double MARGIN = 1.25;
    /** Told apart also by those who see no red and green (Okabe and Ito). */
    static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7));

    private Plot() {}

    /** Draws the picture and writes it as PNG. Needs no screen. */
    static void write(AxisResults results, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        try (var out = Files.newOutputStream(file)) {
            ChartUtils.writeChartAsPNG(out, chart(results), WIDTH, HEIGHT);
        }
    }

    private static JFreeChart chart(AxisResults results) {
        var domain = axis("number of " + results.scale().title(), TEN, "#,##0");
        domain.setSmallestValue(1);
        var plot = new CombinedDomainXYPlot(domain);
        plot.setGap(18);
        var cost = panel(results, "server CPU, µs an operation", Reading::cpuMicros);
        var rate = panel(results, "thousand operations a second", reading -> reading.rate() / THOUSAND);
        rate.getRenderer().setDefaultSeriesVisibleInLegend(false);
        plot.add(cost, TALL);
        plot.add(rate, LOW);
        var last = results.counts().getLast();
        domain.setRange(1 / MARGIN, last * MARGIN);
        var chart = new JFreeChart(
                "More and more " + results.scale().title(), new Font(Font.SANS_SERIF, Font.BOLD, 20), plot, true);
        chart.addSubtitle(0, new TextTitle(
                "medians of %d rounds; bands from the least to the most".formatted(results.rounds()), font(14)));
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(10, 10, 10, 20));
        chart.getLegend().setItemFont(font(15));
        chart.getLegend().setFrame(BlockBorder.NONE);
        return chart;
    }

    private static XYPlot panel(AxisResults results, String label, ToDoubleFunction<Reading> figure) {
        var range = axis(label, TWO, "#,##0.##");
        var data = new YIntervalSeriesCollection();
        double least = Double.MAX_VALUE;
        double most = 0;
        for (var series : results.series()) {
            var points = new YIntervalSeries(series);
            for (int count : results.counts()) {
                var spread = results.spread(series, count, figure);
                points.add(count, spread.median(), spread.least(), spread.most());
                least = Math.min(least, spread.least());
                most = Math.max(most, spread.most());
            }
            data.addSeries(points);
        }
        range.setRange(doubling(Math.floor(log2(least))), doubling(Math.ceil(log2(most))));
        var plot = new XYPlot(data, null, range, renderer(results.series().size()));
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        return plot;
    }

    private static double log2(double number) {
        return Math.log(number) / Math.log(TWO);
    }

    private static double doubling(double exponent) {
        return Math.pow(TWO, exponent);
    }

    private static DeviationRenderer renderer(int series) {
        var renderer = new DeviationRenderer(true, true);
        renderer.setAlpha(BAND_ALPHA);
        for (int i = 0; i < series; i++) {
            var colour = COLOURS.get(i % COLOURS.size());
            renderer.setSeriesPaint(i, colour);
            renderer.setSeriesFillPaint(i, colour);
            renderer.setSeriesStroke(i, new BasicStroke(2.5f));
            renderer.setSeriesShape(i, new Ellipse2D.Double(-DOT / 2, -DOT / 2, DOT, DOT));
        }
        return renderer;
    }

    /** A logarithmic axis with a line for each power of the base. */
    private static LogAxis axis(String label, double base, String format) {
        var axis = new LogAxis(label);
        axis.setBase(base);
        axis.setTickUnit(new NumberTickUnit(1));
        axis.setMinorTickMarksVisible(false);
        axis.setNumberFormatOverride(new DecimalFormat(format, DecimalFormatSymbols.getInstance(Locale.ROOT)));
        axis.setLabelFont(font(16));
        axis.setTickLabelFont(font(14));
        return axis;
    }

    private static Font font(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }
}
