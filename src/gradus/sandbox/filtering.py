"""The system calls that are allowed, as a seccomp program in the kernel's own filter language (classic BPF).

Assembled here: the list is short, each rule is tested, and the bindings at hand are either tied to a distribution's
Python or need libseccomp at run time. What is not on the list fails with EPERM, as if by lack of rights.
Numbers and argument positions: Linux `asm/unistd_64.h`; structure: `linux/seccomp.h`, `linux/filter.h`.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass
from typing import final

MACHINE, ARCHITECTURE, X32 = "x86_64", 0xC000003E, 0x40000000
LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16

# O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_TMPFILE: whatever could write
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000
_NAMESPACES = 0x7E020080  # CLONE_NEW*
_VM_AND_THREADS = 0x00010000 | 0x00000100  # CLONE_THREAD, CLONE_VM


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """Allow a call when an argument, masked, is one of some values; without values, always."""

    number: int
    argument: int = 0
    mask: int = 0xFFFFFFFF
    values: tuple[int, ...] = ()


_ALWAYS: dict[str, int] = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "readv": 19, "writev": 20, "access": 21, "select": 23, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "dup": 32, "dup2": 33, "nanosleep": 35, "getpid": 39, "exit": 60, "uname": 63, "getcwd": 79,
    "readlink": 89, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "times": 100, "getuid": 102, "getgid": 104,
    "geteuid": 107, "getegid": 108, "getppid": 110, "getpgrp": 111, "sigaltstack": 131, "gettid": 186, "time": 201,
    "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "restart_syscall": 219, "clock_gettime": 228,
    "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262, "readlinkat": 267,
    "faccessat": 269, "pselect6": 270, "ppoll": 271, "set_robust_list": 273, "getcpu": 309, "getrandom": 318,
    "statx": 332, "rseq": 334, "faccessat2": 439,
}  # fmt: skip
_WARM: dict[str, int] = {
    "ioctl": 16, "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "getsockname": 51, "getsockopt": 55,
    "execve": 59, "wait4": 61, "kill": 62, "fcntl": 72, "setpgid": 109, "prctl": 157, "arch_prctl": 158,
    "setrlimit": 160, "set_tid_address": 218, "waitid": 247, "dup3": 292, "prlimit64": 302, "sysinfo": 99,
    "pidfd_open": 434, "close_range": 436,
}  # fmt: skip
_OPEN = (Rule(2, 1, _WRITING, (0,)), Rule(257, 2, _WRITING, (0,)))

# a child reads files and computes; it cannot fork, signal, connect, or let the kernel signal others (F_SETOWN)
CHILD = (
    *(Rule(number) for number in _ALWAYS.values()),
    *_OPEN,
    Rule(16, 1, values=(0x5401, 0x5451)),  # ioctl: is it a terminal, close on exec
    Rule(72, 1, values=(0, 1, 2, 3, 1030)),  # fcntl: duplicate, flags
)
# the warm process forks (no thread, no namespace), kills its children, and filters them
WARM = (
    *(Rule(number) for number in (_ALWAYS | _WARM).values()),
    *_OPEN,
    Rule(56, 0, _NAMESPACES | _VM_AND_THREADS, (0,)),
)


def is_known_machine() -> bool:
    """Return whether the numbers above are this machine's; elsewhere the sandbox refuses."""
    return platform.machine() == MACHINE and struct.calcsize("P") == 8


def assemble(rules: tuple[Rule, ...]) -> bytes:
    """Return the program: another architecture is killed, what no rule allows is refused.

    >>> len(assemble((Rule(0),))) // 8
    9
    """
    code = [
        _op(LOAD, ARCHITECTURE_AT),
        _op(EQUAL, ARCHITECTURE, 1, 0),
        _op(RETURN, KILL),
        _op(LOAD, NUMBER_AT),
        _op(AT_LEAST, X32, 0, 1),  # the same calls by other numbers
        _op(RETURN, KILL),
    ]
    for rule in rules:
        code.extend(_rule(rule))
    code.append(_op(RETURN, REFUSE | errno.EPERM))
    return b"".join(code)


def _rule(rule: Rule) -> list[bytes]:
    if not rule.values:
        return [_op(EQUAL, rule.number, 0, 1), _op(RETURN, ALLOW)]
    test = [_op(LOAD, ARGUMENTS_AT + 8 * rule.argument), _op(AND, rule.mask)]
    for value in rule.values:
        test += [_op(EQUAL, value, 0, 1), _op(RETURN, ALLOW)]
    test.append(_op(RETURN, REFUSE | errno.EPERM))
    return [_op(EQUAL, rule.number, 0, len(test)), *test]


def _op(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)
