"""k nearest neighbours before and after coordinates are permuted or negated, in all points or in the query only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Choice, Count
from gradus.arithmetic import HALF, count
from gradus.domains import Lists
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import neighbours
from gradus.parameters import Among, Between, among, drawn

LABELS = ("A", "B")
NUMBER = Between(-99, 99)
Point = tuple[int, ...]


@final
@dataclass(frozen=True, kw_only=True)
class NearestNeighbours(Family):
    """Distance to the nearest point and predicted class, before and after coordinates are permuted or negated.

    Distances of both kinds are sums over coordinates of a function of the difference's size, so they stay the same
    when all points are permuted or negated alike.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), section 13.3.

    >>> points = ((0, 0), (4, 0), (0, 5))
    >>> variant = NearestNeighbours(training=points, labels=("A", "B", "B"), query=(1, 0), neighbours=1, metric="L1",
    ...                             action="permuted", order=(2, 1), axis=1, moved="query")
    >>> [str(answer) for answer in variant.key().values()]
    ['1', 'A', '1', 'A']
    """

    parts: ClassVar[tuple[str, ...]] = ("distance", "prediction", "new_distance", "new_prediction")

    training: tuple[Point, ...] = drawn(Lists(5, 5, Lists(3, 3, Between(-4, 6))), Lists(2, 20, Lists(2, 6, NUMBER)))
    labels: tuple[str, ...] = drawn(Lists(5, 5, Among(LABELS)), Lists(2, 20, Among(LABELS)))
    query: Point = drawn(Lists(3, 3, Between(-3, 5)), Lists(2, 6, NUMBER))
    neighbours: int = among(1, 3, allowed=Among((1, 3, 5, 7)))
    metric: Literal["L1", "L2"] = among("L1", "L2")
    action: Literal["permuted", "negated"] = among("permuted", "negated")
    order: Point = drawn(Among(tuple(permutations((1, 2, 3)))[1:]), Lists(2, 6, Between(1, 6)))
    axis: int = among(1, 2, 3, allowed=Between(1, 6))
    moved: Literal["all", "query"] = among("all", "query", "query")

    def check(self) -> Iterator[Fault]:
        """Demand points of equal length, an order of their coordinates, and no tie that decides."""
        sizes = {len(point) for point in (*self.training, self.query)}
        if len(sizes) > 1:
            yield Fault("NearestNeighbours", "training", None, "must be as long as the query", "mend the lengths")
            return
        if len(self.labels) != len(self.training) or self.neighbours > len(self.training):
            rule = f"must be as many as the {len(self.training)} points, of which at most all vote"
            yield Fault("NearestNeighbours", "labels", list(self.labels), rule, "give each point its label")
            return
        if sorted(self.order) != list(range(1, len(self.query) + 1)) or self.axis > len(self.query):
            rule = f"must name each of the {len(self.query)} coordinates once"
            yield Fault("NearestNeighbours", "order", list(self.order), rule, "write [2, 1] for two")
            return
        for query, when in ((self.query, "before"), (self._new_query(), "after")):
            if len(self._elections(query)) > 1:
                rule = f"is as far from several points {when} the change, and which of them vote decides"
                yield Fault("NearestNeighbours", "query", list(query), rule, "move it")

    def is_sensible(self) -> bool:
        """Draw queries on no point, classes that both occur, and changes of the query that change its distance."""
        changes = self._distance(self.query) != self._distance(self._new_query())
        return min(self._distances(self.query)) > 0 and len(set(self.labels)) == 2 and (self.moved == "all" or changes)

    def prompt(self) -> str:
        """List the points, name the metric, state the change."""
        rows = [f"{_text(point)}  class {label}" for point, label in zip(self.training, self.labels, strict=True)]
        metric = "L1 distance, the sum of absolute differences"
        if self.metric == "L2":
            metric = "L2 distance; give it squared, as the sum of squared differences"
        change = (
            f"the coordinates are put in the order {_text(self.order)}: first the old number {self.order[0]}, and so on"
        )
        if self.action == "negated":
            change = f"coordinate number {self.axis} changes its sign"
        whom = "In all training points and in the query, " if self.moved == "all" else "Only in the query, "
        nearest = "the nearest point" if self.neighbours == 1 else f"the {self.neighbours} nearest points by majority"
        return (
            f"These are the training points:\n\n```text\n{chr(10).join(rows)}\n```\n\nThe query {_text(self.query)} is "
            f"classified by {nearest}, by {metric}. Give its **distance** to the nearest point and the class predicted "
            f"(**prediction**, A or B).\n\n{whom}{change}; then the query is classified anew. Give both anew "
            "(**new_distance**, **new_prediction**)."
        )

    def _new_query(self) -> Point:
        """Return a query that is to the old points as the changed one to the points changed or not."""
        if self.moved == "all":
            return self.query
        return self._changed(self.query)

    def _changed(self, point: Point) -> Point:
        if self.action == "permuted":
            return tuple(point[i - 1] for i in self.order)
        return tuple(-value if i == self.axis else value for i, value in enumerate(point, 1))

    def _distances(self, query: Sequence[int], metric: str = "") -> list[int]:
        power = 1 if (metric or self.metric) == "L1" else 2
        return [sum(abs(a - b) ** power for a, b in zip(point, query, strict=True)) for point in self.training]

    def _distance(self, query: Point, metric: str = "") -> int:
        return min(self._distances(query, metric))

    def _prediction(self, query: Point, k: int = 0, metric: str = "") -> str:
        """Return the class with most votes; of equally far points, those listed first vote."""
        ranked = sorted(zip(self._distances(query, metric), range(len(self.training)), strict=True))
        votes = [self.labels[i] for _, i in ranked[: k or self.neighbours]]
        return max(LABELS, key=votes.count)

    def _elections(self, query: Point) -> set[str]:
        """Return the classes that may win, whichever of equally far points vote."""
        ranked = sorted(zip(self._distances(query), self.labels, strict=True))
        last = ranked[self.neighbours - 1][0]
        sure = [label for distance, label in ranked if distance < last]
        rest = [label for distance, label in ranked if distance == last]
        seats, winners = self.neighbours - len(sure), set()
        for a in range(max(0, seats - rest.count("B")), min(seats, rest.count("A")) + 1):
            winners.add("A" if 2 * (sure.count("A") + a) > self.neighbours else "B")
        return winners

    def key(self) -> Mapping[str, Answer]:
        """Sort by distance; a change made to all points alike changes none."""
        new = self._new_query()
        return {
            "distance": Count(self._distance(self.query)),
            "prediction": Choice(frozenset({self._prediction(self.query)}), LABELS),
            "new_distance": Count(self._distance(new)),
            "new_prediction": Choice(frozenset({self._prediction(new)}), LABELS),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Move the points, and ask a k-d tree."""
        power = 1 if self.metric == "L1" else 2
        order = self.order if self.action == "permuted" else tuple(range(1, len(self.query) + 1))
        negated = (self.axis,) if self.action == "negated" else ()
        points = neighbours.move(self.training, order, negated) if self.moved == "all" else self.training
        query = neighbours.move([self.query], order, negated)[0]
        before = neighbours.classify(self.training, self.labels, self.query, self.neighbours, power)
        after = neighbours.classify(points, self.labels, query, self.neighbours, power)
        return {
            "distance": Count(before[0]),
            "prediction": Choice(frozenset({before[1]}), LABELS),
            "new_distance": Count(after[0]),
            "new_prediction": Choice(frozenset({after[1]}), LABELS),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name the other metric, the other number of neighbours, and beliefs about invariance."""
        other = "L2" if self.metric == "L1" else "L1"
        for prefix, query in (("", self.query), ("new_", self._new_query())):
            told = f"That is the {'squared ' if other == 'L2' else ''}{other} distance; {self.metric} is asked for."
            yield count(f"{prefix}distance", "other_metric", self._distance(query, other), told, HALF)
            told = "That is the first point in the list; the nearest one is asked for."
            yield count(f"{prefix}distance", "first_point", self._distances(query)[0], told)
            yield count(f"{prefix}distance", "farthest", max(self._distances(query)), "That is the farthest point.")
            if self.neighbours > 1:
                told = f"That is the class of the nearest point; {self.neighbours} points vote."
                yield self._choice(f"{prefix}prediction", "nearest_only", self._prediction(query, 1), told)
            else:
                told = "Only the nearest point decides here."
                yield self._choice(f"{prefix}prediction", "several_vote", self._prediction(query, 3), told)
            told = f"That is the class by {other} distance."
            label = self._prediction(query, metric=other)
            yield self._choice(f"{prefix}prediction", "other_metric", label, told)
        if self.moved == "query":
            told = "Distances stay the same only if all points are changed alike; here the query alone was."
            yield count("new_distance", "taken_as_unchanged", self._distance(self.query), told)
            yield self._choice("new_prediction", "taken_as_unchanged", self._prediction(self.query), told)
        else:
            told = "The training points were changed in the same way as the query, so all differences keep their size."
            alone = self._changed(self.query)
            yield count("new_distance", "query_alone_moved", self._distance(alone), told)
            yield self._choice("new_prediction", "query_alone_moved", self._prediction(alone), told)

    def _choice(self, part: str, name: str, label: str, told: str) -> Mistake:
        return Mistake(part, name, Choice(frozenset({label}), LABELS), told)

    def working(self) -> str:
        """List all distances, nearest first."""
        key, new = self.key(), self._new_query()
        lines = [self._ranking(self.query), f"distance: {key['distance']}", f"prediction: {key['prediction']}"]
        told = f"the query is now {_text(new)}"
        if self.moved == "all":
            told = "each difference keeps its size when all points change alike, so nothing changes"
        return "\n".join(
            [*lines, told, self._ranking(new), f"new_distance: {key['new_distance']}",
             f"new_prediction: {key['new_prediction']}"]
        )  # fmt: skip

    def _ranking(self, query: Point) -> str:
        squared = "squared " if self.metric == "L2" else ""
        ranked = sorted(zip(self._distances(query), range(len(self.training)), strict=True))
        shown = "; ".join(f"{distance} to {_text(self.training[i])} of {self.labels[i]}" for distance, i in ranked)
        return f"{squared}{self.metric} distances: {shown}"


def _text(point: Point) -> str:
    return f"({', '.join(map(str, point))})"
