package io.penstock.fault;

/**
 * Text that may hold anything, made fit for a line on a terminal or in a log: what would end the
 * line, move the cursor or turn the direction of writing is shown and not done. Stateless.
 */
public final class Printable {
    private static final String HEX = "0123456789abcdef";

    private Printable() {}

    /** The text itself if it is fit; else with {@code \n}, {@code \\u001b} and the like in it. */
    public static String of(String text) {
        if (text == null) {
            return null;
        }
        int i = 0;
        while (i < text.length() && isFit(text.charAt(i))) {
            i++;
        }
        return i == text.length() ? text : escaped(text);
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isFit(c)) {
                out.append(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                out.append('\\').append(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
            } else {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt(c >> shift & 0xF));
                }
            }
        }
        return out.toString();
    }

    /** Not control characters, separators of lines, or marks that turn the direction. */
    private static boolean isFit(char c) {
        return c >= ' '
                && (c < '\u007f' || c > '\u009f')
                && (c < '\u2028' || c > '\u202e')
                && (c < '\u2066' || c > '\u2069');
    }
}
