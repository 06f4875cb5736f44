package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import org.agrona.DirectBuffer;

/** Orders of byte strings: by their bytes, or numbers by value before texts. */
@HotPath
final class TextOrder {
    private TextOrder() {}

    /** Bytes unsigned, a prefix before its extensions: of UTF-8 the order of its characters. */
    static int compareBytes(DirectBuffer left, DirectBuffer right) {
        int common = Math.min(left.capacity(), right.capacity());
        for (int i = 0; i < common; i++) {
            int difference = (left.getByte(i) & 0xff) - (right.getByte(i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(left.capacity(), right.capacity());
    }

    /** As {@link Ties#NUMBERS} says, rows that are equal being equal. */
    static int compareNumbers(DirectBuffer left, DirectBuffer right) {
        boolean isLeft = isNumber(left);
        if (isLeft != isNumber(right)) {
            return isLeft ? -1 : 1;
        }
        int order = isLeft ? compareValues(left, right) : 0;
        return order != 0 ? order : compareBytes(left, right);
    }

    /** An optional minus, digits, and optionally a point and digits. */
    static boolean isNumber(DirectBuffer text) {
        int length = text.capacity();
        int at = length > 0 && text.getByte(0) == '-' ? 1 : 0;
        int point = -1;
        int from = at;
        for (; at < length; at++) {
            byte b = text.getByte(at);
            if (b == '.' && point < 0 && at > from) {
                point = at;
            } else if (b < '0' || b > '9') {
                return false;
            }
        }
        return length > from && point != length - 1;
    }

    private static int compareValues(DirectBuffer left, DirectBuffer right) {
        int leftSign = sign(left);
        int rightSign = sign(right);
        if (leftSign != rightSign || leftSign == 0) {
            return Integer.compare(leftSign, rightSign);
        }
        int leftFrom = firstDigit(left);
        int rightFrom = firstDigit(right);
        int leftPoint = pointOf(left);
        int rightPoint = pointOf(right);
        int order = Integer.compare(leftPoint - leftFrom, rightPoint - rightFrom);
        int leftAt = leftFrom;
        int rightAt = rightFrom;
        while (order == 0 && leftAt < leftPoint) {
            order = left.getByte(leftAt++) - right.getByte(rightAt++);
        }
        leftAt++;
        rightAt++;
        while (order == 0 && (leftAt < left.capacity() || rightAt < right.capacity())) {
            byte l = leftAt < left.capacity() ? left.getByte(leftAt++) : (byte) '0';
            byte r = rightAt < right.capacity() ? right.getByte(rightAt++) : (byte) '0';
            order = l - r;
        }
        return leftSign * order;
    }

    private static int sign(DirectBuffer number) {
        for (int i = 0; i < number.capacity(); i++) {
            byte b = number.getByte(i);
            if (b >= '1' && b <= '9') {
                return number.getByte(0) == '-' ? -1 : 1;
            }
        }
        return 0;
    }

    /** The first digit before the point that is not a leading zero; the point if there is none. */
    private static int firstDigit(DirectBuffer number) {
        int at = number.getByte(0) == '-' ? 1 : 0;
        while (at < number.capacity() && number.getByte(at) == '0') {
            at++;
        }
        return at;
    }

    private static int pointOf(DirectBuffer number) {
        int at = 0;
        while (at < number.capacity() && number.getByte(at) != '.') {
            at++;
        }
        return at;
    }
}
