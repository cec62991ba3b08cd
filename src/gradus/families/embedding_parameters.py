"""Parameters of a language model's embedding and of its output layer, tied or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import Dense, Embedding, Position
from gradus.oracle.arrays import Store
from gradus.parameters import Between, among, between


@final
@dataclass(frozen=True, kw_only=True)
class EmbeddingParameters(Family):
    """Parameters of an embedding and of the output layer over the same words, tied or untied."""

    parts: ClassVar[tuple[str, ...]] = ("embedding", "total")

    vocabulary: int = between(1000, 60_000, step=100, allowed=Between(2, 1_000_000))
    width: int = between(32, 1024, step=32, allowed=Between(1, 8192))
    positions: int = among(0, 64, 128, 256, 512, 1024, allowed=Between(0, 1_000_000))
    tied: bool = among(True, False)
    bias: bool = among(True, False)

    def prompt(self) -> str:
        """Ask for the tables and for the total."""
        table = "To it is added a learned vector for each position" if self.positions else "Positions have no"
        places = f"{table}, from a table of ${self.positions}$ positions." if self.positions else f"{table} parameters."
        tie = (
            "uses the same matrix as the word embedding, transposed (the weights are tied)"
            if self.tied
            else "has a weight matrix of its own (the weights are not tied)"
        )
        biases = "one bias for each word" if self.bias else "no biases"
        return (
            f"A language model knows ${self.vocabulary}$ words. Each is looked up as a learned vector of "
            f"${self.width}$ numbers. {places} At the other end, a dense output layer turns a vector of "
            f"${self.width}$ numbers into a score for each word; it {tie}, and it has {biases}.\n\n"
            "Give the number of trainable parameters of the **embedding** (all its tables), and the **total** "
            "of embedding and output layer together."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        embedding = Embedding(self.vocabulary, self.width).parameters(()).value
        if self.positions:
            embedding += Position(self.positions).parameters((self.positions, self.width)).value
        output = Dense(self.vocabulary, self.bias, "words" if self.tied else None).parameters((self.width,)).value
        return {"embedding": Count(embedding, "parameters"), "total": Count(embedding + output, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Name every array once, and add up the entries of each layer's new ones."""
        store = Store()
        embedding = store.keep("words", self.vocabulary, self.width)
        if self.positions:
            embedding += store.keep("positions", self.positions, self.width)
        store.keep("words" if self.tied else "scores", self.vocabulary, self.width)
        if self.bias:
            store.keep("bias", self.vocabulary)
        return {"embedding": Count(embedding, "parameters"), "total": Count(store.entries, "parameters")}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Add the output layer to what the candidate found for the embedding."""
        embedding = given.get("embedding")
        if part == "total" and isinstance(embedding, Count):
            return Count(embedding.value + self._output(), "parameters")
        return None

    def _output(self) -> int:
        return (0 if self.tied else self.vocabulary * self.width) + (self.vocabulary if self.bias else 0)

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        words, width, places = self.vocabulary, self.width, self.positions * self.width
        matrix, biases = words * width, words if self.bias else 0
        total, half = matrix + places + self._output(), Fraction(1, 2)
        if places:
            told = "The table of positions is learned as well."
            yield _count("embedding", "positions_forgotten", matrix, told, half)
        told = "A table that is looked up has no biases."
        yield _count("embedding", "bias_added", matrix + places + width, told, half)
        yield _count("embedding", "width_only", width + places, "Every word has a vector of its own.")
        told = "A word has as many numbers as the vector is long, not one for each word."
        yield _count("embedding", "words_squared", words * words + places, told)
        if self.tied:
            told = "The output layer uses the embedding's matrix: it is counted once."
            yield _count("total", "tied_counted_twice", total + matrix, told)
        else:
            yield _count("total", "tied_by_habit", total - matrix, "This output layer has a matrix of its own.")
        if self.bias:
            yield _count("total", "bias_forgotten", total - biases, "Every word's score has a bias.", half)
            told = "There is a bias for each word's score, not for each number of a vector."
            yield _count("total", "bias_of_width", total - biases + width, told)
        else:
            yield _count("total", "bias_added", total + words, "This output layer has no biases.", half)
        if places:
            yield _count("total", "positions_forgotten", total - places, "The table of positions counts too.", half)

    def working(self) -> str:
        """Write out tables, output layer and sum."""
        embedding, total = self.key().values()
        tables = [f"{self.vocabulary}·{self.width}"]
        if self.positions:
            tables.append(f"{self.positions}·{self.width}")
        added = [] if self.tied else [f"{self.width}·{self.vocabulary}"]
        added += [str(self.vocabulary)] if self.bias else []
        lines = (
            f"embedding: {' + '.join(tables)} = {embedding}",
            f"output layer: {' + '.join(added) or 'nothing new'} = {self._output()}",
            f"total: {embedding} + {self._output()} = {total}",
        )
        return "\n".join(lines)


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "parameters"), feedback, credit)
