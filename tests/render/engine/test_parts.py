"""A text of many documents, of which those of one shape are parsed once: it is read as the whole text is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget, Limits
from dlctl.render.engine.skeleton.positions import Chunk, Written
from dlctl.render.engine.skeleton.skeletons import Skeletons
from dlctl.render.engine.skeleton.tokens import Tokens
from dlctl.yamlio.load import load_all

TOKEN = "\0"
"""Stands for an expression, in the texts below."""
DOCUMENTS = [
    f"name: {TOKEN}\nvalue: {TOKEN}",
    f"name: {TOKEN}\nvalue: one",
    f"[{TOKEN}, {TOKEN}, {{a: {TOKEN}}}]",
    f"{TOKEN}: {TOKEN}\nsame: {TOKEN}",
    f"# {TOKEN}\na: {TOKEN}",
    TOKEN,
    "",
    "# a comment",
    "text: |\n  a\n  ---\n  b\n\n",
    "text: |+\n  a\n\n\n",
    "|\n a\n b",
    "a: &x [1]\nb: *x",
    "<<: {a: 1}\nb: 2",
    "plain\n  goes on",
    # errors, of which the whole text gives the place
    f"name: web-{TOKEN}",
    f"name: '{TOKEN}'",
    "b: *x",
    "a: 1\na: 2",
    'text: "open\n',
    "[open",
    "\ta: 1",
    "%YAML 1.2",
    "--- a: 1",
    "a: 1\n...\nb: 2",
]
MARKERS = ["---\n", "---\n---\n", "--- # again\n", "--- \n", "---\r\n", "...\n", "...\n---\n", ""]
VALUES = [1, "text", None, ["a"], {"b": None}]


def written(text: str, values: list[Any]) -> Written:
    """The output of a template that is the text itself."""
    tokens, pieces = Tokens(), list[str]()
    for index, piece in enumerate(text.split(TOKEN)):
        if index:
            value = values[index % len(values)] if values else index
            pieces.append(tokens.add(value, "a.yaml.j2", 1 + text.count("\n", 0, sum(map(len, pieces)))))
        line = 1 + "".join(pieces).count("\n")
        pieces.append(Chunk.at(piece, "a.yaml.j2", line))
    return Written("a.yaml.j2", pieces, tokens)


def filled(text: str, values: list[Any]) -> Any:
    try:
        return Skeletons().fill(written(text, values), Budget(Limits()))
    except RenderError as error:
        return [(each.message, each.location) for each in error.single_errors]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(MARKERS), st.sampled_from(DOCUMENTS)), min_size=1, max_size=6),
    st.lists(st.sampled_from(VALUES), max_size=3),
)
def test_parts_are_read_as_the_whole(documents: list[tuple[str, str]], values: list[Any]) -> None:
    text = "".join(f"{marker}{document}\n" for marker, document in documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dlctl.render.engine.skeleton.skeletons.parts_of", lambda text: [])
        expected = filled(text, values)
    assert filled(text, values) == expected


def test_documents_of_one_shape_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def count(text: str, path: str) -> Any:
        parsed.append(text)
        return load_all(text, path)

    monkeypatch.setattr("dlctl.render.engine.skeleton.skeletons.load_all", count)
    found = filled("".join(f"---\nname: {TOKEN}\nvalue: {TOKEN}\n" for _ in range(100)), [])
    assert [value["name"] for value, _ in found] == list(range(1, 200, 2))
    assert len(parsed) == 1
