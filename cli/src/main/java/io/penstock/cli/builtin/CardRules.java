package io.penstock.cli.builtin;

/**
 * Parameters of the card-velocity rules.
 *
 * @param velocityWindowNs look-back of the velocity rule
 * @param velocityCount it fires from this many transactions in the look-back
 * @param spendWindowNs look-back of the spend rule
 * @param spendLimit it fires when the amounts in the look-back exceed this
 * @param historyCount preceding transactions the history rule looks at
 * @param historyFactor it fires when the amount exceeds their average this many times
 */
record CardRules(
        long velocityWindowNs,
        long velocityCount,
        long spendWindowNs,
        long spendLimit,
        int historyCount,
        int historyFactor) {}
