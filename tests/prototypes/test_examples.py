"""The examples are what readers learn from: each prototype has some, and each renders to its golden file."""

from pathlib import Path

import pytest

from tests.prototypes.examples import CATALOGUE, EXAMPLES, REGENERATE, Example, as_yaml, render_example


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example_renders_to_its_golden_file(example: Example, tmp_path: Path) -> None:
    rendered = as_yaml(render_example(example, tmp_path))
    if REGENERATE:
        example.expected.write_text(rendered)
    assert rendered == example.expected.read_text()


@pytest.mark.parametrize("prototype", CATALOGUE.names)
def test_prototype_has_examples_that_differ(prototype: str) -> None:
    goldens = {example.expected.read_text() for example in EXAMPLES if example.prototype == prototype}
    assert len(goldens) >= 3
