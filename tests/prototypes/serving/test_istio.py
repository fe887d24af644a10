"""istio-canary: what it refuses, and who gets a request."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

BASE = {"service": "ranker", "versions": {"v1": 90, "v2": 10}}
HOSTS = {"hosts": ["models.example.com"]}
DIRECT = [{"destination": {"host": "ranker"}}]
SERVERS = [{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}]
MATCHES = [{"method": "GET", "version": "v1"}]
LONG = {"request": "500ms", "backendRequest": "1s"}

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
    ({"traffic_policy": {"tls": {"mode": "DISABLE"}}, "mtls": "DISABLE"}, "the policy as a whole"),
    ({"version_selectors": {"v3": {"a": "b"}}}, "names a version that is not in versions"),
    (
        {
            "version_policies": {"v1": {"tls": {"mode": "DISABLE"}}},
            "version_load_balancers": {"v1": "RANDOM"},
        },
        "has its load balancer both",
    ),
    ({"api": "gateway", "port": 80, "export_to": ["."]}, "no traffic policy"),
    ({"api": "gateway", "port": 80, "tcp_routes": [{"route": DIRECT}]}, "of Istio's kinds"),
    ({**HOSTS, "gateway": "public", "gateway_servers": SERVERS}, "leave gateway and tls_secret out"),
    ({"route_rules": [{"name": "a"}]}, "for api: gateway"),
    ({"default_route": False}, "no request would arrive"),
    ({"versions": None}, "set it to the percentage of each version"),
    ({"versions": None, "http_routes": [{"route": DIRECT}], "matches": MATCHES}, "matches need it"),
    (
        {
            "versions": None,
            "api": "gateway",
            "port": 80,
            "default_route": False,
            "route_rules": [{"name": "a"}],
        },
        "backendRefs in every rule",
    ),
    ({"api": "gateway", "port": 80, "route_rules": [{"timeouts": LONG}]}, "is longer than its request"),
    ({"mtls_strict": True, "mtls_selector": {"app": "ranker"}, "mtls": "DISABLE"}, "without mutual TLS"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    given = {name: value for name, value in {**BASE, **params}.items() if value is not None}
    with pytest.raises(ParamError) as raised:
        rendered("istio-canary", given, tmp_path)
    assert message in words(raised.value)


def test_a_gateway_is_made_only_for_hosts_without_one(tmp_path: Path) -> None:
    def kinds(name: str, params: dict[str, Any]) -> set[str]:
        return {body["kind"] for body in rendered("istio-canary", {**BASE, **params}, tmp_path / name)}

    inside = {"DestinationRule", "VirtualService"}
    assert kinds("inside", {}) == inside
    assert kinds("hosts", HOSTS) == {*inside, "Gateway"}
    assert kinds("shared", {**HOSTS, "gateway": "istio-system/public"}) == inside


def test_routes_of_ones_own_need_no_versions(tmp_path: Path) -> None:
    def made(name: str, params: dict[str, Any]) -> dict[str, Any]:
        bodies = rendered("istio-canary", {"service": "ranker", **params}, tmp_path / name)
        return {body["kind"]: body["spec"] for body in bodies}

    routes = made("routes", {"http_routes": [{"route": DIRECT}]})
    assert routes == {"VirtualService": {"hosts": ["ranker"], "http": [{"route": DIRECT}]}}
    policy = {"loadBalancer": {"simple": "RANDOM"}}
    alone = made("policy", {"traffic_policy": policy})
    assert alone == {"DestinationRule": {"host": "ranker", "trafficPolicy": policy}}


def test_headers_come_before_weights(tmp_path: Path) -> None:
    params = {**BASE, "matches": [{"header": "x-canary", "exact": "yes", "version": "v2"}]}
    service = next(b for b in rendered("istio-canary", params, tmp_path) if b["kind"] == "VirtualService")
    first, last = service["spec"]["http"]
    assert first["match"] == [{"headers": {"x-canary": {"exact": "yes"}}}]
    assert [part["weight"] for part in last["route"]] == [90, 10]
    assert "match" not in last
