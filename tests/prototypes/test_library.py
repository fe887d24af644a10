"""What every prototype has, and what none repeats."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.load import load_file
from tests.prototypes.examples import ALL, EXAMPLES, PROTOTYPES

BLOCK = 8
"""So many lines in a row, the same in two files, are one block that stands in two places."""


@pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
def test_prototype_says_what_it_makes_and_needs(prototype: Prototype) -> None:
    assert 10 <= len(prototype.summary) <= 90
    assert not prototype.summary.endswith(".")
    assert re.search(r"\b[Cc]reates\b", prototype.description), "say what it creates"
    assert re.search(r"\bNeeds\b|\bRuns on any\b", prototype.description), "say what the cluster must have"


@pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
def test_every_parameter_is_typed_and_described(prototype: Prototype) -> None:
    assert not [name for name, spec in prototype.params.items() if len(spec.description) < 7]
    assert not [name for name, spec in prototype.params.items() if spec.description.rstrip().endswith(".")]
    assert not [name for name, spec in prototype.params.items() if not spec.types]


@pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
def test_prototype_has_three_examples(prototype: Prototype) -> None:
    goldens = {example.expected.read_text() for example in EXAMPLES if example.prototype == prototype.name}
    assert len(goldens) >= 3


@pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
def test_no_default_or_example_follows_a_moving_tag(prototype: Prototype) -> None:
    goldens = [example.expected.read_text() for example in EXAMPLES if example.prototype == prototype.name]
    assert not [line for text in goldens for line in re.findall(r"image: \S+:latest\b", text)]


def test_no_fragment_and_no_group_is_left_over() -> None:
    """Templates name their fragments; those of one prototype may be chosen by a parameter's value."""
    called = "".join(file.read_text() for file in PROTOTYPES.rglob("*.j2"))
    unused = [
        str(file.relative_to(PROTOTYPES))
        for file in PROTOTYPES.rglob("fragments/*.yaml.j2")
        if f'"{file.name.removesuffix(".yaml.j2")}"' not in called and not _is_a_choice(file)
    ]
    groups = {spec.group for prototype in ALL for spec in prototype.params.values()}
    unused += [
        str(file.relative_to(PROTOTYPES))
        for file in PROTOTYPES.rglob("groups/*.yaml")
        if "examples" not in file.parts and load_file(file).value.get("params") and file.stem not in groups
    ]
    assert not unused


def _is_a_choice(fragment: Path) -> bool:
    declared = fragment.parent.parent / "prototype.yaml"
    name = fragment.name.removesuffix(".yaml.j2")
    return declared.exists() and any(
        name in spec.schema.get("enum", ())
        for prototype in ALL
        if prototype.name == declared.parent.name
        for spec in prototype.params.values()
    )


def test_no_block_of_templates_stands_in_two_places() -> None:
    seen: dict[tuple[str, ...], Path] = {}
    twice = []
    for file in sorted(PROTOTYPES.rglob("*.j2")):
        for block in set(_blocks(file)):
            if block in seen:
                twice.append(
                    (str(seen[block].relative_to(PROTOTYPES)), str(file.relative_to(PROTOTYPES)), block)
                )
            seen[block] = file
    assert not twice, "make it a fragment"


def _blocks(file: Path) -> Iterator[tuple[str, ...]]:
    lines = [line.strip() for line in file.read_text().splitlines() if line.strip()]
    for start in range(len(lines) - BLOCK + 1):
        yield tuple(lines[start : start + BLOCK])
