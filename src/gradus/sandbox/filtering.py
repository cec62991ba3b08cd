"""The system calls that are allowed, as a seccomp program in the kernel's own filter language (classic BPF).

Assembled here: the list is short, each rule is tested, and the bindings at hand are either tied to a distribution's
Python or need libseccomp at run time. What is not on the list fails with EPERM, as if by lack of rights.
Arguments and flags: Linux `asm-generic/fcntl.h`, `linux/sched.h`; structure: `linux/seccomp.h`, `linux/filter.h`.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from typing import final

from gradus.sandbox.numbers import Machine

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
    """Allow a call, by its name, when an argument, masked, is one of some values; without values, always."""

    call: str
    argument: int = 0
    mask: int = 0xFFFFFFFF
    values: tuple[int, ...] = ()


_ALWAYS = """
    read write close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask
    rt_sigreturn pread64 readv writev access select sched_yield mremap madvise dup dup2 nanosleep getpid exit
    uname getcwd readlink gettimeofday getrlimit getrusage times getuid getgid geteuid getegid getppid getpgrp
    sigaltstack gettid time futex sched_getaffinity getdents64 restart_syscall clock_gettime clock_getres
    clock_nanosleep exit_group newfstatat readlinkat faccessat pselect6 ppoll set_robust_list getcpu getrandom
    statx rseq faccessat2
""".split()  # noqa: SIM905 - a list of words
_WARM = """
    ioctl sendto recvfrom sendmsg recvmsg getsockname getsockopt execve wait4 kill fcntl setpgid prctl
    arch_prctl setrlimit set_tid_address waitid dup3 prlimit64 sysinfo pidfd_open close_range
""".split()  # noqa: SIM905 - a list of words
_OPEN = (Rule("open", 1, _WRITING, (0,)), Rule("openat", 2, _WRITING, (0,)))

# a child reads files and computes; it cannot fork, signal, connect, or let the kernel signal others (F_SETOWN)
CHILD = (
    *map(Rule, _ALWAYS),
    *_OPEN,
    Rule("ioctl", 1, values=(0x5401, 0x5451)),  # is it a terminal, close on exec
    Rule("fcntl", 1, values=(0, 1, 2, 3, 1030)),  # duplicate, flags
)
# the warm process forks (no thread, no namespace), kills its children, and filters them
WARM = (
    *map(Rule, _ALWAYS + _WARM),
    *_OPEN,
    Rule("clone", 0, _NAMESPACES | _VM_AND_THREADS, (0,)),
)


def assemble(rules: tuple[Rule, ...], machine: Machine) -> bytes:
    """Return the program: another architecture is killed, what no rule allows is refused.

    >>> from gradus.sandbox.numbers import AARCH64, X86_64
    >>> len(assemble((Rule("read"),), X86_64)) // 8, len(assemble((Rule("read"), Rule("open")), AARCH64)) // 8
    (9, 7)
    """
    code = [
        _op(LOAD, ARCHITECTURE_AT),
        _op(EQUAL, machine.architecture, 1, 0),
        _op(RETURN, KILL),
        _op(LOAD, NUMBER_AT),
    ]
    if machine.foreign:  # the same calls by other numbers
        code += [_op(AT_LEAST, machine.foreign, 0, 1), _op(RETURN, KILL)]
    for rule in rules:
        if rule.call in machine.numbers:
            code.extend(_rule(rule, machine.numbers[rule.call]))
    code.append(_op(RETURN, REFUSE | errno.EPERM))
    return b"".join(code)


def _rule(rule: Rule, number: int) -> list[bytes]:
    if not rule.values:
        return [_op(EQUAL, number, 0, 1), _op(RETURN, ALLOW)]
    test = [_op(LOAD, ARGUMENTS_AT + 8 * rule.argument), _op(AND, rule.mask)]
    for value in rule.values:
        test += [_op(EQUAL, value, 0, 1), _op(RETURN, ALLOW)]
    test.append(_op(RETURN, REFUSE | errno.EPERM))
    return [_op(EQUAL, number, 0, len(test)), *test]


def _op(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)
