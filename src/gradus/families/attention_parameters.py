"""Parameters and multiply-adds of one multi-head self-attention layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle.arrays import Store
from gradus.oracle.matrices import count_products
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class AttentionParameters(Family):
    """Parameters and multiply-adds of multi-head self-attention, with or without biases."""

    parts: ClassVar[tuple[str, ...]] = ("parameters", "multiplications")

    heads: int = among(2, 3, 4, 6, 8, 12, 16, allowed=Between(1, 128))
    head_width: int = between(8, 128, step=4, allowed=Between(1, 1024))
    length: int = between(8, 512, allowed=Between(1, 8192))
    bias: bool = among(True, False)

    def prompt(self) -> str:
        """Ask for both counts."""
        width = self.heads * self.head_width
        heads = f"${self.heads}$ heads" if self.heads > 1 else "one head"
        biases = "a bias for each of their outputs" if self.bias else "no biases"
        return (
            f"Self-attention with {heads} works on a sequence of ${self.length}$ tokens of width ${width}$. Queries, "
            f"keys and values of each head have width ${self.head_width}$; the heads' results are concatenated and "
            f"projected back to width ${width}$. The projections to queries, keys and values and the output "
            f"projection have {biases}. There is no mask.\n\n"
            "Give the number of trainable **parameters**, and the number of **multiplications** for one sequence: one "
            "for each multiply-add (MAC) of the four projections, of the scores (every query with every key) and of "
            "the weighted sums of values; biases, scaling and softmax are not counted."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        width = self.heads * self.head_width
        parameters = rules.SQUARE_ATTENTION_PARAMETERS(width, self.bias)
        taken = rules.SQUARE_ATTENTION_MULTIPLY_ADDS(self.length, width)
        return {"parameters": Count(parameters, "parameters"), "multiplications": Count(taken, "multiply-adds")}

    def witness(self) -> Mapping[str, Answer]:
        """Build one head's matrices and multiply them, do so for every head, then project."""
        width, length, narrow = sum(self.head_width for _ in range(self.heads)), self.length, self.head_width
        tokens, head = (length, width), Store()
        work = 0
        for name in ("query", "key", "value"):
            head.keep(name, width, narrow)
            work += count_products(tokens, (width, narrow))
            if self.bias:
                head.keep(f"{name} bias", narrow)
        work += count_products((length, narrow), (narrow, length))
        work += count_products((length, length), (length, narrow))
        back = Store()
        back.keep("output", width, width)
        if self.bias:
            back.keep("output bias", width)
        named, taken = back.entries, count_products(tokens, (width, width))
        for _ in range(self.heads):
            named, taken = named + head.entries, taken + work
        return {"parameters": Count(named, "parameters"), "multiplications": Count(taken, "multiply-adds")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        width, heads = self.heads * self.head_width, self.heads
        square, biases = width * width, width if self.bias else 0
        if self.bias:
            yield _count("bias_forgotten", 4 * square, "Each projection has biases.", HALF)
        else:
            yield _count("bias_added", 4 * (square + width), "These projections have no biases.", HALF)
        told = "The concatenated heads go through an output projection as well."
        yield _count("output_projection_forgotten", 3 * (square + biases), told)
        told = "The heads share the width out among them: together they are as large as one full projection."
        yield _count("heads_multiplied", 3 * heads * (square + biases) + square + biases, told)
        told = "That is one head's projections to query, key and value; the others have their own."
        one = 3 * (width + (1 if self.bias else 0)) * self.head_width
        yield _count("one_head_only", one + square + biases, told)
        told = "A matrix of the projections reads the token's full width."
        yield _count("head_width_only", 4 * (self.head_width**2 + (self.head_width if self.bias else 0)), told)
        yield from self._work_mistakes()

    def _work_mistakes(self) -> Iterator[Mistake]:
        width, length, heads = self.heads * self.head_width, self.length, self.heads
        projections, scores = 4 * length * width * width, 2 * length * length * width

        def work(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
            return Mistake("multiplications", name, Count(value, "multiply-adds"), feedback, credit)

        yield work(
            "flops_given", 2 * (projections + scores), "That is FLOPs: each multiply-add counts once here.", HALF
        )
        yield work("scores_forgotten", projections, "Scores and weighted values take multiplications as well.")
        yield work("projections_forgotten", scores, "The four projections take multiplications as well.")
        told = "Scores are one product, the weighted sum of values is a second one of the same size."
        yield work("values_forgotten", projections + scores // 2, told, HALF)
        told = "Each head works on its own slice of the width, so all heads together take as many as one full width."
        yield work("heads_multiplied", projections + heads * scores, told)
        told = "Every token is projected: multiply by the length."
        yield work("one_token_projected", projections // length + scores, told)
        told = "The output projection takes multiplications as well."
        yield work("output_projection_forgotten", projections * 3 // 4 + scores, told)

    def working(self) -> str:
        """Write both closed forms with their numbers."""
        width = self.heads * self.head_width
        parameters, taken = self.key().values()
        parameters_text = rules.SQUARE_ATTENTION_PARAMETERS.text(width, self.bias)
        work_text = rules.SQUARE_ATTENTION_MULTIPLY_ADDS.text(self.length, width)
        return (
            f"width: {self.heads}·{self.head_width} = {width}\nparameters: {parameters_text} = {parameters}\n"
            f"multiplications: {work_text} = {taken}"
        )


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
