"""Wherever a training is carried out, it gives the same numbers."""

import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from gradus.errors import Fault
from gradus.lab import executing
from gradus.lab.data import blobs, split
from gradus.lab.executing import OutOfTime, carry_out
from gradus.lab.training import Settings, train

DATA = split(blobs(60, classes=2, seed=0), 40, seed=0)


class Elsewhere(Executor):
    """Carries work out at once, on copies, as another process or machine would."""

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Any:
        import pickle

        future: Future[Any] = Future()
        function, given = pickle.loads(pickle.dumps((work, arguments)))
        future.set_result(pickle.loads(pickle.dumps(function(*given))))
        return future


def trained(executor: Any = None) -> Any:
    told = []
    runs = train("dense 3 > relu > dense 2", DATA, Settings(epochs=2, batch=20), seeds=range(5), executor=executor,
                 chunk=2, progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert told == [(1, 3), (2, 3), (3, 3)]
    return runs


@pytest.fixture(scope="module")
def here() -> Any:
    return trained()


@pytest.mark.parametrize("executor", [Elsewhere(), ThreadPoolExecutor(1)], ids=["elsewhere", "one thread"])
def test_an_executor_changes_no_bit(here: Any, executor: Any) -> None:
    there = trained(executor)
    assert np.array_equal(here.losses, there.losses)
    assert np.array_equal(here.parameters["3.dense"]["weight"], there.parameters["3.dense"]["weight"])


@pytest.mark.skipif("distributed" not in sys.modules and not __import__("importlib.util").util.find_spec("distributed"),
                    reason="Dask is an extra")  # fmt: skip
def test_a_dask_cluster_changes_no_bit(here: Any) -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        executing.dask(cluster.scheduler_address) as executor,
    ):
        there = trained(executor)
    assert np.array_equal(here.losses, there.losses)


def test_dask_that_is_not_installed_is_named_with_the_remedy(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(Fault, match=r"^executor: dask = 'tcp://x' needs Dask; pip install 'gradus\[dask\]'$"),
        executing.dask("tcp://x"),
    ):
        pass


def test_results_come_in_the_order_of_the_jobs() -> None:
    def work(wait: float) -> float:
        time.sleep(wait)
        return wait

    assert carry_out(work, [0.05, 0.0, 0.02]) == [0.05, 0.0, 0.02]


def test_work_that_takes_too_long_is_given_up_and_said_so() -> None:
    begun = []

    def work(job: Any) -> Any:
        begun.append(job)
        time.sleep(0.2)

    with ThreadPoolExecutor(1) as one, pytest.raises(OutOfTime) as caught:
        carry_out(work, list(range(50)), one, seconds=0.05)
    assert len(begun) < 50
    assert str(caught.value).endswith("when the 0.05 s allowed were over; allow more time, or do less")


def test_a_fault_of_the_work_reaches_the_caller() -> None:
    def work(job: Any) -> Any:
        raise Fault("work", "job", job, "is bad", "do another")

    with pytest.raises(Fault, match="work: job = 1 is bad; do another"):
        carry_out(work, [1, 2])
