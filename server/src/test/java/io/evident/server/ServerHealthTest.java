package io.evident.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.ingest.HealthProbe.Question;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.recorder.Patience;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.server.config.ServerConfig;
import io.evident.server.config.load.ConfigLoader;
import io.evident.server.ledger.LedgerThread;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.SlotRouter;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.SpaceState;
import io.evident.storage.space.Volume;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a server on a full disk is ready: as long as it takes CRITICAL events. */
class ServerHealthTest {
    @TempDir
    private Path data;

    private final AtomicLong freeBytes = new AtomicLong(1L << 40);

    private static final class NoListener implements CommitListener {
        @Override
        public void onJournaled(int shard, BlockInfo info, Block block) {}

        @Override
        public void onSynced(int shard, long sequence) {}
    }

    /** The real file system, with as much room as the test says. */
    private FileOperations files() {
        return (FileOperations) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {FileOperations.class}, (proxy, method, args) -> {
                    if (method.getName().equals("freeBytes")) {
                        return freeBytes.get();
                    }
                    try {
                        return method.invoke(DiskFileOperations.INSTANCE, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static ServerConfig config(Path data) throws Exception {
        List<ConfigLoader.Flag> flags = Stream.of(
                        "data=" + data,
                        "shards=1",
                        "duplicates.windowIds=50000",
                        "lanes.overflowBytes=16777216",
                        "lanes.standardEvents=8192")
                .map(each -> each.split("=", 2))
                .map(each -> new ConfigLoader.Flag("the test", each[0], each[1]))
                .toList();
        return ConfigLoader.load(null, Map.of(), flags);
    }

    private static Pipeline pipeline(ServerConfig config, DataDirectory directory, boolean withEmergency)
            throws IOException {
        var map = ShardMapFile.open(directory.path(), 1, listener -> {});
        OpenedShard shard = directory.openShards(1).get(0);
        return new Pipeline(
                SettingsOf.pipeline(config, 1),
                new SlotRouter(map.history().current()),
                PolicyOf.config(config.priority()),
                List.of(shard.journal()),
                List.of(shard.blocks()),
                EmergencyPlan.defaults(),
                withEmergency
                        ? List.of(new EmergencyStore(
                                shard.emergency().journal(), shard.emergency().blocks()))
                        : List.of(),
                new NoListener(),
                directory.room(),
                SystemNanoClock.INSTANCE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contract5_isReadyOnAFullDiskWhileTheEmergencyJournalTakesCriticalEvents(boolean hasEmergency)
            throws Exception {
        SpaceSettings room = new SpaceSettings(8 << 20, 0, 1 << 20);
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults());
                DiskSpace space = new DiskSpace(Volume.DATA, files(), directory.path(), room, System::nanoTime)) {
            Pipeline pipeline = pipeline(config(data), directory, hasEmergency);
            LedgerThread ledger = new LedgerThread(
                    new LedgerRecorder(pipeline, Patience.parking(), SystemNanoClock.INSTANCE, () -> 1), 0);
            ServerHealth health = new ServerHealth(pipeline, space, null, ledger);

            assertThat(health.check(Question.READINESS).up()).isTrue();
            freeBytes.set(0);
            space.check();

            assertThat(space.view().state()).isEqualTo(SpaceState.FULL);
            assertThat(health.check(Question.READINESS).up()).isEqualTo(hasEmergency);
            assertThat(health.check(Question.READINESS).json()).contains("\"disk\":\"full\"");
            pipeline.start();
            pipeline.close();
            ledger.close();
        }
    }
}
