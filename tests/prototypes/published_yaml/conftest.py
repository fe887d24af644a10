"""Tests of the seeds skip where the seeds are not at hand."""

import pytest

from tests.prototypes.published_yaml.text import SEEDS


@pytest.fixture(autouse=True)
def seeds() -> None:
    """The talks and posts, beside the repository."""
    if not SEEDS.is_dir():
        pytest.skip(
            "../shared/seeds is not there: it holds the talks and posts whose YAML this test compares with"
        )
