"""Many readings decided side by side: in processes that can be stopped, or on a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, final

from gradus.claim import Claim, Effort, Level, undecided
from gradus.decisions.decision import Decision, decide
from gradus.decisions.shelf import Shelf

SECONDS = {Level.QUICK: 120.0, Level.NORMAL: 300.0, Level.THOROUGH: 3600.0}


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """How many processes decide at once, and how long one reading may take at each effort, in seconds.

    >>> Limits().time(Effort(Level.QUICK))
    120.0
    """

    processes: int | None = None  # as many as there are processors
    seconds: float | None = None  # by the effort

    def time(self, effort: Effort) -> float:
        """Return the seconds that one reading may take."""
        return self.seconds or SECONDS[effort.level]


def _ignore(count: int) -> None:
    """Show no progress."""


@final
@dataclass(frozen=True, slots=True)
class Docket:
    """Decides readings once: what is on the shelf is taken from it, and what is decided is put there at once."""

    shelf: Shelf
    limits: Limits = Limits()
    cluster: str = ""  # the address of a Dask scheduler
    anew: bool = False  # whether to decide again what is on the shelf

    def settle(
        self, claims: Iterable[Claim], effort: Effort, advance: Callable[[int], object] = _ignore
    ) -> dict[Claim, Decision]:
        """Decide each reading; `advance` is called with 1 as each is done. Interrupted, it keeps what is decided."""
        wanted = dict.fromkeys(claims)
        found: dict[Claim, Decision] = {}
        for claim in wanted:
            kept = None if self.anew else self.shelf.get(claim, effort)
            if kept is not None:
                found[claim] = kept
                advance(1)
        missing = [claim for claim in wanted if claim not in found]
        for decision, computed in self._decide(missing, effort):
            if computed:  # out of time or a dead process says nothing of the next time
                self.shelf.put(decision, effort)
            found[decision.claim] = decision
            advance(1)
        return {claim: found[claim] for claim in wanted}

    def _decide(self, claims: list[Claim], effort: Effort) -> Iterator[tuple[Decision, bool]]:
        if not claims:
            return
        with ExitStack() as stack:
            submit = self._executor(stack, len(claims), effort)
            tasks = {submit(_parcel(claim), effort): claim for claim in claims}
            limit = self.limits.time(effort)
            waiting = set(tasks)
            # a pool stops each reading in time; a cluster cannot, so there all of them together get the sum
            try:
                for done in as_completed(tasks, timeout=limit * len(tasks) if self.cluster else None):
                    waiting.discard(done)
                    yield _outcome(done, tasks[done], limit)
            except TimeoutError:
                for late in waiting:
                    late.cancel()
                    why = f"the cluster took longer than {limit * len(tasks):g} seconds for {len(tasks)} readings"
                    yield Decision(tasks[late], undecided(why), undecided(why), limit), False

    def _executor(self, stack: ExitStack, count: int, effort: Effort) -> Callable[[Parcel, Effort], Future[Decision]]:
        if self.cluster:
            executor: Executor = _cluster(self.cluster, stack)
            return lambda parcel, asked: executor.submit(decide_parcel, parcel, asked)
        from multiprocessing import get_context

        from pebble import ProcessPool

        # new processes, not forks: JAX has threads, and a fork of them may lock for ever
        workers = min(count, self.limits.processes or os.cpu_count() or 1)
        pool = ProcessPool(max_workers=workers, context=get_context("spawn"), initializer=_prepare)
        stack.callback(pool.join)
        stack.callback(pool.stop)  # reached first: on an interrupt, what runs is stopped
        time = self.limits.time(effort)
        return lambda parcel, asked: pool.schedule(decide_parcel, args=(parcel, asked), timeout=time)


@final
@dataclass(frozen=True, slots=True)
class Parcel:
    """A reading as it travels to another process: an author's own claim is found again by its file."""

    module: str
    file: str
    name: str
    given: tuple[tuple[str, Any], ...]

    def open(self) -> Claim:
        """Return the reading."""
        try:
            module = import_module(self.module)
        except ModuleNotFoundError:
            from gradus.claims import load

            module = load(Path(self.file), self.name)
        claim: Claim = getattr(module, self.name)(**dict(self.given))
        return claim


def decide_parcel(parcel: Parcel, effort: Effort) -> Decision:
    """Decide a reading in another process."""
    return decide(parcel.open(), effort)


def _parcel(claim: Claim) -> Parcel:
    import inspect

    kind = type(claim)
    return Parcel(kind.__module__, inspect.getfile(kind), kind.__name__, tuple(claim.given().items()))


def _prepare() -> None:
    """Let each process use one processor: there are as many processes as processors."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()


def _outcome(done: Future[Decision], claim: Claim, limit: float) -> tuple[Decision, bool]:
    """Return a decision and whether it was computed; else why not: out of time, or a process that died."""
    try:
        return done.result(), True
    except TimeoutError:
        why = f"it took longer than {limit:g} seconds"
    except Exception as error:  # noqa: BLE001 - a process may die in any way
        why = f"its process ended with {type(error).__name__}: {error}"
    return Decision(claim, undecided(why), undecided(why), limit), False


def _cluster(address: str, stack: ExitStack) -> Any:
    """Return an executor on a Dask cluster; on leaving, what still runs there is not waited for."""
    from gradus.errors import Fault

    try:
        from distributed import Client
    except ImportError:
        raise Fault("", "cluster", address, "needs Dask", "pip install 'gradus[dask]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        rule = f"cannot be reached: {error}"
        raise Fault("", "cluster", address, rule, "write the scheduler's address, as tcp://host:8786") from error
    stack.callback(client.close)
    executor = client.get_executor(pure=False)
    stack.callback(executor.shutdown, wait=False)
    return executor


def one_by_one(claims: Iterable[Claim], effort: Effort) -> Mapping[Claim, Decision]:
    """Decide readings here, one after the other, keeping nothing.

    >>> one_by_one([], Effort())
    {}
    """
    return {claim: decide(claim, effort) for claim in claims}
