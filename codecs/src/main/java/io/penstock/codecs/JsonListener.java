package io.penstock.codecs;

import java.util.List;
import org.agrona.DirectBuffer;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.otf.TokenListener;

/** Writes what the decoder finds in a message as one JSON object on one line. */
final class JsonListener implements TokenListener, ValueText.Sink {
    private static final String HEX = "0123456789abcdef";

    private StringBuilder out;
    private int actingVersion;
    private int compositeDepth;
    private boolean isCompositeAbsent;

    /** Where to write the next message, and the version it was written with. */
    void begin(StringBuilder output, int version) {
        out = output;
        actingVersion = version;
        compositeDepth = 0;
        isCompositeAbsent = false;
    }

    @Override
    public void onBeginMessage(Token token) {
        out.append('{');
    }

    @Override
    public void onEndMessage(Token token) {
        out.append('}');
    }

    @Override
    public void onEncoding(
            Token fieldToken, DirectBuffer buffer, int index, Token typeToken, int version) {
        property(fieldToken.name());
        ValueText.encoding(fieldToken, typeToken, buffer, index, isAbsent(fieldToken), this);
    }

    @Override
    public void onEnum(
            Token fieldToken,
            DirectBuffer buffer,
            int index,
            List<Token> tokens,
            int fromIndex,
            int toIndex,
            int version) {
        property(compositeDepth > 0 ? tokens.get(fromIndex).name() : fieldToken.name());
        ValueText.enumeration(
                fieldToken, buffer, index, tokens, fromIndex, toIndex, isAbsent(fieldToken), this);
    }

    @Override
    public void onBitSet(
            Token fieldToken,
            DirectBuffer buffer,
            int index,
            List<Token> tokens,
            int fromIndex,
            int toIndex,
            int version) {
        property(compositeDepth > 0 ? tokens.get(fromIndex).name() : fieldToken.name());
        ValueText.bits(buffer, index, tokens, fromIndex, toIndex, isAbsent(fieldToken), this);
    }

    @Override
    public void onBeginComposite(Token fieldToken, List<Token> tokens, int fromIndex, int toIndex) {
        property(compositeDepth > 0 ? tokens.get(fromIndex).name() : fieldToken.name());
        out.append('{');
        if (compositeDepth++ == 0) {
            isCompositeAbsent = isAbsent(fieldToken);
        }
    }

    @Override
    public void onEndComposite(Token fieldToken, List<Token> tokens, int fromIndex, int toIndex) {
        out.append('}');
        if (--compositeDepth == 0) {
            isCompositeAbsent = false;
        }
    }

    @Override
    public void onGroupHeader(Token token, int numInGroup) {
        property(token.name());
        if (isAbsent(token)) {
            nothing();
        } else {
            out.append(numInGroup == 0 ? "[]" : "[");
        }
    }

    @Override
    public void onBeginGroup(Token token, int groupIndex, int numInGroup) {
        comma();
        out.append('{');
    }

    @Override
    public void onEndGroup(Token token, int groupIndex, int numInGroup) {
        out.append(groupIndex == numInGroup - 1 ? "}]" : "}");
    }

    @Override
    public void onVarData(
            Token fieldToken, DirectBuffer buffer, int index, int length, Token typeToken) {
        property(fieldToken.name());
        if (isAbsent(fieldToken)) {
            nothing();
        } else {
            text(ValueText.data(buffer, index, length, typeToken.encoding()));
        }
    }

    @Override
    public void nothing() {
        out.append("null");
    }

    @Override
    public void plain(String number) {
        out.append(number);
    }

    @Override
    public void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            escape(text, i);
        }
        out.append('"');
    }

    @Override
    public void list(List<String> texts) {
        out.append('[');
        for (String text : texts) {
            comma();
            text(text);
        }
        out.append(']');
    }

    /** Members know their own version only: the field's counts for all of them. */
    private boolean isAbsent(Token token) {
        return isCompositeAbsent || token.version() > actingVersion;
    }

    private void property(String name) {
        comma();
        text(name);
        out.append(':');
    }

    /** No value ends with an opening bracket, as texts end with their quote. */
    private void comma() {
        char last = out.charAt(out.length() - 1);
        if (last != '{' && last != '[') {
            out.append(',');
        }
    }

    private void escape(String text, int index) {
        char c = text.charAt(index);
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || c == 0x7F || isLoneSurrogate(text, index)) {
                    out.append("\\u")
                            .append(HEX.charAt(c >>> 12))
                            .append(HEX.charAt(c >>> 8 & 0xF))
                            .append(HEX.charAt(c >>> 4 & 0xF))
                            .append(HEX.charAt(c & 0xF));
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c)
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
