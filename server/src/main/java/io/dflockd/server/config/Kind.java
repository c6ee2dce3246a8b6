package io.dflockd.server.config;

import io.dflockd.protocol.Octets;
import io.dflockd.service.metrics.KeyGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the text of a setting is read. */
sealed interface Kind {
    /** The value of the text; null where it is not valid. */
    @Nullable
    Object parse(String text);

    /** What is valid, as it ends the sentence "must be ...". */
    String valid();

    /** What stands for the value in the help text. */
    String placeholder();

    /** Any text. */
    record Text(String placeholder, String valid) implements Kind {
        @Override
        public Object parse(String text) {
            return text;
        }
    }

    /** A whole number. */
    record Whole(long least, long most, String placeholder) implements Kind {
        @Override
        public @Nullable Object parse(String text) {
            try {
                long value = Long.parseLong(text);
                return value < least || value > most ? null : value;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        @Override
        public String valid() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /** A whole number, or empty for none, which is -1. */
    record OptionalWhole(long least, long most, String placeholder) implements Kind {
        static final long NONE = -1;

        @Override
        public @Nullable Object parse(String text) {
            return text.isEmpty() ? (Object) NONE : new Whole(least, most, placeholder).parse(text);
        }

        @Override
        public String valid() {
            return new Whole(least, most, placeholder).valid() + ", or empty";
        }
    }

    /** A port, or off, which is -1. */
    record PortOrOff() implements Kind {
        static final long OFF = -1;
        private static final Whole PORTS = new Whole(0, 65_535, "N");

        @Override
        public @Nullable Object parse(String text) {
            return text.equals("off") ? (Object) OFF : PORTS.parse(text);
        }

        @Override
        public String valid() {
            return PORTS.valid() + ", or off";
        }

        @Override
        public String placeholder() {
            return "N|off";
        }
    }

    /** Names of hosts with commas between them; a list of them in lower case. */
    record Names() implements Kind {
        private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?");

        @Override
        public @Nullable Object parse(String text) {
            if (text.isEmpty()) {
                return List.of();
            }
            var names = List.of(text.toLowerCase(Locale.ROOT).split(",", -1));
            return names.stream().allMatch(name -> NAME.matcher(name).matches()) ? names : null;
        }

        @Override
        public String valid() {
            return "host names without ports and with commas between them";
        }

        @Override
        public String placeholder() {
            return "NAMES";
        }
    }

    /** Groups of keys that are told apart, with commas between them; a list of them. */
    record KeyGroups() implements Kind {
        private static final int MOST = 50;
        private static final Pattern GROUP = Pattern.compile("([a-z0-9_-]{1,40})=([^\\s,]{1,200})");

        @Override
        public @Nullable Object parse(String text) {
            if (text.isEmpty()) {
                return List.of();
            }
            var groups = new ArrayList<KeyGroup>();
            for (var part : text.split(",", -1)) {
                var matcher = GROUP.matcher(part);
                if (!matcher.matches()) {
                    return null;
                }
                groups.add(new KeyGroup(matcher.group(1), Octets.ofText(matcher.group(2))));
            }
            return isDistinct(groups, KeyGroup::name) && isDistinct(groups, KeyGroup::prefix) && groups.size() <= MOST
                    ? List.copyOf(groups)
                    : null;
        }

        private static boolean isDistinct(List<KeyGroup> groups, Function<KeyGroup, String> part) {
            return groups.stream().map(part).distinct().count() == groups.size();
        }

        @Override
        public String valid() {
            return "up to " + MOST + " of NAME=PREFIX with commas between them, each name (a-z, 0-9, _, -) and each"
                    + " prefix once";
        }

        @Override
        public String placeholder() {
            return "NAME=PREFIX,...";
        }
    }

    /** Yes or no. */
    record Flag() implements Kind {
        private static final Set<String> YES = Set.of("true", "yes", "1");
        private static final Set<String> NO = Set.of("false", "no", "0");

        @Override
        public @Nullable Object parse(String text) {
            var word = text.toLowerCase(Locale.ROOT);
            if (YES.contains(word)) {
                return true;
            }
            return NO.contains(word) ? false : null;
        }

        @Override
        public String valid() {
            return "true, yes, 1, false, no or 0";
        }

        @Override
        public String placeholder() {
            return "BOOL";
        }
    }

    /** One of a few words. */
    record Choice(List<String> words) implements Kind {
        Choice(String... words) {
            this(Arrays.asList(words));
        }

        @Override
        public @Nullable Object parse(String text) {
            return words.contains(text) ? text : null;
        }

        @Override
        public String valid() {
            return String.join(" or ", words);
        }

        @Override
        public String placeholder() {
            return String.join("|", words);
        }
    }

    /** A number of bytes, or a share of the heap. */
    record Size() implements Kind {
        private static final long LEAST_BYTES = 1 << 20;
        private static final int PERCENT = 100;

        @Override
        public @Nullable Object parse(String text) {
            Long bytes = text.endsWith("%") ? percentOfHeap(text.substring(0, text.length() - 1)) : bytes(text);
            return bytes == null || bytes < LEAST_BYTES ? null : bytes;
        }

        @Override
        public String valid() {
            return "a number of bytes from 1m on, with k, m or g after it if wanted, or a part of the heap as in 70%";
        }

        @Override
        public String placeholder() {
            return "BYTES";
        }

        private static @Nullable Long percentOfHeap(String digits) {
            var percent = times(digits, 0);
            return percent == null || percent > PERCENT ? null : Runtime.getRuntime().maxMemory() / PERCENT * percent;
        }

        static @Nullable Long bytes(String text) {
            if (text.isEmpty()) {
                return null;
            }
            var digits = text.substring(0, text.length() - 1);
            return switch (Character.toLowerCase(text.charAt(text.length() - 1))) {
                case 'k' -> times(digits, 10);
                case 'm' -> times(digits, 20);
                case 'g' -> times(digits, 30);
                default -> times(text, 0);
            };
        }

        private static @Nullable Long times(String digits, int shift) {
            try {
                long number = Long.parseLong(digits);
                return number < 0 || number > Long.MAX_VALUE >> shift ? null : Long.valueOf(number << shift);
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** A number of bytes, or auto, which is -1. */
    record Room() implements Kind {
        static final long AUTO = -1;

        @Override
        public @Nullable Object parse(String text) {
            return text.equals("auto") ? (Object) AUTO : Size.bytes(text);
        }

        @Override
        public String valid() {
            return "a number of bytes, with k, m or g after it if wanted, or auto";
        }

        @Override
        public String placeholder() {
            return "BYTES";
        }
    }
}
