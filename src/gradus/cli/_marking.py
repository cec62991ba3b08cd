"""A session of marking in the terminal: shows an answer, what its words suggest, and takes what the person types."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, final

import click

if TYPE_CHECKING:
    from rich.text import Text

    from gradus.handmarks import HandMark
    from gradus.handmarks.judge import Judge
    from gradus.handmarks.queue import Waiting
    from gradus.questions import WrittenAnswer
    from gradus.rubric import Suggestion

HELP = "letters of ideas, points, Enter for what is suggested, `; note` at the end, skip, undo, quit"


@final
class Session:
    """Marks answers one after another; each mark is on disk before the next answer is shown."""

    def __init__(self, waiting: Sequence[Waiting], path: Path, judge: Judge | None) -> None:
        from gradus.cli._screen import console

        self.waiting, self.path, self.judge, self.screen = waiting, path, judge, console()
        self.marked: list[int] = []
        self.asked = ""

    def run(self) -> int:
        """Ask until the queue is empty or the person stops; return how many answers are left."""
        if self.waiting:
            click.echo(f"Type {HELP}.")
        at = 0
        while at < len(self.waiting):
            reply = self._ask(at)
            if reply is None:
                break
            if reply == "undo":
                at = self.marked.pop() if self.marked else at
                continue
            if reply == "marked" and at not in self.marked:
                self.marked.append(at)
            at += 1
        return len(self.waiting) - len(set(self.marked))

    def _ask(self, at: int) -> str | None:
        """Show one answer and take a mark: "marked", "skip" or "undo"; None to stop."""
        from gradus.errors import Fault
        from gradus.handmarks import append_mark
        from gradus.handmarks.reply import read_reply

        one = self.waiting[at]
        suggested = self._show(one, at)
        while True:
            try:
                text = click.prompt("mark", default=suggested, show_default=bool(suggested)).strip()
            except click.Abort:  # Ctrl-C or the end of input
                return None
            if text.lower() in {"quit", "q"}:
                return None
            if text.lower() in {"skip", "undo"}:
                return text.lower()
            try:
                mark: HandMark = read_reply(text, one)
            except Fault as fault:
                click.echo(f"{fault}; or skip, undo, quit")
                continue
            append_mark(self.path, mark)
            click.echo(f"  {mark.decide(one.variant, one.worth).feedback}")
            return "marked"

    def _show(self, one: Waiting, at: int) -> str:
        """Print the answer with what it suggests; return what Enter stands for."""
        from gradus.questions import WrittenAnswer

        prompt = one.variant.prompt()
        self.screen.rule(f"{one.item} {one.part}: {at + 1} of {len(self.waiting)}")
        if (one.item + prompt) != self.asked:
            self.asked = one.item + prompt
            self._show_question(one)
        if isinstance(one.variant, WrittenAnswer):
            return self._show_suggestions(one, one.variant)
        self._show_answer(one, ())
        self.screen.print(_clean(one.why), style="dim", markup=False)
        key = one.variant.key().get(one.part) if _has_key(one) else None
        if key is not None:
            self.screen.print(_clean(f"key: {key}"), style="dim", markup=False)
        return ""

    def _show_question(self, one: Waiting) -> None:
        """Print the question, and its rubric with a letter for each idea."""
        from rich.markdown import Markdown

        from gradus.handmarks.reply import letters_of
        from gradus.questions import WrittenAnswer
        from gradus.render.plain import to_plain

        self.screen.print(Markdown(to_plain(one.variant.prompt())))
        if not isinstance(one.variant, WrittenAnswer):
            return
        letters = {name: letter for letter, name in letters_of(one.variant).items()}
        caps = {cap.group: cap.points for cap in one.variant.caps}
        for idea in one.variant.ideas:
            group = f" ({idea.group}, at most {float(caps[idea.group]):g})" if idea.group in caps else ""
            line = f"  {letters[idea.name]}  {float(idea.points):g}  {idea.idea}{group}"
            self.screen.print(_clean(line), markup=False)
        for entry in one.variant.rejected:
            self.screen.print(_clean(f"  –  0  {entry.idea}: {entry.reason}"), style="dim", markup=False)

    def _show_answer(self, one: Waiting, suggestions: Sequence[Suggestion]) -> None:
        from rich.text import Text

        shown: Text = Text(_clean(one.text))
        for suggestion in suggestions:
            for start, end in suggestion.match.spans:
                shown.stylize("bold green" if suggestion.earns else "bold yellow", start, end)
        self.screen.print()
        self.screen.print(shown)
        if one.count > 1:
            self.screen.print(f"({one.count} candidates wrote this)", style="dim")
        self.screen.print()

    def _show_suggestions(self, one: Waiting, variant: WrittenAnswer) -> str:
        """Print what the words of an answer suggest, and the judge if there is one."""
        from gradus.handmarks.reply import letters_of
        from gradus.rubric import suggest_ideas

        found = suggest_ideas(one.text, variant.rubric)
        self._show_answer(one, found)
        letters = {name: letter for letter, name in letters_of(variant).items()}
        for suggestion in found:
            self.screen.print(_clean(_explain(suggestion, one.text, letters)), markup=False)
        by_words = [letters[s.entry.name] for s in found if s.earns and s.entry.name in letters]
        by_judge = self._ask_judge(one, variant, letters)
        if by_judge is not None and by_judge != by_words:
            return ""  # where the two differ, Enter stands for neither
        return " ".join(by_words)

    def _ask_judge(self, one: Waiting, variant: WrittenAnswer, letters: dict[str, str]) -> list[str] | None:
        from gradus.handmarks.judge import Unhelpful

        if self.judge is None:
            return None
        try:
            opinion = self.judge.suggest(variant.stem, variant.rubric, one.text)
        except Unhelpful as reason:
            self.screen.print(_clean(f"  the judge suggests nothing: {reason}"), style="dim", markup=False)
            return None
        named = [letters[name] for name in opinion.ideas if name in letters]
        said = f"  the judge suggests {' '.join(named) or 'no idea'} (a suggestion, not a mark): {opinion.reason}"
        self.screen.print(_clean(said), style="cyan", markup=False)
        return named


def _explain(suggestion: Suggestion, text: str, letters: dict[str, str]) -> str:
    """Return one suggestion with the words that it rests on."""
    quoted = suggestion.match.quote(text)
    letter = letters.get(suggestion.entry.name)
    negated = f", after {suggestion.match.negated!r}" if suggestion.match.negated else ""
    if letter is None:
        return f"  rejected? {suggestion.entry.idea}: {quoted!r}{negated}"
    return f"  {letter}{'' if suggestion.sure else '?'}  {quoted!r}{negated}"


def _has_key(one: Waiting) -> bool:
    from gradus.errors import GradusError

    try:
        return one.part in one.variant.key()
    except GradusError:
        return False


def _clean(text: str) -> str:
    """Return a text in which every character that is not printed is one that is; positions stay."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
