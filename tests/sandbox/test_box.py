"""What a box does with honest and clumsy code, and what it says where it cannot be had."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gradus.errors import Fault
from gradus.sandbox import Box, Call, Limits, machine, serving
from tests.sandbox.conftest import HONEST, TIGHT


def test_arrays_come_back_with_type_and_shape(box: Box) -> None:
    for dtype in ("?", "i1", "i4", "i8", "u1", "f2", "f4", "f8"):
        sent = np.arange(6).reshape(2, 3).astype(dtype)
        outcome = box.run("def same(a): return a.T", "same", [Call((sent,))], TIGHT)
        value = outcome.results[0].value
        assert value is not None
        assert value.dtype == sent.dtype
        assert np.array_equal(value, sent.T)


def test_empty_and_scalar_arrays_come_back(box: Box) -> None:
    source = "import numpy as np\ndef f(a): return np.zeros((0, 3)) if a.size == 1 else a.sum()"
    outcome = box.run(source, "f", [Call((np.ones(1),)), Call((np.ones(4),))], TIGHT)
    shapes = [result.value.shape for result in outcome.results if result.value is not None]
    assert shapes == [(0, 3), ()]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return None", "returned NoneType"),
        ("return [1.0]", "returned list"),
        ("return np.array(['a'])", "returned <U1"),
        ("return np.array([1j])", "returned complex128"),
        ("return np.zeros((1,) * 9)", "returned float64"),
        ("return 1 / 0", "ZeroDivisionError"),
        ("raise type('Mine', (ValueError,), {})", "ValueError"),
    ],
)
def test_what_is_no_array_is_named(box: Box, body: str, problem: str) -> None:
    outcome = box.run(f"import numpy as np\ndef f(a):\n    {body}", "f", [Call((np.ones(2),))], TIGHT)
    assert outcome.status == "finished"
    assert outcome.results[0].value is None
    assert outcome.results[0].problem == problem


def test_a_changed_argument_is_noticed(box: Box) -> None:
    source = "def f(a):\n    a -= 1\n    return a"
    assert box.run(source, "f", [Call((np.ones(2),))], TIGHT).results[0].mutated


def test_line_events_grow_with_a_loop_and_not_without(box: Box) -> None:
    calls = [Call((np.ones(size),), counted=True) for size in (4, 40)]
    loop = box.run("def f(a):\n    for x in a:\n        a = a + x\n    return a", "f", calls, TIGHT)
    assert loop.results[1].events - loop.results[0].events == 72
    none = box.run("def f(a):\n    return a + a.sum()", "f", calls, TIGHT)
    assert none.results[0].events == none.results[1].events > 0


def test_stopping_the_count_is_noticed(box: Box) -> None:
    source = "import sys\ndef f(a):\n    sys.settrace(None)\n    return a"
    assert box.run(source, "f", [Call((np.ones(2),), counted=True)], TIGHT).results[0].events == -1


def test_a_source_is_described_without_being_run(box: Box) -> None:
    facts = box.inspect("import os\nfrom numpy import vectorize as v\nprint(ﬁle.open)\ndef f(): 'words'\nos._exit(3)")
    assert facts.imports == {"os", "numpy"}
    assert {"vectorize", "file", "open", "_exit"} <= facts.names
    assert facts.functions == {"f"}
    assert facts.texts == {"words"}
    assert box.inspect("def f(:").problem == "SyntaxError"


def test_a_source_that_is_too_long_is_refused(box: Box) -> None:
    outcome = box.run("#" * 300_000, "f", [], TIGHT)
    assert (outcome.status, outcome.explanation) == ("refused", "it is longer than 200,000 bytes")


def test_a_box_whose_warm_process_is_gone_starts_another(call: Call, box: Box) -> None:
    with Box() as own:
        own.run(HONEST.read_text(), "attention", [call], TIGHT)
        assert own._process is not None
        own._process.kill()
        own._process.wait()
        assert own.run(HONEST.read_text(), "attention", [call], TIGHT).status == "finished"


def test_a_box_outlives_the_thread_that_first_used_it(call: Call, box: Box) -> None:
    with Box() as own:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(own.run, HONEST.read_text(), "attention", [call], TIGHT).result()
        assert own._process is not None
        with pytest.raises(subprocess.TimeoutExpired):
            own._process.wait(0.5)


def test_a_sandbox_that_is_lost_twice_is_no_submissions_fault(call: Call, box: Box) -> None:
    with Box() as own:
        own._serve = lambda *job: serving.Heard(b"", b"", None)  # type: ignore[method-assign]
        outcome = own.run(HONEST.read_text(), "attention", [call], TIGHT)
    assert (outcome.status, outcome.explanation) == ("lost", "the sandbox was lost twice")


def test_where_no_sandbox_can_be_had_it_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    machine.why_not.cache_clear()
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Fault) as caught:
        Box()
    machine.why_not.cache_clear()
    assert str(caught.value) == (
        "sandbox cannot be had: bubblewrap is not installed; install it (Debian, Ubuntu: apt install bubblewrap), "
        "or pass --trust-submissions if you would run this code yourself"
    )


def test_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    machine.why_not.cache_clear()
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    fault = machine.why_not()
    machine.why_not.cache_clear()
    assert fault is not None
    assert str(fault) == (
        "sandbox cannot be had: the numbers of system calls are known for x86_64 and aarch64, and this is riscv64; "
        "use a machine of these, or pass --trust-submissions if you would run this code yourself"
    )


def test_trusted_code_runs_without_a_sandbox_under_limits(monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.setattr(machine, "why_not", lambda: machine.refusal("it is a test"))
    with Box(trusted=True) as own:
        assert own.trusted
        assert own.run(HONEST.read_text(), "attention", [call], TIGHT).status == "finished"
        slow = own.run("def attention(*a):\n    while True: pass", "attention", [call], Limits(seconds=0.2))
        assert (slow.status, slow.explanation) == ("time", "it took longer than it may")
