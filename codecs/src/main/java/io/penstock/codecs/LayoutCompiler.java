package io.penstock.codecs;

import static uk.co.real_logic.sbe.ir.Signal.BEGIN_COMPOSITE;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_ENUM;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_FIELD;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_GROUP;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_MESSAGE;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_SET;
import static uk.co.real_logic.sbe.ir.Signal.BEGIN_VAR_DATA;
import static uk.co.real_logic.sbe.ir.Signal.CHOICE;
import static uk.co.real_logic.sbe.ir.Signal.ENCODING;
import static uk.co.real_logic.sbe.ir.Signal.END_COMPOSITE;
import static uk.co.real_logic.sbe.ir.Signal.END_ENUM;
import static uk.co.real_logic.sbe.ir.Signal.END_FIELD;
import static uk.co.real_logic.sbe.ir.Signal.END_GROUP;
import static uk.co.real_logic.sbe.ir.Signal.END_MESSAGE;
import static uk.co.real_logic.sbe.ir.Signal.END_SET;
import static uk.co.real_logic.sbe.ir.Signal.END_VAR_DATA;
import static uk.co.real_logic.sbe.ir.Signal.VALID_VALUE;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;

/**
 * Checks the tokens of one message and compiles them to a {@link BlockLayout}.
 *
 * <p>The tokens may come from stored bytes, so their nesting, counts and offsets are proved before
 * anything walks them: SBE's own decoder follows the counts blindly and would loop or leave the
 * list. What is broken is DAMAGE; what is sound but not supported is CONFIGURATION.
 */
final class LayoutCompiler {
    /** Enough for every honest schema; bounds the recursion. */
    private static final int MAX_DEPTH = 16;

    private final String messageName;
    private final List<Token> tokens;
    private int index;

    private LayoutCompiler(List<Token> tokens) {
        this.tokens = tokens;
        this.messageName = tokens.isEmpty() ? "?" : tokens.get(0).name();
    }

    static BlockLayout compile(List<Token> tokens) {
        return new LayoutCompiler(tokens).message();
    }

    private BlockLayout message() {
        check(tokens.size() >= 2, "message has no tokens");
        Token begin = next(BEGIN_MESSAGE);
        check(begin.id() >= 0 && begin.id() <= 0xFFFF, "template id is outside 0 to 65535");
        check(
                begin.encodedLength() >= 0 && begin.encodedLength() <= 0xFFFF,
                "block length is outside 0 to 65535");
        BlockLayout layout = block(begin.encodedLength(), 0);
        Token end = next(END_MESSAGE);
        check(index == tokens.size() && end.id() == begin.id(), "message does not end at its end");
        return layout;
    }

    private BlockLayout block(int declaredLength, int depth) {
        check(depth < MAX_DEPTH, "groups are nested deeper than " + MAX_DEPTH);
        Map<Integer, Integer> endByVersion = new TreeMap<>();
        while (signal() == BEGIN_FIELD) {
            field(declaredLength, endByVersion);
        }
        List<BlockLayout.GroupLayout> groups = new ArrayList<>();
        while (signal() == BEGIN_GROUP) {
            groups.add(group(depth));
        }
        List<BlockLayout.DataLayout> data = new ArrayList<>();
        while (signal() == BEGIN_VAR_DATA) {
            data.add(data());
        }
        int[] versions = new int[endByVersion.size()];
        int[] minLengths = new int[versions.length];
        int i = 0;
        int minLength = 0;
        for (Map.Entry<Integer, Integer> entry : endByVersion.entrySet()) {
            minLength = Math.max(minLength, entry.getValue());
            versions[i] = entry.getKey();
            minLengths[i++] = minLength;
        }
        return new BlockLayout(
                versions,
                minLengths,
                declaredLength,
                groups.toArray(new BlockLayout.GroupLayout[0]),
                data.toArray(new BlockLayout.DataLayout[0]));
    }

    private void field(int blockLength, Map<Integer, Integer> endByVersion) {
        int start = index;
        Token begin = next(BEGIN_FIELD);
        Token type = tokens.get(index);
        boolean isStored = !begin.isConstantEncoding() && !type.isConstantEncoding();
        type(0);
        next(END_FIELD);
        check(begin.componentTokenCount() == index - start, "field has a wrong token count");
        if (isStored) {
            long end = (long) type.offset() + type.encodedLength();
            check(
                    type.offset() >= 0 && type.encodedLength() >= 0 && end <= blockLength,
                    "field '" + begin.name() + "' leaves its block");
            endByVersion.merge(begin.version(), (int) end, Math::max);
        }
    }

    /** One encoding, enum, set or composite, whose members must stay inside it. */
    private void type(int depth) {
        check(depth < MAX_DEPTH, "composites are nested deeper than " + MAX_DEPTH);
        int start = index;
        Token begin = anyToken();
        index++;
        switch (begin.signal()) {
            case ENCODING -> encoding(begin);
            case BEGIN_ENUM -> values(begin, VALID_VALUE, END_ENUM);
            case BEGIN_SET -> values(begin, CHOICE, END_SET);
            case BEGIN_COMPOSITE -> {
                while (signal() != END_COMPOSITE) {
                    Token member = anyToken();
                    check(
                            member.isConstantEncoding()
                                    || (member.offset() >= 0
                                            && member.encodedLength() >= 0
                                            && (long) member.offset() + member.encodedLength()
                                                    <= begin.encodedLength()),
                            "member '" + member.name() + "' leaves its composite");
                    type(depth + 1);
                }
                index++;
            }
            default -> check(false, "unexpected " + begin.signal());
        }
        check(begin.componentTokenCount() == index - start, "type has a wrong token count");
    }

