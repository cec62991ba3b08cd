"""YAML blocks read safely: plain lists, mappings and texts, each with its place, and nothing else.

The parser's events are taken one by one, so that an alias bomb, a tag or deep nesting is refused before
anything is built from it. Texts stay texts: whether `3` is a number is for the field to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.nodes import Entries, Items, Node, Place, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BLOCK = 50_000
DEEPEST = 6
MOST_NODES = 5_000


def parse(text: str, file: str, first_line: int) -> Entries:
    r"""Read a block as a mapping.

    Args:
        text: the YAML.
        file: name of the file, for messages.
        first_line: line of the file on which the block's text begins, from 1.

    Raises:
        Fault: at the first place that is not plain YAML.

    >>> str(parse("id: 3.i\nimage: [128, 128, 3]", "exam.md", 10))
    '{id: 3.i, image: [128, 128, 3]}'
    """
    here = Place(file, first_line, 1)
    if len(text) > LARGEST_BLOCK:
        raise Fault(str(here), "block", None, f"is longer than {LARGEST_BLOCK:,} characters", "shorten it")
    root = _Builder(file, first_line).build(text)
    if root is None:
        raise Fault(str(here), "block", None, "is empty", "write one `name: value` a line")
    if not isinstance(root, Entries):
        raise Fault(
            str(root.place), "block", str(root), "must be `name: value` lines", "write one `name: value` a line"
        )
    return root


class _Builder:
    """Builds one tree of nodes from parser events, with a stack instead of recursion."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.open: list[tuple[Place, bool, list[Node]]] = []  # place, is a mapping, children so far
        self.root: Node | None = None
        self.count = 0

    def build(self, text: str) -> Node | None:
        import yaml

        documents = 0
        for event in self._events(text):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._fault(event, "---", "begins a second document", "write one block a question")
            elif isinstance(event, yaml.NodeEvent):
                self._refuse_tricks(event, yaml)
                self._take(event, yaml)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                self._close()
        return self.root

    def _events(self, text: str) -> Iterator[Any]:
        """Yield events, with the parser's own complaints retold."""
        import yaml

        # libyaml is twenty times as fast; the pure parser is there where it is not built in
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.file, self.first_line + mark.line, mark.column + 1) if mark else Place(self.file)
            rule = f"is not YAML: {error.problem or error.context}"
            raise Fault(str(place), "block", None, rule, "check indentation, colons and quotes") from None
        except yaml.YAMLError as error:
            place = Place(self.file, self.first_line, 1)
            rule = f"is not YAML: {str(error).splitlines()[0]}"
            raise Fault(str(place), "block", None, rule, "check indentation, colons and quotes") from None

    def _place(self, event: Any) -> Place:
        return Place(self.file, self.first_line + event.start_mark.line, event.start_mark.column + 1)

    def _fault(self, event: Any, value: str, rule: str, remedy: str) -> Fault:
        return Fault(str(self._place(event)), "block", value, rule, remedy)

    def _refuse_tricks(self, event: Any, yaml: Any) -> None:
        """Refuse what only data that does harm needs."""
        if isinstance(event, yaml.AliasEvent):
            raise self._fault(event, f"*{event.anchor}", "is an alias", "write the value out")
        if event.anchor:
            raise self._fault(event, f"&{event.anchor}", "is an anchor", "write the value out where it is needed")
        if event.tag:
            raise self._fault(event, event.tag, "is a tag", "write the plain value")
        self.count += 1
        if self.count > MOST_NODES:
            raise self._fault(event, f"{MOST_NODES} values", "are too many", "shorten the block")

    def _take(self, event: Any, yaml: Any) -> None:
        place = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Scalar(place, event.value))
            return
        if len(self.open) >= DEEPEST:
            raise self._fault(event, "…", f"is nested more than {DEEPEST} deep", "write it flatter")
        self.open.append((place, isinstance(event, yaml.MappingStartEvent), []))

    def _close(self) -> None:
        place, is_mapping, children = self.open.pop()
        if is_mapping:
            pairs = list(zip(children[::2], children[1::2], strict=True))
            self._add(Entries(place, tuple((k, v) for k, v in pairs if isinstance(k, Scalar))))
        else:
            self._add(Items(place, tuple(children)))

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        _, is_mapping, children = self.open[-1]
        if is_mapping and len(children) % 2 == 0:
            self._check_name(node, children)
        children.append(node)

    @staticmethod
    def _check_name(node: Node, children: list[Node]) -> None:
        """Refuse names that are no texts, and names that stand twice."""
        if not isinstance(node, Scalar):
            raise Fault(str(node.place), "name", str(node), "must be a plain text", "write `name: value`")
        for earlier in children[::2]:
            if isinstance(earlier, Scalar) and earlier.text == node.text:
                rule = f"stands twice, first at {earlier.place}"
                raise Fault(str(node.place), node.text, None, rule, "keep one of them")
