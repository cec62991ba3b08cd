"""Where pieces of work are done: on threads here, on any `concurrent.futures` executor, or on a Dask cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from gradus.errors import Fault, GradusError

Progress = Callable[[int, int], None]
"""Told after each piece of work how many are done, and how many there are."""


class OutOfTime(GradusError):
    """The time allowed was over before all the work was done.

    Args:
        seconds: how much was allowed.
        done: pieces of work that were done.
        total: pieces of work in all.

    >>> print(OutOfTime(60, 3, 8))
    3 of 8 pieces of work were done when the 60 s allowed were over; allow more time, or do less
    """

    def __init__(self, seconds: float, done: int, total: int) -> None:
        super().__init__(seconds, done, total)
        self.seconds, self.done, self.total = seconds, done, total

    def __str__(self) -> str:
        counted = f"{self.done} of {self.total} pieces of work were done"
        return f"{counted} when the {self.seconds:g} s allowed were over; allow more time, or do less"


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def carry_out(
    work: Callable[[Any], Any],
    jobs: list[Any],
    executor: Executor | None = None,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Return the results of all jobs, in their order; the results do not depend on where they are computed.

    Args:
        work: a function of a module, so that it can be sent to other processes.
        jobs: its arguments.
        executor: where to work; threads of this process, one for each processor, if not given.
        seconds: after which work that has not begun is given up.
        progress: told how far the work is.

    Raises:
        OutOfTime: when the seconds were not enough.
    """
    if executor is None:
        with ThreadPoolExecutor(cores()) as threads:
            return _gather(threads, work, jobs, seconds, progress)
    return _gather(executor, work, jobs, seconds, progress)


def _gather(
    executor: Executor, work: Callable[[Any], Any], jobs: list[Any], seconds: float | None, progress: Progress | None
) -> list[Any]:
    end = None if seconds is None else time.monotonic() + seconds
    waiting = [executor.submit(work, job) for job in jobs]
    results: list[Any] = []
    try:
        for future in waiting:
            left = None if end is None else max(0.0, end - time.monotonic())
            results.append(future.result(timeout=left))
            if progress is not None:
                progress(len(results), len(jobs))
    except TimeoutError:
        raise OutOfTime(seconds or 0, len(results), len(jobs)) from None
    finally:
        _cancel(waiting)
    return results


def _cancel(waiting: Iterable[Future[Any]]) -> None:
    for future in waiting:
        future.cancel()


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """Yield an executor on the Dask cluster at an address such as `tcp://192.168.0.2:8786`.

    Raises:
        Fault: Dask is not installed, or no scheduler answers there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise Fault("executor", "dask", address, "needs Dask", "pip install 'gradus[dask]'") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        rule = f"is no Dask scheduler that answers ({type(error).__name__})"
        raise Fault(
            "executor", "dask", address, rule, "start one with `dask scheduler`, and name its address"
        ) from None
    try:
        yield client.get_executor()
    finally:
        client.close()
