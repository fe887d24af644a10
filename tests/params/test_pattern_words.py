"""Every pattern of the built-in prototypes that is too long for a message has words for it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import dlctl.params
from dlctl.params.described_type import READABLE
from dlctl.params.pattern_words import words_of
from dlctl.registry.prototypes.string_formats import FORMAT_KEY
from dlctl.yamlio.load import load_file
from tests.project import Project
from tests.prototypes.examples import CATALOGUE

TABLE = Path(dlctl.params.__file__).with_name("pattern_words.yaml")


def patterns(schema: Any, *, refused: bool = False) -> Iterator[tuple[str, bool, bool]]:
    """Each pattern, whether it stands in a `not`, and whether words stand beside it."""
    if isinstance(schema, list):
        for item in schema:
            yield from patterns(item)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("pattern"), str):
        yield schema["pattern"], refused, "x-rule" in schema or FORMAT_KEY in schema
    for key, value in schema.items():
        yield from patterns(value, refused=key == "not")


@cache
def of_prototypes() -> frozenset[tuple[str, bool, bool]]:
    found = (CATALOGUE.find(name) for name in CATALOGUE.names)
    return frozenset(each for one in found for spec in one.params.values() for each in patterns(spec.schema))


def test_every_pattern_has_words() -> None:
    without = {
        (pattern, refused)
        for pattern, refused, named in of_prototypes()
        if not named
        and (refused or len(f'"{pattern}"') > READABLE)
        and not words_of(pattern, refuses=refused)
    }
    assert not without, f"add x-rule beside these patterns, or words in {TABLE.name}"


def test_no_words_are_of_a_pattern_that_is_gone() -> None:
    used = {(pattern, refused) for pattern, refused, _ in of_prototypes()}
    for section, refused in (("must be", False), ("is", True)):
        stated = {pattern for each in load_file(TABLE).value[section].values() for pattern in each}
        assert stated <= {pattern for pattern, where in used if where is refused}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("kserve-inference", "--storage-uri", "bucket"),
            '"bucket" must be a path, or an address such as s3:',
        ),
        (("batch-job", "--env-vars", "{1A: x}"), "\"1A\" must be letters, digits, '-', '_' and '.', not"),
        (
            ("tf-job", "--dataset-path", "/a/../b"),
            '"/a/../b" is a path below /dev, or with . or .. as a part',
        ),
        (("tenancy", "--team", "kube-x"), '"kube-x" is a namespace of Kubernetes itself'),
    ],
)
def test_a_refused_value_is_told_in_words(app: Project, words: tuple[str, ...], message: str) -> None:
    prototype, *params = words
    done = app.run("generate", prototype, "new", *params)
    assert done.code != 0
    assert message in done.err
    assert "required format" not in done.err
