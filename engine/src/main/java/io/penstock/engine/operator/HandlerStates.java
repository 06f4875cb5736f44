package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.StateVisitor;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The states that a handler has declared, taken together. */
final class HandlerStates implements HandlerSetup {
    private static final int MAX_STATES = 1 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final List<String> RESERVED = List.of("timers", "clock-timers");
    private static final int MAX_DESCRIPTION_LENGTH = 1 << 10;

    private final StepContext context;
    private final String stage;
    private final CurrentKey current;
    private final List<String> names = new ArrayList<>();
    private final List<KeyedState> declared = new ArrayList<>();
    private KeyedState[] states = new KeyedState[0];
    private KeyedState[] expiring = new KeyedState[0];
    private List<String> descriptions = List.of();
    private boolean isOpen;

    HandlerStates(StepContext context, String stage, CurrentKey current) {
        this.context = context;
        this.stage = stage;
        this.current = current;
    }

    /** Lets a handler declare its states; there are none after that. */
    void declare(Handler<?, ?> handler) {
        isOpen = true;
        handler.open(this);
        isOpen = false;
        states = declared.toArray(KeyedState[]::new);
        descriptions = declared.stream().map(KeyedState::description).toList();
        expiring = declared.stream().filter(KeyedState::expires).toArray(KeyedState[]::new);
    }

    List<KeyedState> all() {
        return declared;
    }

    @Override
    public ValueState value(String name, int lengthBytes, Expiry expiry) {
        return add(
                name,
                new ValueState(context, require(name, "value"), lengthBytes, expiry, current));
    }

    @Override
    public MapState map(String name, int lengthBytes, Expiry expiry) {
        return add(name, new MapState(context, require(name, "map"), lengthBytes, expiry, current));
    }

    @Override
    public ListState list(String name, int elementLengthBytes, Expiry expiry) {
        return new ListState(deque(name, 0, elementLengthBytes, expiry));
    }

    @Override
    public DequeState deque(
            String name, int headLengthBytes, int elementLengthBytes, Expiry expiry) {
        return add(
                name,
                new DequeState(
                        context,
                        require(name, "deque"),
                        headLengthBytes,
                        elementLengthBytes,
                        expiry,
                        current));
    }

    @Override
    public AggregateState aggregate(String name, Expiry expiry) {
        return new AggregateState(value(name, AggregateState.LENGTH_BYTES, expiry));
    }

    private String require(String name, String form) {
        if (!isOpen) {
            throw new IllegalStateException(
                    "state must be declared in open(): stage " + stage + ", " + form + " " + name);
        }
        if (name == null || !NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the name of a state must match "
                            + NAME.pattern()
                            + " and be none of "
                            + RESERVED
                            + ", by which queries find the timers: stage "
                            + stage
                            + ", "
                            + form
                            + " "
                            + name);
        }
        if (names.contains(name)) {
            throw new IllegalStateException(
                    "state names must be unique: stage " + stage + ", " + form + " " + name);
        }
        return name;
    }

    private <S extends KeyedState> S add(String name, S state) {
        names.add(name);
        declared.add(state);
        return state;
    }

    /** Whether the current key has an entry in any state. */
    boolean holdCurrent() {
        for (int i = 0; i < states.length; i++) {
            if (states[i].holdsCurrent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a state is too large for caches. */
    boolean isLarge() {
        for (int i = 0; i < states.length; i++) {
            if (states[i].isLarge()) {
                return true;
            }
        }
        return false;
    }

    /** Notes that the current key's state will be touched. */
    void foresee() {
        for (int i = 0; i < states.length; i++) {
            states[i].foresee();
        }
    }

    /** Looks up keys that are numbers, by their places in a batch. */
    void foresee(KeySearch search, long[] wanted, int count) {
        for (int i = 0; i < states.length; i++) {
            states[i].foresee(search, wanted, count);
        }
    }

    /** Reads what was foreseen. */
    long prefetch() {
        long read = 0;
        for (int i = 0; i < states.length; i++) {
            read += states[i].prefetch();
        }
        return read;
    }

    /** Removes all entries of the current key. */
    void removeCurrent() {
        for (int i = 0; i < states.length; i++) {
            states[i].removeCurrent();
        }
    }

    /** Whether state of any key is ever forgotten because time has passed. */
    boolean expire() {
        return expiring.length > 0;
    }

    /** Whether {@link #expireOne} has something to look at; false if nothing has expired. */
    boolean mayExpire(long timeNs) {
        for (int i = 0; i < expiring.length; i++) {
            if (expiring[i].mayExpire(timeNs)) {
                return true;
            }
        }
        return false;
    }

    /** Removes one entry that has expired at a time, if any; its key is the current one then. */
    boolean expireOne(long timeNs) {
        for (int i = 0; i < expiring.length; i++) {
            if (expiring[i].expireOne(timeNs)) {
                return true;
            }
        }
        return false;
    }

    void maintain() {
        for (int i = 0; i < states.length; i++) {
            states[i].maintain();
        }
    }

    void writeTo(SnapshotWriter writer) {
        writer.putInt(states.length);
        for (String description : descriptions) {
            writer.putString(description);
        }
        for (KeyedState state : states) {
            state.writeTo(writer);
        }
    }

    void readFrom(SnapshotReader reader) {
        List<String> stored = new ArrayList<>();
        for (int count = reader.getCount(MAX_STATES); count > 0; count--) {
            stored.add(reader.getString(MAX_DESCRIPTION_LENGTH));
        }
        if (!stored.equals(descriptions)) {
            throw new PenstockException(
                    Category.OTHER_PLAN,
                    "the handler of stage "
                            + stage
                            + " declares other states than the snapshot holds: declared "
                            + descriptions
                            + ", stored "
                            + stored
                            + " (open the directory with the program that wrote it, or delete its"
                            + " snapshots to make the state again from the journal)");
        }
        for (KeyedState state : states) {
            state.readFrom(reader);
        }
    }

    void hashInto(long[] groupHashes) {
        for (KeyedState state : states) {
            state.hashInto(groupHashes);
        }
    }

    void describe(StateVisitor visitor) {
        for (KeyedState state : states) {
            state.describe(visitor);
        }
    }
}