    private void encoding(Token token) {
        Encoding encoding = token.encoding();
        check(encoding.primitiveType() != null, "encoding '" + token.name() + "' has no type");
        littleEndian(encoding);
        if (!token.isConstantEncoding()) {
            int size = encoding.primitiveType().size();
            check(
                    token.encodedLength() >= size && token.encodedLength() % size == 0,
                    "encoding '" + token.name() + "' has a wrong length");
        }
    }

    private void values(Token begin, Signal value, Signal end) {
        Encoding encoding = begin.encoding();
        check(
                encoding.primitiveType() != null
                        && (begin.isConstantEncoding()
                                || begin.encodedLength() == encoding.primitiveType().size()),
                "enum or set '" + begin.name() + "' has a wrong length");
        littleEndian(encoding);
        while (signal() == value) {
            Token token = next(value);
            check(
                    token.encoding().constValue() != null && token.componentTokenCount() == 1,
                    "value '" + token.name() + "' has no constant");
        }
        next(end);
    }

    private BlockLayout.GroupLayout group(int depth) {
        int start = index;
        Token begin = next(BEGIN_GROUP);
        check(begin.encodedLength() >= 0, "group '" + begin.name() + "' has a wrong length");
        int dimensionStart = index;
        Token dimension = tokens.get(index);
        check(dimension.signal() == BEGIN_COMPOSITE, "group has no dimensions");
        type(0);
        check(index - dimensionStart >= 4, "group's dimensions have too few members");
        Token blockLength = tokens.get(dimensionStart + 1);
        Token count = tokens.get(dimensionStart + 2);
        support(
                "blockLength".equals(blockLength.name()) && "numInGroup".equals(count.name()),
                "a group's dimensions must start with blockLength and numInGroup");
        BlockLayout.UnsignedField blockLengthField = unsigned(blockLength);
        BlockLayout.UnsignedField countField = unsigned(count);
        BlockLayout entry = block(begin.encodedLength(), depth + 1);
        next(END_GROUP);
        check(begin.componentTokenCount() == index - start, "group has a wrong token count");
        return new BlockLayout.GroupLayout(
                begin.version(),
                dimension.encodedLength(),
                blockLengthField,
                countField,
                minimum(count),
                maximum(count),
                entry);
    }

    private BlockLayout.DataLayout data() {
        int start = index;
        Token begin = next(BEGIN_VAR_DATA);
        Token composite = next(BEGIN_COMPOSITE);
        Token length = next(ENCODING);
        Token bytes = next(ENCODING);
        next(END_COMPOSITE);
        next(END_VAR_DATA);
        check(
                begin.componentTokenCount() == index - start
                        && composite.componentTokenCount() == 4,
                "variable field has a wrong token count");
        support(
                "length".equals(length.name()) && "varData".equals(bytes.name()),
                "a variable field must consist of length and varData");
        littleEndian(length.encoding());
        BlockLayout.UnsignedField lengthField = unsigned(length);
        check(
                length.offset() == 0 && bytes.offset() == lengthField.size(),
                "variable field '" + begin.name() + "' has wrong offsets");
        check(
                bytes.encoding().primitiveType() != null
                        && bytes.encoding().primitiveType().size() == 1,
                "variable field '" + begin.name() + "' must consist of bytes");
        return new BlockLayout.DataLayout(
                begin.version(), bytes.offset(), lengthField, maximum(length));
    }

    private BlockLayout.UnsignedField unsigned(Token token) {
        check(token.signal() == ENCODING, "expected an integer at '" + token.name() + "'");
        int size =
                switch (token.encoding().primitiveType()) {
                    case UINT8 -> 1;
                    case UINT16 -> 2;
                    case UINT32 -> 4;
                    default -> 0;
                };
        support(size > 0, "lengths and counts must be uint8, uint16 or uint32");
        check(token.encodedLength() == size, "'" + token.name() + "' has a wrong length");
        return new BlockLayout.UnsignedField(token.offset(), size);
    }

    private static long minimum(Token token) {
        return Math.max(0, token.encoding().applicableMinValue().longValue());
    }

    /** Generated decoders keep lengths and counts in ints. */
    private static long maximum(Token token) {
        return Math.min(Integer.MAX_VALUE, token.encoding().applicableMaxValue().longValue());
    }

    private void littleEndian(Encoding encoding) {
        support(
                encoding.byteOrder() == ByteOrder.LITTLE_ENDIAN,
                "the schema's byte order must be little-endian");
    }

    private Signal signal() {
        return anyToken().signal();
    }

    private Token anyToken() {
        check(index < tokens.size(), "message ends too early");
        return tokens.get(index);
    }

    private Token next(Signal expected) {
        Token token = anyToken();
        check(token.signal() == expected, "expected " + expected + ", found " + token.signal());
        index++;
        return token;
    }

    private void check(boolean holds, String rule) {
        if (!holds) {
            throw new PenstockException(Category.DAMAGE, describe(rule));
        }
    }

    private void support(boolean holds, String rule) {
        if (!holds) {
            throw new PenstockException(Category.CONFIGURATION, describe(rule));
        }
    }

    private String describe(String rule) {
        return "schema IR, message '" + messageName + "', token " + index + ": " + rule;
    }
}
