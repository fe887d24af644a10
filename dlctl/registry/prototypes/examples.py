"""A prototype's examples: parameters and the objects that they render."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.load import load_all, load_file, read_text

PARAMS_FILE = "params.yaml"
EXPECTED_FILE = "expected.yaml"


class Example(Struct, frozen=True):
    """An example; `kinds` has the `apiVersion/Kind` of its rendered objects, in order, each once."""

    name: str
    params: Mapping[str, Any]
    params_text: str
    kinds: tuple[str, ...]


def examples_of(prototype: Prototype) -> tuple[Example, ...]:
    """The examples, fewest parameters first. Raises YamlError for a file that is not YAML."""
    folders = sorted(path.parent for path in (prototype.folder / "examples").glob(f"*/{PARAMS_FILE}"))
    examples = [_example(prototype, folder) for folder in folders]
    return tuple(sorted(examples, key=lambda example: (len(example.params_text), example.name)))


def kinds_made(examples: tuple[Example, ...]) -> tuple[str, ...]:
    """Every kind that the examples render, in order of appearance."""
    return tuple(dict.fromkeys(kind for example in examples for kind in example.kinds))


def _example(prototype: Prototype, folder: Path) -> Example:
    params = folder / PARAMS_FILE
    shown = prototype.source.show(params)
    value = load_file(params, shown).value
    expected = folder / EXPECTED_FILE
    return Example(
        folder.name,
        value if isinstance(value, Mapping) else {},
        read_text(params, shown),
        _kinds(expected, prototype.source.show(expected)) if expected.is_file() else (),
    )


def _kinds(path: Path, shown: str) -> tuple[str, ...]:
    bodies = (document.value for document in load_all(read_text(path, shown), shown))
    objects = (body for body in bodies if isinstance(body, Mapping))
    return tuple(dict.fromkeys(f"{body.get('apiVersion')}/{body.get('kind')}" for body in objects))
