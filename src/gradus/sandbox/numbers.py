"""Numbers of system calls on the machines that the sandbox knows.

Numbers: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`, which 64-bit ARM takes
over; architectures: `linux/audit.h`. A test holds both against libseccomp's tables.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Machine:
    """A kind of processor, as the kernel's filter sees it.

    Attributes:
        name: as `uname -m` prints it.
        architecture: the kernel's number for it.
        numbers: those of the calls below that it has.
        foreign: from this number on, calls are another interface's (x32); 0 where there is none.
    """

    name: str
    architecture: int
    numbers: Mapping[str, int]
    foreign: int = 0


# call: (x86-64, 64-bit ARM); the latter has no call where a newer one does the same
_NUMBERS: dict[str, tuple[int, int | None]] = {
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "ioctl": (16, 29), "pread64": (17, 67), "readv": (19, 65), "writev": (20, 66),
    "access": (21, None), "select": (23, None), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233),
    "dup": (32, 23), "dup2": (33, None), "nanosleep": (35, 101), "getpid": (39, 172), "sendto": (44, 206),
    "recvfrom": (45, 207), "sendmsg": (46, 211), "recvmsg": (47, 212), "getsockname": (51, 204),
    "getsockopt": (55, 209), "clone": (56, 220), "execve": (59, 221), "exit": (60, 93), "wait4": (61, 260),
    "kill": (62, 129), "uname": (63, 160), "fcntl": (72, 25), "getcwd": (79, 17), "readlink": (89, None),
    "gettimeofday": (96, 169), "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179),
    "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177),
    "setpgid": (109, 154), "getppid": (110, 173), "getpgrp": (111, None), "sigaltstack": (131, 132),
    "prctl": (157, 167), "arch_prctl": (158, None), "setrlimit": (160, 164), "gettid": (186, 178), "time": (201, None),
    "futex": (202, 98), "sched_getaffinity": (204, 123), "getdents64": (217, 61), "set_tid_address": (218, 96),
    "restart_syscall": (219, 128), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "exit_group": (231, 94), "waitid": (247, 95), "openat": (257, 56),
    "newfstatat": (262, 79), "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72),
    "ppoll": (271, 73), "set_robust_list": (273, 99), "dup3": (292, 24), "prlimit64": (302, 261), "getcpu": (309, 168),
    "getrandom": (318, 278), "statx": (332, 291), "rseq": (334, 293), "pidfd_open": (434, 434),
    "close_range": (436, 436), "faccessat2": (439, 439),
}  # fmt: skip

X86_64 = Machine("x86_64", 0xC000003E, {name: both[0] for name, both in _NUMBERS.items()}, 0x40000000)
AARCH64 = Machine("aarch64", 0xC00000B7, {name: both[1] for name, both in _NUMBERS.items() if both[1] is not None})
MACHINES = (X86_64, AARCH64)


def this_machine() -> Machine | None:
    """Return the machine that this is, or None where its numbers are not known."""
    if struct.calcsize("P") != 8:
        return None
    return next((machine for machine in MACHINES if machine.name == platform.machine()), None)
