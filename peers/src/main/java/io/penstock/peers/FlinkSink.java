package io.penstock.peers;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.sink.legacy.RichSinkFunction;

/** Tallies results as they leave a job of Flink. */
@SuppressWarnings("deprecation")
final class FlinkSink extends RichSinkFunction<Result> {
    private static final long serialVersionUID = 1;

    private transient Tally tally;

    @Override
    public void open(OpenContext context) {
        tally = Session.current().tally();
    }

    @Override
    public void invoke(Result result, Context context) {
        tally.add(result.account, result.startMs, result.sum, result.count, result.max);
    }

    @Override
    public void close() {
        if (tally != null) {
            tally.end();
        }
    }
}
