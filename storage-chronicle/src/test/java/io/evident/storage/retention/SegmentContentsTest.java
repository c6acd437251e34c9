package io.evident.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a segment holds is kept exactly, in little memory and beside the seal. */
class SegmentContentsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path segment;

    private TenantsFile file() {
        return new TenantsFile(DiskFileOperations.INSTANCE, segment, 0, new SegmentName(1, 0));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void keepsEachTenantOfEachBlock(long seed) throws IOException {
        Random random = new Random(seed);
        List<Map<String, TenantTally>> blocks = new ArrayList<>();
        SegmentContents.Builder builder = new SegmentContents.Builder();
        for (int i = 0; i < 3_000; i++) {
            Map<String, TenantTally> block = new HashMap<>();
            for (int left = random.nextInt(5); left > 0; left--) {
                long first = random.nextInt(1_000_000);
                block.put(
                        "tenant-" + random.nextInt(200),
                        new TenantTally(
                                1 + random.nextInt(20),
                                random.nextInt(1 << 24),
                                first,
                                first + random.nextInt(100),
                                random.nextLong()));
            }
            blocks.add(block);
            builder.add(block);
        }
        SegmentContents contents = builder.build(17);
        assertSame(contents, blocks, seed);
        file().write(contents, 5);
        assertThat(file().read(4)).isNull();
        SegmentContents kept = file().read(5);
        assertThat(kept.oldestReceivedNs()).isEqualTo(17);
        assertSame(kept, blocks, seed);
    }

    private static void assertSame(SegmentContents contents, List<Map<String, TenantTally>> blocks, long seed) {
        Map<String, TenantTally> all = new HashMap<>();
        assertThat(contents.blocks()).isEqualTo(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(contents.block(i)).as("block %d, seed %d", i, seed).isEqualTo(blocks.get(i));
            TenantTally.addAll(all, blocks.get(i));
        }
        assertThat(contents.tenants()).as("seed %d", seed).isEqualTo(all);
    }

    @Test
    void aGibibyteOfSmallBlocksOfManyTenantsTakesTensOfMebibytes() throws IOException {
        SegmentContents.Builder builder = new SegmentContents.Builder();
        Random random = new Random(9);
        for (long block = 0; block < 330_000; block++) {
            Map<String, TenantTally> tenants = new HashMap<>();
            for (int i = 0; i < 10; i++) {
                long sequence = block * 10 + i;
                long receivedNs = 1_800_000_000_000_000_000L + block * 1_000_000 + random.nextInt(1_000_000);
                tenants.put("tenant-" + random.nextInt(2_000), new TenantTally(1, 320, sequence, sequence, receivedNs));
            }
            builder.add(tenants);
        }
        SegmentContents contents = builder.build(0);
        assertThat(contents.packed().sizeBytes()).isLessThan(50 * MIB);
        file().write(contents, 0);
        assertThat(Files.size(segment.resolve(TenantsFile.FILE_NAME))).isLessThan(50 * MIB);
    }
}
