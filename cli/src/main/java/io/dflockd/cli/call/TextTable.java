package io.dflockd.cli.call;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of JSON objects as a table: a column for each name, numbers to the right. */
public final class TextTable {
    private static final String GAP = "  ";
    private static final int DECIMALS = 1;

    private TextTable() {}

    public static String of(List<?> rows) {
        var names = new LinkedHashSet<String>();
        rows.forEach(row -> names.addAll(fields(row).keySet()));
        var columns = names.stream().map(name -> column(name, rows)).toList();
        var lines = new ArrayList<String>();
        for (int i = 0; i <= rows.size(); i++) {
            int line = i;
            lines.add(
                    (GAP + String.join(GAP, columns.stream().map(cells -> cells.get(line)).toList())).stripTrailing());
        }
        return String.join("\n", lines);
    }

    /** A number with one decimal at most, control characters escaped: a key may hold any byte. */
    public static String cell(@Nullable Object value) {
        if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
            var number = new BigDecimal(value.toString());
            return number.stripTrailingZeros().scale() <= 0
                    ? number.toBigInteger().toString()
                    : number.setScale(DECIMALS, RoundingMode.HALF_UP).toString();
        }
        return value == null ? "" : printable(value.toString());
    }

    /** Without what would move the cursor of a terminal. */
    public static String printable(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        var escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(Character.isISOControl(c) ? "\\u%04x".formatted(c) : (char) c));
        return escaped.toString();
    }

    private static List<String> column(String name, List<?> rows) {
        var cells = new ArrayList<String>();
        cells.add(name.replace('_', ' '));
        rows.forEach(row -> cells.add(cell(fields(row).get(name))));
        boolean numbers = rows.stream()
                .map(row -> fields(row).get(name))
                .allMatch(value -> value == null || value instanceof Number);
        int width = cells.stream().mapToInt(String::length).max().orElse(0);
        return cells.stream().map(cell -> {
            var blanks = " ".repeat(width - cell.length());
            return numbers ? blanks + cell : cell + blanks;
        }).toList();
    }

    @SuppressWarnings("unchecked") // the names in a JSON object are strings
    private static Map<String, Object> fields(Object row) {
        return row instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of("value", row);
    }
}
