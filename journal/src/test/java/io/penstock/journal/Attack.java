package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What somebody does to a journal's files who does not want to be seen. */
enum Attack {
    CHANGE_A_BIT(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            byte[] frame = pick(image.frames(), random);
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
    },
    CHANGE_A_RECORD(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            byte[] frame = records(image, random);
            int at = FrameLayout.HEADER_LENGTH + RecordLayout.HEADER_LENGTH + random.nextInt(8);
            frame[at] ^= (byte) (1 + random.nextInt(255));
        }
    },
    CHANGE_A_FRAME_CHECKSUM_FIXED(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            // Fixes the checksum of the one frame, but not the chain behind it.
            byte[] frame = records(image, random);
            JournalImage whole = image.copy();
            frame[frame.length - 1 - random.nextInt(8)] ^= 1;
            JournalImage fixed = image.copy();
            fixed.restamp();
            int index = image.frames().indexOf(frame);
            System.arraycopy(fixed.frames().get(index), 0, frame, 0, frame.length);
            image.appended = whole.appended;
        }
    },
    DELETE_A_FRAME(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            removeFrame(image, random);
        }
    },
    DELETE_A_FRAME_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            removeFrame(image, random);
        }
    },
    DELETE_A_RECORD_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            byte[] bytes = records(image, random);
            ByteBuffer frame = ByteBuffer.wrap(bytes).order(ORDER);
            int count = frame.getInt(FrameLayout.RECORD_COUNT);
            if (count > 1) {
                frame.putInt(FrameLayout.RECORD_COUNT, count - 1);
            } else {
                image.segments.forEach(segment -> segment.frames.remove(bytes));
            }
        }
    },
    DELETE_A_SEGMENT(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.segments.remove(random.nextInt(image.segments.size()));
        }
    },
    DELETE_A_SEGMENT_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.segments.remove(random.nextInt(image.segments.size()));
        }
    },
    DELETE_THE_START_AS_RETENTION_WOULD(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.hideBelow(1 + random.nextInt(image.segments.size() - 1));
        }
    },
    INSERT_A_FRAME(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            insertFrame(image, other, random);
        }
    },
    INSERT_A_FRAME_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            insertFrame(image, other, random);
        }
    },
    INSERT_A_SEGMENT_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.segments.add(
                    random.nextInt(image.segments.size()), pick(image.segments, random).copy());
        }
    },
    REORDER_FRAMES(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            swapFrames(image, random);
        }
    },
    REORDER_FRAMES_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            swapFrames(image, random);
        }
    },
    SWAP_SEGMENTS(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            JournalImage.Segment first = pick(image.segments, random);
            JournalImage.Segment second = pick(image.segments, random);
            List<byte[]> frames = new ArrayList<>(first.frames);
            List<byte[]> others = new ArrayList<>(second.frames);
            first.frames.clear();
            first.frames.addAll(others);
            second.frames.clear();
            second.frames.addAll(frames);
        }
    },
    SWAP_SEGMENTS_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            Collections.swap(
                    image.segments,
                    random.nextInt(image.segments.size()),
                    random.nextInt(image.segments.size()));
        }
    },
    TRUNCATE(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            truncate(image, random);
        }
    },
    TRUNCATE_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            truncate(image, random);
        }
    },
    RESTAMP_TIMES(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            long shiftNs = 1L + random.nextInt(1_000_000);
            for (byte[] bytes : image.frames()) {
                ByteBuffer frame = ByteBuffer.wrap(bytes).order(ORDER);
                long timeNs = frame.getLong(FrameLayout.BASE_TIME_NS);
                frame.putLong(FrameLayout.BASE_TIME_NS, timeNs + shiftNs);
            }
        }
    },
    RESTAMP_EPOCHS(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            int from = random.nextInt(image.segments.size());
            image.segments.listIterator(from).forEachRemaining(segment -> segment.epoch++);
        }
    },
    PUT_A_FOREIGN_SEGMENT(false) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            int at = random.nextInt(Math.min(image.segments.size(), other.segments.size()));
            image.segments.get(at).frames.clear();
            image.segments.get(at).frames.addAll(other.segments.get(at).copy().frames);
        }
    },
    PUT_A_FOREIGN_SEGMENT_RESTAMPED(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.segments.set(
                    random.nextInt(image.segments.size()), pick(other.segments, random).copy());
        }
    },
    REPLACE_ALL_BY_ANOTHER_JOURNAL(true) {
        @Override
        void make(JournalImage image, JournalImage other, Random random) {
            image.segments = other.copy().segments;
            image.base = null;
            image.id = random.nextBoolean() ? image.id : other.id;
        }
    };

    /** Whether everything is made to fit again, so that the journal by itself looks sound. */
    final boolean isRestamped;

    Attack(boolean isRestamped) {
        this.isRestamped = isRestamped;
    }

    /** Changes an image; may by chance change nothing that counts. */
    abstract void make(JournalImage image, JournalImage other, Random random);

    /** Makes it, so that a difference before the checkpoint is left. */
    static JournalImage on(
            Attack attack,
            JournalImage original,
            JournalImage other,
            Checkpoint checkpoint,
            Random random) {
        while (true) {
            JournalImage image = original.copy();
            attack.make(image, other, random);
            if (image.segments.isEmpty()) {
                continue;
            }
            if (attack.isRestamped) {
                image.restamp();
            }
            if (!image.isSameBefore(checkpoint, original)) {
                return image;
            }
        }
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] records(JournalImage image, Random random) {
        List<byte[]> frames = new ArrayList<>(image.frames());
        frames.removeIf(frame -> frame[FrameLayout.KIND] != FrameLayout.KIND_RECORDS);
        return pick(frames, random);
    }

    private static void removeFrame(JournalImage image, Random random) {
        List<byte[]> frames = pick(image.segments, random).frames;
        if (frames.size() > 1) {
            frames.remove(1 + random.nextInt(frames.size() - 1));
        }
    }

    private static void insertFrame(JournalImage image, JournalImage other, Random random) {
        List<byte[]> frames = pick(image.segments, random).frames;
        JournalImage from = random.nextBoolean() ? image : other;
        frames.add(1 + random.nextInt(frames.size()), records(from, random).clone());
    }

    private static void swapFrames(JournalImage image, Random random) {
        List<byte[]> first = pick(image.segments, random).frames;
        List<byte[]> second = pick(image.segments, random).frames;
        if (first.size() > 1 && second.size() > 1) {
            int at = 1 + random.nextInt(first.size() - 1);
            int with = 1 + random.nextInt(second.size() - 1);
            byte[] frame = first.get(at);
            first.set(at, second.get(with));
            second.set(with, frame);
        }
    }

    private static void truncate(JournalImage image, Random random) {
        int at = random.nextInt(image.segments.size());
        image.segments.subList(at + 1, image.segments.size()).clear();
        List<byte[]> frames = image.segments.get(at).frames;
        frames.subList(1 + random.nextInt(frames.size()), frames.size()).clear();
    }
}
