"""A masked Secret that is piped into kubectl is refused, not stored."""

import json
from typing import Any

import pytest

from dlctl.redact import Redactor, comparing_redactor
from tests.controlplane import Namespace

pytestmark = pytest.mark.controlplane


@pytest.mark.parametrize("redactor", [Redactor(), comparing_redactor()], ids=["plain", "comparing"])
@pytest.mark.parametrize("part", [{"data": {"a": "aGVsbG8="}}, {"stringData": {"a": "hello"}}], ids=str)
@pytest.mark.parametrize("how", [(), ("--server-side",), ("--validate=false",)], ids=str)
def test_kubectl_apply_fails(
    namespace: Namespace, redactor: Redactor, part: dict[str, Any], how: tuple[str, ...]
) -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, **part}
    masked = json.dumps(redactor.mask_manifest(body))
    answer = namespace.kubectl("apply", *how, "-f", "-", input=masked)
    assert answer.returncode != 0
    assert namespace.kubectl("get", "secret", "s").returncode != 0
