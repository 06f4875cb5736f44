package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;

/**
 * A ranking as the text of a parameter.
 *
 * @param count how many ranks there are
 * @param column whose values are ranked
 */
record TopSpec(int count, String column) {
    private static final int MAX_COUNT = 200;
    private static final String RULE =
            "must be N:COL with N from 1 to " + MAX_COUNT + " (as in 10:path)";

    /**
     * The ranking of a text.
     *
     * @throws IllegalArgumentException when it describes none
     */
    static TopSpec parse(String text) {
        int colon = text.indexOf(':');
        try {
            int count = Integer.parseInt(text.substring(0, Math.max(colon, 0)));
            if (count >= 1 && count <= MAX_COUNT && colon < text.length() - 1) {
                return new TopSpec(count, text.substring(colon + 1));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(RULE, e);
        }
        throw new IllegalArgumentException(RULE);
    }

    /** Rankings as a parameter. */
    static ParameterType<TopSpec> type() {
        return ParameterType.of("N:COL", TopSpec::parse);
    }

    @Override
    public String toString() {
        return count + ":" + column;
    }
}
