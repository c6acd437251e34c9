package io.evident.load.caller;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What this process, and the client's thread in it, have used so far. Any thread. */
final class CallerThreads {
    private static final String CLIENT_THREAD = "evident-client-";

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long clientId;

    /** Finds the thread of the one client of this process; throws {@link IllegalStateException} unless there is one. */
    CallerThreads() {
        List<ThreadInfo> clients = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().startsWith(CLIENT_THREAD))
                .toList();
        if (clients.size() != 1) {
            throw new IllegalStateException(clients.size() + " clients in this process, one can be measured");
        }
        this.clientId = clients.get(0).getThreadId();
    }

    /** Processor time of the whole process, which the JDK tells in steps of 10 ms. */
    long processCpuNs() {
        return process.getProcessCpuTime();
    }

    /** Processor time of the client's thread. */
    long clientCpuNs() {
        return threads.getThreadCpuTime(clientId);
    }

    /** Bytes that the client's thread has allocated. */
    long clientAllocatedBytes() {
        return threads.getThreadAllocatedBytes(clientId);
    }

    /** Bytes that the calling thread has allocated. */
    long ownAllocatedBytes() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
