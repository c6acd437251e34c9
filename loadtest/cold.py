#!/usr/bin/env python3
"""Empties the page cache, so that the next question finds its bytes on the disk only. Linux, as root.

  cold.py [--pid PID --under DIRECTORY]

Dropping the page cache leaves the pages that a process has mapped. So with --pid the process's mappings of files below
the directory are paged out first (process_madvise with MADV_PAGEOUT, Linux 5.10 and later); its program and libraries stay.
"""

import argparse
import ctypes
import errno
import os
import sys

SYS_PIDFD_OPEN = 434
SYS_PROCESS_MADVISE = 440
MADV_PAGEOUT = 21
MOST_AT_ONCE = 512
MOST_LOOKS = 20


class Range(ctypes.Structure):
    """struct iovec of readv(2)."""

    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def mapped_below(pid, directory):
    """Address and length of each mapping of a file below the directory."""
    prefix = os.path.join(os.path.realpath(directory), "")
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            parts = line.split(None, 5)
            if len(parts) == 6 and parts[5].startswith(prefix):
                start, end = (int(address, 16) for address in parts[0].split("-"))
                yield start, end - start


def system_call(libc, name, *arguments):
    result = libc.syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def page_out(pid, directory):
    for look in range(MOST_LOOKS):
        try:
            page_out_as_mapped_now(pid, directory)
            return
        except OSError as problem:
            # A mapping ended between the look and the call.
            if problem.errno != errno.ENOMEM or look + 1 == MOST_LOOKS:
                raise


def page_out_as_mapped_now(pid, directory):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    process = system_call(libc, "pidfd_open", SYS_PIDFD_OPEN, pid, 0)
    try:
        page_out_ranges(libc, process, pid, directory)
    finally:
        os.close(process)


def page_out_ranges(libc, process, pid, directory):
    ranges = list(mapped_below(pid, directory))
    for at in range(0, len(ranges), MOST_AT_ONCE):
        some = ranges[at : at + MOST_AT_ONCE]
        vector = (Range * len(some))(*some)
        wanted = sum(length for _, length in some)
        done = 0
        while done < wanted:
            # It may do less than it was asked for, whole mappings at the least; what it did is passed over.
            done += system_call(
                libc,
                "process_madvise",
                SYS_PROCESS_MADVISE,
                ctypes.c_int(process),
                ctypes.byref(vector),
                ctypes.c_ulong(len(some)),
                MADV_PAGEOUT,
                0,
            )
            vector = (Range * len(some))(*behind(some, done))


def behind(ranges, done):
    """The ranges without their first bytes; those that are done wholly get the length 0."""
    for start, length in ranges:
        passed = min(done, length)
        done -= passed
        yield start + passed, length - passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pid", type=int)
    parser.add_argument("--under")
    options = parser.parse_args()
    try:
        if options.pid is not None:
            page_out(options.pid, options.under)
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as drop:
            drop.write("3\n")
    except OSError as problem:
        sys.exit(f"cold.py: {problem}")


if __name__ == "__main__":
    main()
