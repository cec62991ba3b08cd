"""Parameters of a transformer block: 12d² + 13d, and where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Norm, rules
from gradus.oracle.arrays import Store
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class TransformerBlock(Family):
    """Parameters of transformer blocks: attention, MLP, layer norms, and all together."""

    parts: ClassVar[tuple[str, ...]] = ("attention", "mlp", "norms", "total")

    width: int = between(64, 2048, step=16, allowed=Between(1, 16_384))
    heads: int = among(1, 2, 4, 8, 16, allowed=Between(1, 128))
    ratio: int = among(4, 4, 2, 3, 6, 8, allowed=Between(1, 16))
    blocks: int = between(2, 96, allowed=Between(1, 200))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the heads share the width out evenly."""
        if self.width % self.heads:
            rule = f"must divide the width {self.width}"
            yield Fault("TransformerBlock", "heads", self.heads, rule, "choose a divisor of the width")

    def prompt(self) -> str:
        """Ask for the three components and the sum."""
        biases = "all of its dense layers have biases" if self.bias else "none of its dense layers has biases"
        inner = self.ratio * self.width
        count = f"${self.blocks}$ equal blocks" if self.blocks > 1 else "one block"
        heads = f"${self.heads}$ heads" if self.heads > 1 else "one head"
        return (
            f"A transformer of width $d = {self.width}$ is a stack of {count}. A block is self-attention with "
            f"{heads} (queries, keys and values of ${self.width // self.heads}$ numbers a head, and an "
            f"output projection), an MLP with one hidden layer of ${self.ratio}d = {inner}$ units, a skip connection "
            f"around each of the two, and two layer norms with scale γ and shift β; {biases}.\n\n"
            "Give the number of trainable parameters in one block's **attention**, in its **mlp**, and in its "
            "**norms** together, and the **total** of all blocks. Embeddings, a norm after the last block and the "
            "output layer are not counted."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        width, inner = self.width, self.ratio * self.width
        attention = rules.SQUARE_ATTENTION_PARAMETERS(width, self.bias)
        mlp = rules.dense_parameters(width, inner, self.bias) + rules.dense_parameters(inner, width, self.bias)
        norms = 2 * Norm("layer").parameters((1, width)).value
        found = (attention, mlp, norms, self.blocks * (attention + mlp + norms))
        return {part: Count(value, "parameters") for part, value in zip(self.parts, found, strict=True)}

    def witness(self) -> Mapping[str, Answer]:
        """Name the arrays of one block, head by head, add up their entries, then stack the blocks."""
        width, narrow, block = self.width, self.width // self.heads, Store()
        inner = sum(width for _ in range(self.ratio))
        head = Store()
        for name in ("query", "key", "value"):
            head.keep(name, width, narrow)
            if self.bias:
                head.keep(f"{name} bias", narrow)
        attention = block.keep("output", self.heads, narrow, width)
        if self.bias:
            attention += block.keep("output bias", width)
        attention += sum(head.entries for _ in range(self.heads))
        mlp = block.keep("up", width, inner) + block.keep("down", inner, width)
        if self.bias:
            mlp += block.keep("up bias", inner) + block.keep("down bias", width)
        norms = sum(block.keep(f"{norm} {name}", width) for norm in (1, 2) for name in ("scale", "shift"))
        total = sum(attention + mlp + norms for _ in range(self.blocks))
        found = {"attention": attention, "mlp": mlp, "norms": norms, "total": total}
        return {part: Count(value, "parameters") for part, value in found.items()}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Stack the blocks that the candidate found."""
        found = [given.get(name) for name in ("attention", "mlp", "norms")]
        counts = [answer.value for answer in found if isinstance(answer, Count)]
        return Count(self.blocks * sum(counts), "parameters") if part == "total" and len(counts) == 3 else None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        width, ratio, heads = self.width, self.ratio, self.heads
        square, extra = width * width, 1 if self.bias else 0
        attention, mlp = 4 * square + 4 * extra * width, 2 * ratio * square + extra * (ratio + 1) * width
        block = attention + mlp + 4 * width
        told = "The concatenated heads go through an output projection as well."
        yield _count("attention", "output_projection_forgotten", 3 * (square + extra * width), told)
        told = "The heads share the width out among them: all together make matrices of d times d."
        yield _count("attention", "heads_multiplied", 3 * heads * (square + extra * width) + attention // 4, told)
        if self.bias:
            yield _count("attention", "bias_forgotten", 4 * square, "Each projection has biases.", HALF)
            yield _count("mlp", "bias_forgotten", 2 * ratio * square, "Both layers have biases.", HALF)
            told = "The hidden layer has a bias for each hidden unit, the second layer one for each output."
            yield _count("mlp", "hidden_bias_forgotten", 2 * ratio * square + width, told, HALF)
            told = "The biases and the norms count too: 12d² is the leading term only."
            yield _count("total", "squares_only", self.blocks * (4 + 2 * ratio) * square, told, HALF)
        else:
            yield _count("attention", "bias_added", attention + 4 * width, "There are no biases here.", HALF)
            yield _count("mlp", "bias_added", mlp + (ratio + 1) * width, "There are no biases here.", HALF)
        told = "The MLP has two layers: up to the hidden width and back."
        yield _count("mlp", "one_layer_only", ratio * (square + extra * width), told)
        told = "The hidden layer is wider than d."
        yield _count("mlp", "ratio_forgotten", 2 * (square + extra * width), told)
        told = "No weights lead from hidden unit to hidden unit: the matrices are d times the hidden width."
        yield _count("mlp", "hidden_squared", 2 * (ratio**2 * square + extra * ratio * width), told)
        yield _count("norms", "one_norm_or_scales_only", 2 * width, "Two norms, each with scale and shift.", HALF)
        yield _count("norms", "one_pair_for_layer", 4, "Each of the d channels has its own scale and shift.")
        yield _count("norms", "no_parameters", 0, "A layer norm learns a scale and a shift for each channel.")
        yield _count("total", "one_block_only", block, f"That is one block; there are {self.blocks}.", HALF)
        yield _count("total", "norms_forgotten", self.blocks * (block - 4 * width), "The layer norms count too.", HALF)
        yield _count("total", "mlp_forgotten", self.blocks * (block - mlp), "The MLP holds most of a block.")

    def working(self) -> str:
        """Write out the components of a block and the stack."""
        width, inner = self.width, self.ratio * self.width
        attention, mlp, norms, total = (str(answer) for answer in self.key().values())
        up = rules.DENSE_PARAMETERS.text(width, inner, self.bias)
        down = rules.DENSE_PARAMETERS.text(inner, width, self.bias)
        lines = (
            f"attention: {rules.SQUARE_ATTENTION_PARAMETERS.text(width, self.bias)} = {attention}",
            f"mlp: {up} + {down} = {mlp}",
            f"norms: 2·2·{width} = {norms}",
            f"total: {self.blocks}·({attention} + {mlp} + {norms}) = {total}",
        )
        return "\n".join(lines)


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "parameters"), feedback, credit)
