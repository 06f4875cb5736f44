package io.penstock.codecs;

/** Throws unless a text is exactly one JSON value (RFC 8259). Small, slow and obvious. */
final class JsonCheck {
    private final String text;
    private int index;

    private JsonCheck(String text) {
        this.text = text;
    }

    static void requireValid(String text) {
        JsonCheck check = new JsonCheck(text);
        check.value();
        check.require(check.index == text.length());
        check.require(text.indexOf('\n') < 0);
    }

    private void value() {
        char c = peek();
        if (c == '{') {
            index++;
            while (peek() != '}') {
                string();
                expect(':');
                value();
                separator('}');
            }
            index++;
        } else if (c == '[') {
            index++;
            while (peek() != ']') {
                value();
                separator(']');
            }
            index++;
        } else if (c == '"') {
            string();
        } else if (text.startsWith("null", index)) {
            index += 4;
        } else {
            int start = index;
            while (index < text.length() && "+-.eE0123456789".indexOf(text.charAt(index)) >= 0) {
                index++;
            }
            String number = text.substring(start, index);
            require(number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"));
        }
    }

    private void separator(char end) {
        if (peek() != end) {
            expect(',');
            require(peek() != end);
        }
    }

    private void string() {
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(index++);
            require(c >= ' ');
            if (c == '\\') {
                char escape = text.charAt(index++);
                if (escape == 'u') {
                    require(text.substring(index, index + 4).matches("[0-9a-f]{4}"));
                    index += 4;
                } else {
                    require("\"\\nrt".indexOf(escape) >= 0);
                }
            }
        }
        index++;
    }

    private char peek() {
        require(index < text.length());
        return text.charAt(index);
    }

    private void expect(char expected) {
        require(peek() == expected);
        index++;
    }

    private void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("no JSON at " + index + ": " + text);
        }
    }
}
