package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;

/**
 * A ranking as the text of a parameter.
 *
 * @param count how many ranks there are
 * @param column whose values are ranked
 * @param isByNumber whether ties go by the values as numbers, and not by their bytes
 */
record TopSpec(int count, String column, boolean isByNumber) {
    private static final int MAX_COUNT = 200;
    private static final String BY_NUMBER = ":number";
    private static final String RULE =
            "must be N:COL or N:COL:number, with N from 1 to "
                    + MAX_COUNT
                    + " (as in 10:path); with :number the smaller number comes first among equals";

    /**
     * The ranking of a text.
     *
     * @throws IllegalArgumentException when it describes none
     */
    static TopSpec parse(String text) {
        int colon = text.indexOf(':');
        try {
            int count = Integer.parseInt(text.substring(0, Math.max(colon, 0)));
            boolean isByNumber = text.endsWith(BY_NUMBER);
            int end = text.length() - (isByNumber ? BY_NUMBER.length() : 0);
            if (count >= 1 && count <= MAX_COUNT && colon + 1 < end) {
                return new TopSpec(count, text.substring(colon + 1, end), isByNumber);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(RULE, e);
        }
        throw new IllegalArgumentException(RULE);
    }

    /** Rankings as a parameter. */
    static ParameterType<TopSpec> type() {
        return ParameterType.of("N:COL[:number]", TopSpec::parse);
    }

    @Override
    public String toString() {
        return count + ":" + column + (isByNumber ? BY_NUMBER : "");
    }
}
