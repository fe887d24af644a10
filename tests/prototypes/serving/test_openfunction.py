"""openfunction: what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.words import words
from tests.prototypes.serving.objects import rendered

IMAGE = {"image": "hello:1"}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"git_url": "https://github.com/example/f.git"}, "a build needs"),
        ({"git_revision": "main"}, "set git_url"),
        ({"topic": "orders"}, "go together"),
        ({"min_replicas": 2, "max_replicas": 1}, "than at most"),
    ],
)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("openfunction", {**IMAGE, **params}, tmp_path)
    assert message in words(raised.value)
