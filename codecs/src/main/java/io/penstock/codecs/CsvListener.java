package io.penstock.codecs;

import java.util.List;
import org.agrona.DirectBuffer;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.otf.TokenListener;

/**
 * Writes what the decoder finds in a message as one CSV row: a cell for each field and member, and
 * a cell with a JSON array for each group.
 */
final class CsvListener implements TokenListener, ValueText.Sink {
    private final JsonListener json = new JsonListener();
    private final StringBuilder groupCell = new StringBuilder();
    private StringBuilder out;
    private int actingVersion;
    private int groupDepth;
    private int compositeDepth;
    private boolean isCompositeAbsent;
    private boolean isRowStarted;

    /** Where to write the next message, and the version it was written with. */
    void begin(StringBuilder output, int version) {
        out = output;
        actingVersion = version;
        groupDepth = 0;
        compositeDepth = 0;
        isCompositeAbsent = false;
        isRowStarted = false;
    }

    @Override
    public void onBeginMessage(Token token) {}

    @Override
    public void onEndMessage(Token token) {}

    @Override
    public void onEncoding(
            Token fieldToken, DirectBuffer buffer, int index, Token typeToken, int version) {
        if (groupDepth > 0) {
            json.onEncoding(fieldToken, buffer, index, typeToken, version);
            return;
        }
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
        if (groupDepth > 0) {
            json.onEnum(fieldToken, buffer, index, tokens, fromIndex, toIndex, version);
            return;
        }
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
        if (groupDepth > 0) {
            json.onBitSet(fieldToken, buffer, index, tokens, fromIndex, toIndex, version);
            return;
        }
        ValueText.bits(buffer, index, tokens, fromIndex, toIndex, isAbsent(fieldToken), this);
    }

    @Override
    public void onBeginComposite(Token fieldToken, List<Token> tokens, int fromIndex, int toIndex) {
        if (groupDepth > 0) {
            json.onBeginComposite(fieldToken, tokens, fromIndex, toIndex);
        } else if (compositeDepth++ == 0) {
            isCompositeAbsent = isAbsent(fieldToken);
        }
    }

    @Override
    public void onEndComposite(Token fieldToken, List<Token> tokens, int fromIndex, int toIndex) {
        if (groupDepth > 0) {
            json.onEndComposite(fieldToken, tokens, fromIndex, toIndex);
        } else if (--compositeDepth == 0) {
            isCompositeAbsent = false;
        }
    }

    @Override
    public void onGroupHeader(Token token, int numInGroup) {
        if (groupDepth > 0) {
            json.onGroupHeader(token, numInGroup);
        } else if (isAbsent(token)) {
            nothing();
        } else if (numInGroup == 0) {
            text("[]");
        } else {
            groupCell.setLength(0);
            groupCell.append('[');
            json.begin(groupCell, actingVersion);
        }
        groupDepth += numInGroup > 0 ? 1 : 0;
    }

    @Override
    public void onBeginGroup(Token token, int groupIndex, int numInGroup) {
        json.onBeginGroup(token, groupIndex, numInGroup);
    }

    @Override
    public void onEndGroup(Token token, int groupIndex, int numInGroup) {
        json.onEndGroup(token, groupIndex, numInGroup);
        if (groupIndex == numInGroup - 1 && --groupDepth == 0) {
            text(groupCell.toString());
        }
    }

    @Override
    public void onVarData(
            Token fieldToken, DirectBuffer buffer, int index, int length, Token typeToken) {
        if (groupDepth > 0) {
            json.onVarData(fieldToken, buffer, index, length, typeToken);
        } else if (isAbsent(fieldToken)) {
            nothing();
        } else {
            text(ValueText.data(buffer, index, length, typeToken.encoding()));
        }
    }

    @Override
    public void nothing() {
        text("");
    }

    @Override
    public void plain(String number) {
        text(number);
    }

    @Override
    public void list(List<String> texts) {
        text(String.join("|", texts));
    }

    /** One cell, quoted where RFC 4180 asks for it. */
    @Override
    public void text(String text) {
        if (isRowStarted) {
            out.append(',');
        }
        isRowStarted = true;
        boolean isQuoted = false;
        for (int i = 0; i < text.length() && !isQuoted; i++) {
            char c = text.charAt(i);
            isQuoted = c == ',' || c == '"' || c == '\n' || c == '\r';
        }
        if (isQuoted) {
            out.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            out.append(text);
        }
    }

    /** Members know their own version only: the field's counts for all of them. */
    private boolean isAbsent(Token token) {
        return isCompositeAbsent || token.version() > actingVersion;
    }
}
