"""istio-canary: what it refuses, and who gets a request."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

BASE = {"service": "ranker", "versions": {"v1": 90, "v2": 10}}
HOSTS = {"hosts": ["models.example.com"]}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"versions": {"v1": 90, "v2": 20}}, "must add up to 100"),
    ({"matches": [{"header": "x", "exact": "y", "version": "v3"}]}, "that is not in versions"),
    ({"gateway": "public"}, "set hosts"),
    ({"tls_secret": "certificate"}, "set hosts"),
    ({**HOSTS, "gateway": "public", "tls_secret": "certificate"}, "its own certificate"),
    ({"timeout_seconds": 2, "per_try_timeout_seconds": 3}, "must not be larger than"),
    ({"mtls_strict": True}, "in mtls_selector"),
    ({"api": "gateway", "port": 80, "mesh_retries": True}, "no retries"),
    ({"plain_matches": True}, "no effect without matches"),
    ({"https_redirect": False}, "for tls_secret with api istio"),
    ({"mirror": "v3"}, "add it, with 0 percent"),
    ({"mirror_percent": 5}, "no effect without mirror"),
    ({"version_headers": {"v3": {"request": {"remove": ["x"]}}}}, "a version that is not in versions"),
    ({"gateway_name": "public"}, "set hosts, and leave gateway out"),
    ({"gateway_listener": "https"}, "a listener of an existing gateway"),
    ({"parent_refs": [{"name": "a"}]}, "what the HTTPRoute of api gateway belongs to"),
    ({"api": "gateway", "port": 80, "parent_refs": [{"name": "a"}] * 2}, "two parent_refs are the same"),
    ({"timeout": "500ms", "timeout_seconds": 1}, "set one of them"),
    ({"matches": [{"method": "GET", "rewrite": "/a", "version": "v1"}]}, "set uri too"),
    ({"mtls_strict": True, "mtls_selector": {"app": "ranker"}, "mtls": "DISABLE"}, "without mutual TLS"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("istio-canary", {**BASE, **params}, tmp_path)
    assert message in words(raised.value)


def test_a_gateway_is_made_only_for_hosts_without_one(tmp_path: Path) -> None:
    def kinds(name: str, params: dict[str, Any]) -> set[str]:
        return {body["kind"] for body in rendered("istio-canary", {**BASE, **params}, tmp_path / name)}

    inside = {"DestinationRule", "VirtualService"}
    assert kinds("inside", {}) == inside
    assert kinds("hosts", HOSTS) == {*inside, "Gateway"}
    assert kinds("shared", {**HOSTS, "gateway": "istio-system/public"}) == inside


def test_headers_come_before_weights(tmp_path: Path) -> None:
    params = {**BASE, "matches": [{"header": "x-canary", "exact": "yes", "version": "v2"}]}
    service = next(b for b in rendered("istio-canary", params, tmp_path) if b["kind"] == "VirtualService")
    first, last = service["spec"]["http"]
    assert first["match"] == [{"headers": {"x-canary": {"exact": "yes"}}}]
    assert [part["weight"] for part in last["route"]] == [90, 10]
    assert "match" not in last
