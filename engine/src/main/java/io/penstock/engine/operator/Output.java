package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The edge behind an operator: pushes each event to all receivers in plan order, depth first.
 *
 * @param <T> the message's decoder
 */
public final class Output<T extends MessageDecoderFlyweight> implements Receiver<T> {
    private Receiver<T>[] receivers = newArray(0);

    /** Creates an edge that leads nowhere yet. */
    public Output() {}

    /** Adds a receiver behind those added before; while the plan is built only. */
    public void add(Receiver<T> receiver) {
        Receiver<T>[] grown = newArray(receivers.length + 1);
        System.arraycopy(receivers, 0, grown, 0, receivers.length);
        grown[receivers.length] = receiver;
        receivers = grown;
    }

    /** Whether nobody listens. */
    public boolean isUnused() {
        return receivers.length == 0;
    }

    @Override
    public void receive(Event<T> event) {
        Receiver<T>[] all = receivers;
        for (int i = 0; i < all.length; i++) {
            all[i].receive(event);
        }
    }

    @Override
    public boolean takesBatches() {
        for (Receiver<T> receiver : receivers) {
            if (!receiver.takesBatches()) {
                return false;
            }
        }
        return receivers.length > 0;
    }

    @Override
    public int takenTogether(EventBatch<T> batch, int from, int to) {
        Receiver<T>[] all = receivers;
        int end = to;
        for (int i = 0; i < all.length; i++) {
            end = all[i].takenTogether(batch, from, end);
        }
        return end;
    }

    @Override
    public void receiveAll(EventBatch<T> batch, int from, int to) {
        Receiver<T>[] all = receivers;
        for (int i = 0; i < all.length; i++) {
            all[i].receiveAll(batch, from, to);
        }
    }

    @Override
    public void foreseeAll(EventBatch<T> batch) {
        Receiver<T>[] all = receivers;
        for (int i = 0; i < all.length; i++) {
            all[i].foreseeAll(batch);
        }
    }

    @Override
    public void foresee(Event<T> event) {
        Receiver<T>[] all = receivers;
        for (int i = 0; i < all.length; i++) {
            all[i].foresee(event);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T extends MessageDecoderFlyweight> Receiver<T>[] newArray(int length) {
        return new Receiver[length];
    }
}
