"""The system call program, run by an interpreter of its own language written from its description."""

import ctypes
import ctypes.util
import errno
import struct

import pytest

from gradus.sandbox import filtering
from gradus.sandbox.filtering import ALLOW, CHILD, KILL, REFUSE, WARM, Rule
from gradus.sandbox.numbers import AARCH64, MACHINES, X86_64, Machine

PERM = REFUSE | errno.EPERM
ARCHITECTURE = X86_64.architecture


def assemble(rules: tuple[Rule, ...]) -> bytes:
    return filtering.assemble(rules, X86_64)


def decide(program: bytes, number: int, *arguments: int, architecture: int = ARCHITECTURE) -> int:
    """Interpret the program on one call."""
    padded = [*arguments, *([0] * (6 - len(arguments)))]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    code = list(struct.iter_unpack("=HBBI", program))
    at, held = 0, 0
    while True:
        operation, if_true, if_false, operand = code[at]
        at += 1
        if operation == 0x20:
            (held,) = struct.unpack_from("=I", data, operand)
        elif operation == 0x54:
            held &= operand
        elif operation in {0x15, 0x35}:
            at += if_true if (held == operand if operation == 0x15 else held >= operand) else if_false
        else:
            assert operation == 0x06
            return int(operand)


READ, OPENAT, IOCTL, FCNTL, CLONE, FORK, EXECVE, KILL_CALL, PRCTL = 0, 257, 16, 72, 56, 57, 59, 62, 157


@pytest.mark.parametrize(
    ("number", "arguments", "child", "warm"),
    [
        (READ, (), ALLOW, ALLOW),
        (OPENAT, (0, 0, 0o2000000), ALLOW, ALLOW),
        (OPENAT, (0, 0, 0o1), PERM, PERM),
        (OPENAT, (0, 0, 0o102), PERM, PERM),
        (OPENAT, (0, 0, 0o20200000), PERM, PERM),
        (IOCTL, (0, 0x5401), ALLOW, ALLOW),
        (IOCTL, (0, 0x5412), PERM, ALLOW),
        (FCNTL, (0, 1), ALLOW, ALLOW),
        (FCNTL, (0, 8), PERM, ALLOW),  # F_SETOWN: could have the kernel signal another
        (CLONE, (0x01200011,), PERM, ALLOW),  # fork
        (CLONE, (0x003D0F00,), PERM, PERM),  # a thread
        (CLONE, (0x10000011,), PERM, PERM),  # a user namespace
        (FORK, (), PERM, PERM),
        (EXECVE, (), PERM, ALLOW),
        (KILL_CALL, (1, 9), PERM, ALLOW),
        (PRCTL, (22,), PERM, ALLOW),
        (41, (), PERM, PERM),  # socket
        (101, (), PERM, PERM),  # ptrace
        (165, (), PERM, PERM),  # mount
        (272, (), PERM, PERM),  # unshare
        (319, (), PERM, PERM),  # memfd_create
        (425, (), PERM, PERM),  # io_uring_setup
        (100_000, (), PERM, PERM),
        (0x40000000, (), KILL, KILL),
    ],
)
def test_what_a_child_and_the_warm_process_may_call(
    number: int, arguments: tuple[int, ...], child: int, warm: int
) -> None:
    assert decide(assemble(CHILD), number, *arguments) == child
    assert decide(assemble(WARM), number, *arguments) == warm


def test_another_architecture_is_killed() -> None:
    assert decide(assemble(CHILD), READ, architecture=0x40000003) == KILL


def test_a_program_fits_into_the_kernel() -> None:
    assert max(len(assemble(CHILD)), len(assemble(WARM))) // 8 <= 4096
    assert len(assemble((Rule("write", 2, 3, (4, 5)),))) % 8 == 0


@pytest.mark.parametrize(
    ("number", "arguments", "child", "warm"),
    [
        (63, (), ALLOW, ALLOW),  # read
        (56, (0, 0, 0o2000000), ALLOW, ALLOW),  # openat
        (56, (0, 0, 0o102), PERM, PERM),
        (56, (0, 0, 0o20040000), PERM, PERM),  # O_TMPFILE with this machine's O_DIRECTORY
        (220, (0x01200011,), PERM, ALLOW),  # clone: fork
        (220, (0x003D0F00,), PERM, PERM),  # a thread
        (221, (), PERM, ALLOW),  # execve
        (129, (1, 9), PERM, ALLOW),  # kill
        (198, (), PERM, PERM),  # socket
        (117, (), PERM, PERM),  # ptrace
        (40, (), PERM, PERM),  # mount
        (97, (), PERM, PERM),  # unshare
        (279, (), PERM, PERM),  # memfd_create
        (425, (), PERM, PERM),  # io_uring_setup
        (435, (), PERM, PERM),  # clone3
    ],
)
def test_what_may_be_called_on_64_bit_arm(number: int, arguments: tuple[int, ...], child: int, warm: int) -> None:
    for rules, decided in ((CHILD, child), (WARM, warm)):
        program = filtering.assemble(rules, AARCH64)
        assert decide(program, number, *arguments, architecture=AARCH64.architecture) == decided
        assert decide(program, number, *arguments, architecture=X86_64.architecture) == KILL


@pytest.mark.parametrize("known", MACHINES, ids=lambda known: known.name)
def test_numbers_are_those_of_libseccomp(known: Machine) -> None:
    name = ctypes.util.find_library("seccomp")
    if name is None:
        pytest.skip("libseccomp is not installed")
    resolve = ctypes.CDLL(name).seccomp_syscall_resolve_name_arch
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    for call in X86_64.numbers:
        number = resolve(known.architecture, call.encode())
        assert known.numbers.get(call, None) == (number if number >= 0 else None), call
