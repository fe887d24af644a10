"""The examples are what readers learn from: each prototype has some, and each renders to its golden file."""

from pathlib import Path

import jsonschema_rs
import pytest

from dlctl.params.stated_schema import stated_schema
from dlctl.yamlio.load import load_file
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


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_editors_accept_it(example: Example) -> None:
    """The schema of what a file may state never refuses what the parameters' own schemas accept."""
    prototype = CATALOGUE.find(example.prototype)
    for name, value in (load_file(example.params).value or {}).items():
        spec = prototype.spec(name)
        assert spec is not None
        validator = jsonschema_rs.validator_for(stated_schema(spec))
        assert list(validator.iter_errors(value)) == []
        assert validator.is_valid(None)
