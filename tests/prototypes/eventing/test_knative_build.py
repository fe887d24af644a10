"""knative-build: what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.examples import render

STEP = {"name": "build", "image": "builder:1"}
BUILD = {"git_url": "https://github.com/example/trainer.git", "steps": [STEP]}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"registry_username": "me"}, "must be set together"),
        ({"registry_username": "me", "registry_password": "secret"}, "must be set together"),
        ({"registry": "https://registry.example.com"}, "must be set together"),
        ({"steps": [STEP, STEP]}, "have the same"),
    ],
)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("knative-build", {**BUILD, **params}, tmp_path)
    assert message in words(raised.value)
