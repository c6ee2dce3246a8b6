package io.dflockd.junit;

import io.avaje.json.mapper.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the answers of the admin listener: objects are maps, arrays lists, numbers doubles or longs. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** Throws a {@link RuntimeException} where it is no object. */
    static Map<String, Object> object(String text) {
        return MAPPER.fromJsonObject(text);
    }

    /** Those in an array; none where it is no array. */
    static List<Map<String, Object>> objects(@Nullable Object array) {
        return array instanceof List<?> list
                ? list.stream().filter(Map.class::isInstance).map(one -> typed((Map<?, ?>) one)).toList()
                : List.of();
    }

    private static Map<String, Object> typed(Map<?, ?> map) {
        return map.entrySet()
                .stream()
                .collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()), Map.Entry::getValue));
    }
}
