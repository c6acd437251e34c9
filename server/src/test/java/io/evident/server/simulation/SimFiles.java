package io.evident.server.simulation;

import io.evident.server.simulation.SimProcess.Fault;
import io.evident.server.simulation.SimProcess.Operation;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What one simulated process does to the simulated disk. */
final class SimFiles implements FileOperations {
    private final SimDisk disk;
    private final SimProcess process;
    private final SplittableRandom random;

    SimFiles(SimDisk disk, SimProcess process, SplittableRandom random) {
        this.disk = disk;
        this.process = process;
        this.random = random;
    }

    SimDisk disk() {
        return disk;
    }

    SimProcess process() {
        return process;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change(Operation.CREATE_FOLDER, directory, () -> disk.createFolder(directory));
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        process.requireAlive();
        return disk.list(directory);
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        Set<OpenOption> asked = Set.of(options);
        Fault fault = process.before(Operation.OPEN, file);
        fail(fault == Fault.NOTHING_DONE, Operation.OPEN, file);
        SimFile opened = asked.contains(StandardOpenOption.CREATE) ? disk.create(file) : disk.file(file);
        if (asked.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            opened.truncate(0);
        }
        fail(fault != Fault.NONE, Operation.OPEN, file);
        process.after(Operation.OPEN, file);
        return new SimChannel(process, opened);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        Fault fault = process.before(Operation.WRITE, file);
        fail(fault == Fault.NOTHING_DONE, Operation.WRITE, file);
        if (fault == Fault.HALF_DONE) {
            bytes.limit(bytes.position() + random.nextInt(bytes.remaining() + 1));
        }
        channel.write(bytes);
        fail(fault != Fault.NONE, Operation.WRITE, file);
        process.after(Operation.WRITE, file);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        Fault fault = process.before(Operation.FORCE, file);
        SimFile forced = ((SimChannel) channel).file();
        switch (fault) {
            case NONE -> forced.force();
            case NOTHING_DONE -> forced.failForce(random, true);
            case HALF_DONE -> forced.failForce(random, false);
            case ALL_DONE -> forced.force();
        }
        fail(fault != Fault.NONE, Operation.FORCE, file);
        process.after(Operation.FORCE, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change(Operation.FORCE_FOLDER, directory, () -> {
            if (directory.startsWith(disk.base())) {
                disk.folder(directory).force();
            }
        });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(Operation.RENAME, from, () -> disk.rename(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        if (disk.exists(path)) {
            throw new IOException("removing is not simulated: " + disk.name(path));
        }
    }

    @Override
    public long freeBytes(Path path) {
        return Long.MAX_VALUE;
    }

    private interface Change {
        void run() throws IOException;
    }

    private void change(Operation operation, Path path, Change change) throws IOException {
        Fault fault = process.before(operation, path);
        fail(fault == Fault.NOTHING_DONE, operation, path);
        change.run();
        fail(fault != Fault.NONE, operation, path);
        process.after(operation, path);
    }

    private void fail(boolean yes, Operation operation, Path path) throws IOException {
        if (yes) {
            throw new SimulatedFault(operation, disk.name(path));
        }
    }
}
