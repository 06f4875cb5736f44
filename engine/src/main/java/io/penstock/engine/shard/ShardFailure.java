package io.penstock.engine.shard;

/** A shard's step threw; met by the core behind it where that step stands in the order. */
public final class ShardFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String stage;

    /**
     * Notes a failure.
     *
     * @param stage who was at work
     */
    public ShardFailure(String stage, Throwable cause) {
        super("stage " + stage + " failed on a shard: " + cause, cause);
        this.stage = stage;
    }

    /** Who was at work. */
    public String stage() {
        return stage;
    }
}
