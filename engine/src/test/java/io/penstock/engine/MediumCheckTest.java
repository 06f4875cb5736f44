package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MediumCheckTest {
    @Test
    void shouldWarnOfMemoryAndOfWhatIsNotKnownAndOfNothingElse() {
        for (String type : List.of("ext4", "xfs", "btrfs", "zfs", "apfs", "NTFS", "")) {
            assertNull(MediumCheck.problem(type), type);
        }
        assertTrue(MediumCheck.problem("tmpfs").contains("is gone"));
        for (String type : List.of("nfs", "nfs4", "overlay", "cifs", "fuse.sshfs", "9p")) {
            assertTrue(MediumCheck.problem(type).contains("(" + type + ") is not known"), type);
        }
    }
}
