"""A question that is answered in a few sentences: a person marks it, by a rubric; claims may stand behind its ideas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Truth, Written
from gradus.assertion import find_ruling
from gradus.errors import Fault, GradusError
from gradus.family import Family, Mistake
from gradus.questions.statements import stored
from gradus.rubric import Cap, Idea, Rejected, Rubric

PART = "answer"


@final
@dataclass(frozen=True, kw_only=True)
class WrittenAnswer(Family):
    """A short text, marked by the ideas of a rubric.

    Attributes:
        stem: the question.
        most: what the best answer earns, in the points of the rubric.
    """

    parts: ClassVar[tuple[str, ...]] = (PART,)

    stem: str = stored()
    ideas: tuple[Idea, ...] = stored()
    most: Fraction = stored()
    rejected: tuple[Rejected, ...] = ()
    caps: tuple[Cap, ...] = ()

    @property
    def rubric(self) -> Rubric:
        """How it is marked."""
        return Rubric(self.ideas, self.rejected, self.caps, self.most)

    def check(self) -> Iterator[Fault]:
        """Demand that the rubric can earn all of the points, and that its ideas have names of their own."""
        names = [entry.name for entry in self.rubric.entries]
        doubles = [name for name in names if names.count(name) > 1]
        if doubles:
            yield Fault("WrittenAnswer", "ideas", doubles[0], "names two ideas", "give each an id of its own")
        reached = self.rubric.points(names)
        if self.most <= 0 or reached < self.most:
            rule = f"earn {reached} together, and the question {self.most}"
            yield Fault("WrittenAnswer", "ideas", None, rule, "add an idea, or change points and at_most")

    def prompt(self) -> str:
        """Return the question, with how long the **answer** may be left to its words."""
        return f"{self.stem.strip()}\n\nGive your **{PART}** in a few sentences."

    def key(self) -> Mapping[str, Answer]:
        """Return which ideas that rest on a claim are true, as an audit decided them; none if none does."""
        return {PART: Written(tuple(self._facts("evidence")))}

    def witness(self) -> Mapping[str, Answer]:
        """Return the same by the second route of each claim."""
        return {PART: Written(tuple(self._facts("witness")))}

    def _facts(self, route: Literal["evidence", "witness"]) -> Iterator[tuple[str, bool]]:
        for entry, assertion, _ in self.rubric.assertions():
            try:
                ruling = find_ruling(assertion)
            except GradusError:
                continue  # a person marks it all the same; the audit tells what is not decided
            side = ruling.usual.evidence if route == "evidence" else ruling.usual.witness
            if side.verdict is not Truth.UNDECIDED and not ruling.depends_on:
                yield entry.idea, side.verdict is Truth.TRUE

    def mistakes(self) -> Iterator[Mistake]:
        """Name none: what is rejected is for the person who marks to see."""
        return iter(())

    def working(self) -> str:
        """Show the rubric."""
        caps = {cap.group: cap.points for cap in self.caps}
        lines = [f"{self.most} points at most"]
        for idea in self.ideas:
            group = f" ({idea.group}: at most {caps.get(idea.group, self.most)})" if idea.group else ""
            lines.append(f"  {idea.points}: {idea.idea}{group}")
        lines += [f"  0: {entry.idea} – {entry.reason}" for entry in self.rejected]
        return "\n".join(lines)
