"""What statements are drawn from: a pool of options, and settings that the stem or an option leaves to chance."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

from gradus.parameters import Domain
from gradus.questions.option import Option

if TYPE_CHECKING:
    import random

Given = tuple[tuple[str, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class Settings(Domain):
    """Assumptions with the values that each may take, as written; drawn independently."""

    values_of: tuple[tuple[str, tuple[str, ...]], ...]

    def allows(self, value: object) -> bool:
        """Return whether the value is one of the settings."""
        return value in set(self.values())

    def draw(self, source: random.Random) -> Given:
        """Return a value for each assumption."""
        return tuple((name, values[int(source.random() * len(values))]) for name, values in self.values_of)

    def values(self) -> Iterator[Given]:
        """Yield every combination, in order."""
        names = [name for name, _ in self.values_of]
        for chosen in itertools.product(*(values for _, values in self.values_of)):
            yield tuple(zip(names, chosen, strict=True))

    @property
    def is_open(self) -> bool:
        """Whether there is anything to draw."""
        return any(len(values) > 1 for _, values in self.values_of)

    def __str__(self) -> str:
        return "one of its settings"


@final
@dataclass(frozen=True, slots=True)
class Pool(Domain):
    """Options, each with its settings, of which `count` are drawn; shuffled or not, `none of these` is last."""

    options: tuple[Option, ...]
    settings: tuple[Settings, ...]
    count: int
    shuffled: bool = False

    def allows(self, value: object) -> bool:
        """Return whether the value is a tuple of options of the pool."""
        names = {option.name for option in self.options}
        return isinstance(value, tuple) and all(isinstance(one, Option) and one.name in names for one in value)

    def draw(self, source: random.Random) -> tuple[Option, ...]:
        """Return the options of one paper."""
        order = list(range(len(self.options)))
        source.shuffle(order)
        chosen = order[: self.count] if self.shuffled else sorted(order[: self.count])
        chosen.sort(key=lambda index: self.options[index].is_none)
        return tuple(replace(self.options[i], given=self.settings[i].draw(source)) for i in chosen)

    def values(self) -> Iterator[object]:
        """Yield every option under each of its settings, alone."""
        for option, settings in zip(self.options, self.settings, strict=True):
            for given in settings.values():
                yield (replace(option, given=given),)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to draw."""
        return self.shuffled or self.count < len(self.options) or any(one.is_open for one in self.settings)

    def __str__(self) -> str:
        return f"{self.count} of {len(self.options)} statements"
