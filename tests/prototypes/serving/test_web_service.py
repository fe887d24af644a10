"""web-service: what it refuses, and what it makes beside its Deployment."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

IMAGE = {"image": "registry.example.com/web:1"}
HOSTS = {"hosts": ["web.example.com"]}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"pod_labels": {"app": "x"}}, "leave it out of pod_labels"),
    ({"route_rules": [{"name": "a"}]}, "are for host names"),
    ({**HOSTS, "route_rules": [{"name": "a"}]}, "set route gateway"),
    ({"max_replicas": 2}, "set cpu, or scale_metrics"),
    ({"max_replicas": 1, "replicas": 2, "cpu": 1}, "not smaller than replicas"),
    ({"scale_down_seconds": 1}, "set max_replicas"),
    ({"max_replicas": 2, "target_cpu_percent": 9, "scale_metrics": {"a": 1}}, "leave target_cpu_percent out"),
    ({"max_surge": 0, "max_unavailable": "0%"}, "no pod could be replaced"),
    ({"max_surge": 1, "edge": {"low_memory": True}}, "says how pods are replaced"),
    ({"min_available_pods": 1, "max_unavailable_pods": 1}, "either min_available_pods or"),
    ({"max_surge": 1, "update_strategy": "Recreate"}, "all old pods stop first"),
    ({"health_path": "/up", "default_probes": False}, "use probes, or default_probes"),
    ({"service_ports": [{"port": 90}], "app_protocol": "grpc"}, "leave service_port and app_protocol out"),
    ({"service_ports": [{"port": 90}], "service_port": 90}, "leave service_port and app_protocol out"),
    ({"service_ports": [{"port": 80}, {"name": "a", "port": 81}]}, "each need a name"),
    ({"service_ports": [{"port": 80, "nodePort": 30080}]}, "for service_type NodePort"),
    ({"make_service": False, "service_labels": {"a": "b"}}, "there is no Service"),
    ({**HOSTS, "make_service": False}, "there is no Service"),
    ({"tls_secret": "a"}, "set hosts"),
    ({**HOSTS, "route": "gateway"}, "needs the Gateway's name"),
    ({**HOSTS, "route": "gateway", "gateway": "a", "tls_secret": "b"}, "needs the Gateway's name"),
    ({**HOSTS, "gateway": "a"}, "are for route gateway"),
    ({"ports": [{"name": "http", "containerPort": 1}]}, "the service's own"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("web-service", {**IMAGE, **params}, tmp_path)
    assert message in words(raised.value)


def _objects(params: dict[str, Any], app: Path) -> dict[str, dict[str, Any]]:
    return {body["kind"]: body for body in rendered("web-service", {**IMAGE, **params}, app)}


def test_each_thing_is_made_where_it_is_asked_for(tmp_path: Path) -> None:
    assert set(_objects({}, tmp_path / "plain")) == {"Deployment", "Service"}
    more = {"max_replicas": 3, "cpu": 1, "min_available_pods": 1}
    ingress = _objects({**HOSTS, **more}, tmp_path / "ingress")
    assert set(ingress) == {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Ingress",
    }
    assert "replicas" not in ingress["Deployment"]["spec"], "they are the autoscaler's"
    (metric,) = ingress["HorizontalPodAutoscaler"]["spec"]["metrics"]
    assert metric["resource"]["target"]["averageUtilization"] == 80
    gateway = {**HOSTS, "route": "gateway", "gateway": "infra/shared.example"}
    route = _objects(gateway, tmp_path / "gateway")["HTTPRoute"]["spec"]
    assert route["parentRefs"] == [{"name": "shared.example", "namespace": "infra"}]


def test_a_service_with_ports_of_its_own(tmp_path: Path) -> None:
    """Host names lead to the first of them; without names of the server's port, probes go by number."""
    ports = [{"name": "api", "port": 8443, "targetPort": 8080}, {"name": "metrics", "port": 9090}]
    made = _objects({**HOSTS, "service_ports": ports, "default_ports": False}, tmp_path)
    assert made["Service"]["spec"]["ports"] == ports
    (rule,) = made["Ingress"]["spec"]["rules"]
    assert rule["http"]["paths"][0]["backend"]["service"]["port"] == {"number": 8443}
    (container,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert "ports" not in container
    assert container["livenessProbe"]["tcpSocket"] == {"port": 8080}
    bare = _objects({"default_probes": False}, tmp_path / "bare")["Deployment"]["spec"]["template"]
    assert not {"startupProbe", "readinessProbe", "livenessProbe"} & bare["spec"]["containers"][0].keys()


def test_a_long_start_does_not_count_as_failed(tmp_path: Path) -> None:
    spec = _objects({"startup_seconds": 1800, "health_path": "/up"}, tmp_path)["Deployment"]["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    probe = container["startupProbe"]
    assert probe["httpGet"] == {"path": "/up", "port": "http"}
    assert probe["periodSeconds"] * probe["failureThreshold"] == 1800
    assert spec["progressDeadlineSeconds"] > 1800

    own = {"probes": {"liveness": {"exec": {"command": ["true"]}}}}
    (plain,) = _objects(own, tmp_path / "own")["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert plain["livenessProbe"] == {"exec": {"command": ["true"]}}
    assert plain["readinessProbe"]["tcpSocket"] == {"port": "http"}
