"""Documents as people write them: one JSON value in many layouts, with comments that can be told apart."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from dlctl.yamlio.scalars import flow_scalar_text, literal_lines, scalar_text
from tests.yamlio.strategies import AWKWARD

keys = st.one_of(
    st.sampled_from([key for key in AWKWARD if key != "<<"]), st.from_regex(r"[a-z]{1,3}", fullmatch=True)
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-9, 99), st.sampled_from(AWKWARD), st.just(1.5))
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=10,
)
mappings = st.dictionaries(keys, trees, max_size=5)


class Writer:
    """Writes a value by the throw of dice."""

    def __init__(self, dice: Random, *, flow: bool = True) -> None:
        self.dice = dice
        self.flow_odds = 0.25 if flow else 0
        self.step = dice.choice([1, 2, 2, 3, 4])
        self.offset = dice.choice([0, 0, 1, 2])
        self.comments = 0
        self.lines: list[str] = []

    def document(self, value: dict[str, Any]) -> str:
        dice = self.dice
        if dice.random() < 0.2:
            self.lines.append("---" + self.behind())
        if value and dice.random() < self.flow_odds / 2:
            self.flow_value(value, "", 0)
        elif value:
            self.mapping(value, "", 0)
        else:
            self.above(0)
        newline = dice.choice(["\n", "\n", "\r\n"])
        closed = dice.random() < 0.2 and bool(value)
        text = newline.join([*self.lines, "...", ""] if closed else [*self.lines, ""])
        if not closed and dice.random() < 0.2 and not self.ends_in_block_scalar():
            text = text.removesuffix(newline)
        return dice.choice(["", "", "\ufeff"]) + text

    def ends_in_block_scalar(self) -> bool:
        """There the last line end is part of the value."""
        return any("|" in line for line in self.lines)

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments} it's - a: [no]"

    def behind(self) -> str:
        return self.dice.choice([" ", "   "]) + self.comment() if self.dice.random() < 0.2 else ""

    def above(self, column: int) -> None:
        for _ in range(2):
            if self.dice.random() < 0.15:
                self.lines.append(self.dice.choice(["", " " * (column + 1)]))
            if self.dice.random() < 0.15:
                self.lines.append(" " * (column + self.dice.choice([0, 0, 1])) + self.comment())

    def mapping(self, value: dict[str, Any], lead: str, column: int) -> None:
        for key, item in value.items():
            if not lead:
                self.above(column)
            text = scalar_text(key)
            start = lead or " " * column
            if len(text) > 900:
                self.lines.append(f"{start}? {text}")
                self.entry(item, " " * column + ":", column, column + self.step)
            else:
                self.entry(item, start + text + ":", column, column + self.step)
            lead = ""

    def sequence(self, value: list[Any], lead: str, column: int) -> None:
        for item in value:
            if not lead:
                self.above(column)
            self.entry(item, (lead or " " * column) + "-", column, column + self.step, compact=True)
            lead = ""

    def entry(self, item: Any, head: str, column: int, deeper: int, compact: bool = False) -> None:
        dice = self.dice
        if isinstance(item, dict | list) and (not item or dice.random() < self.flow_odds):
            self.flow_value(item, head + " ", column)
        elif isinstance(item, dict | list) and compact and dice.random() < 0.7:
            lead = head + " " * dice.choice([1, 1, 3])
            (self.mapping if isinstance(item, dict) else self.sequence)(item, lead, len(lead))  # type: ignore[arg-type]
        elif isinstance(item, dict):
            self.lines.append(head + self.behind())
            self.mapping(item, "", deeper)
        elif isinstance(item, list):
            self.lines.append(head + self.behind())
            self.sequence(item, "", max(column + self.offset, 0 if not compact else column + 1))
        else:
            self.scalar(item, head, deeper)

    def scalar(self, item: Any, head: str, deeper: int) -> None:
        literal = literal_lines(item) if isinstance(item, str) else None
        if literal and self.dice.random() < 0.8:
            self.lines.append(f"{head} {literal[0]}{self.behind()}")
            self.lines.extend(" " * (deeper + 2) + line if line else "" for line in literal[1:])
            return
        text = self.dice.choice(["", " ~", " null"]) if item is None else " " + scalar_text(item)
        self.lines.append(head + text + self.behind())

    def flow_value(self, value: Any, head: str, column: int) -> None:
        if value and self.dice.random() < 0.4:
            self.flow_lines(value, head, column + 2)
        else:
            self.lines.append(head + self.flow(value) + self.behind())

    def flow_lines(self, value: Any, head: str, column: int) -> None:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        entries = self.flow_entries(value)
        self.lines.append(head + opening + self.behind())
        for index, entry in enumerate(entries):
            comma = "," if index + 1 < len(entries) or self.dice.random() < 0.5 else ""
            self.lines.append(" " * column + entry + comma + self.behind())
        self.lines.append(" " * (column - 1) + closing + self.behind())

    def flow(self, value: Any) -> str:
        if not isinstance(value, dict | list):
            return flow_scalar_text(value)
        pad = self.dice.choice(["", "", " "])
        inside = self.dice.choice([", ", ",  "]).join(self.flow_entries(value))
        comma = self.dice.choice(["", "", ", "]) if value else ""
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return opening + pad + inside + comma + pad + closing

    def flow_entries(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return [self.flow(item) for item in value]
        pairs = ((flow_scalar_text(key), self.flow(item)) for key, item in value.items())
        return [f"{'? ' if len(key) > 900 else ''}{key}: {item}" for key, item in pairs]


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path into a value, the empty one too."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(deeper for step, item in items for deeper in paths_of(item, (*path, step)))]
