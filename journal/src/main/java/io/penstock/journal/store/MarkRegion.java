package io.penstock.journal.store;

import java.io.IOException;
import org.agrona.MutableDirectBuffer;

/** The mark, open for writing in place; what is stored survives the end of the process. */
public interface MarkRegion extends AutoCloseable {
    /** The region; {@link FrameStore#MARK_LENGTH} bytes. */
    MutableDirectBuffer buffer();

    /** Brings the region to the medium. */
    void force() throws IOException;

    @Override
    void close();
}
