"""Prototypes of one kind of Kubernetes each: what they refuse, and what they make of several parameters."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.project import Project
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

Json = dict[str, Any]
IMAGE = {"image": "registry.example.com/store:1"}
PORT = {"ports": [{"name": "http", "containerPort": 80}]}
NFS = {"server": "a", "path": "/b"}
VOLUME = {"capacity": "1Gi", "nfs": NFS}
TARGET = {"scale_target_ref": {"name": "a"}, "max_replicas": 3}
TRIGGER = {"scale_target_ref": {"name": "a"}, "triggers": [{"type": "cron", "metadata": {"timezone": "UTC"}}]}
HTTP = {"name": "a", "port": 80, "protocol": "HTTP"}
RULE = [{"backendRefs": [{"name": "a", "port": 80}]}]
PEER = {"kind": "ServiceAccount", "name": "a"}
ENDPOINT = {"selector": {"matchLabels": {"a": "b"}}, "metrics_endpoints": [{"port": "http"}]}

REFUSED: tuple[tuple[str, Json, str], ...] = (
    ("stateful-set", {"make_service": False, "service_labels": {"a": "b"}}, "there is no Service"),
    ("stateful-set", {"headless": False}, "needs ports"),
    ("stateful-set", {"ports": [{"containerPort": 1}, {"containerPort": 2}]}, "name them"),
    ("stateful-set", {**PORT, "headless": True, "service_type": "NodePort"}, "may be headless"),
    ("stateful-set", {"partition": 1, "update_strategy": "OnDelete"}, "are of update_strategy"),
    ("stateful-set", {"claims_when_scaled": "Delete"}, "is for volume_claims"),
    ("stateful-set", {"volume_claims": {"a": {"path": "/a", "size": "1Gi", "roles": ["b"]}}}, "of one role"),
    (
        "stateful-set",
        {**PORT, "load_balancer_source_ranges": ["10.0.0.0/8"]},
        "are for service_type LoadBalancer",
    ),
    ("service", {"selector": {"a": "b"}}, "needs service_ports"),
    ("service", {"external_name": "a.example.com", "cluster_ip": "None"}, "only a name in DNS"),
    ("ingress", {}, "needs ingress_rules or"),
    (
        "ingress",
        {
            "ingress_class": "a",
            "annotations": {"kubernetes.io/ingress.class": "a"},
            "default_backend": {"service": {"name": "a", "port": {"number": 80}}},
        },
        "leave one of them out",
    ),
    ("autoscaler", {**TARGET, "min_replicas": 4}, "not be smaller than min_replicas"),
    (
        "autoscaler",
        {**TARGET, "api_version": "v1", "autoscaling_behavior": {"scaleUp": {}}},
        "are of autoscaling/v2",
    ),
    (
        "autoscaler",
        {
            **TARGET,
            "target_cpu_percent": 9,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 9}},
                }
            ],
        },
        "leave target_cpu_percent out",
    ),
    ("scaled-object", {**TRIGGER, "min_replica_count": 2, "max_replica_count": 1}, "must not be larger"),
    ("scaled-object", {**TRIGGER, "idle_replica_count": 0}, "smaller than min_replica_count"),
    ("disruption-budget", {"selector": {"matchLabels": {"a": "b"}}}, "set one of them"),
    ("network-policy", {"policy_types": ["Ingress"], "egress_rules": []}, "add it"),
    (
        "network-policy",
        {"ingress_rules": [{"ports": [{"port": 9, "endPort": 8}]}]},
        "not be smaller than port",
    ),
    ("gateway", {"gateway_class_name": "a", "listeners": [HTTP, HTTP]}, "two listeners have the same name"),
    (
        "gateway",
        {
            "gateway_class_name": "a",
            "listeners": [HTTP],
            "addresses": [{"type": "Hostname", "value": "a"}, {"type": "NamedAddress", "value": "a"}],
        },
        "two addresses have the same value",
    ),
    (
        "http-route",
        {"parent_refs": [{"name": "a"}, {"name": "a"}], "route_rules": RULE},
        "two parent_refs are the same",
    ),
    ("role", {"policy_rules": [{"nonResourceURLs": ["/a"], "verbs": ["get"]}]}, "set cluster_wide: true"),
    (
        "role",
        {
            "cluster_wide": True,
            "aggregation_rule": {"clusterRoleSelectors": [{}]},
            "policy_rules": [{"nonResourceURLs": ["/a"], "verbs": ["get"]}],
        },
        "leave policy_rules out",
    ),
    (
        "role-binding",
        {"cluster_wide": True, "role_ref": {"kind": "Role", "name": "a"}, "subjects": [PEER]},
        "rights of a ClusterRole",
    ),
    ("persistent-volume", {"capacity": "1Gi"}, "has one source"),
    (
        "persistent-volume",
        {"capacity": "1Gi", "local": {"path": "/a"}},
        "name them with volume_node_affinity",
    ),
    (
        "persistent-volume",
        {"capacity": "1Gi", "host_path": {"path": "/"}, "reclaim_policy": "Recycle"},
        "can be recycled",
    ),
    (
        "persistent-volume",
        {**VOLUME, "access_modes": ["ReadWriteOncePod", "ReadOnlyMany"]},
        "must be the only one",
    ),
    (
        "resource-quota",
        {"hard": {"services": 1}, "scopes": ["BestEffort"]},
        "of BestEffort pods their number",
    ),
    ("resource-quota", {"hard": {"pods": 1}, "scopes": ["Terminating", "NotTerminating"]}, "contradict"),
    ("limit-range", {"limits": [{"type": "Pod", "min": {"cpu": 2}, "max": {"cpu": 1}}]}, "the order is not"),
    (
        "storage-class",
        {
            "provisioner": "a.example.com",
            "allowed_topologies": [{"matchLabelExpressions": [{"key": "a", "values": ["b"]}]}] * 2,
        },
        "leave it out once",
    ),
    (
        "service-monitor",
        {**ENDPOINT, "any_namespace": True, "match_namespaces": ["a"]},
        "leave match_namespaces out",
    ),
    (
        "service-monitor",
        {**ENDPOINT, "monitor_kind": "PodMonitor", "target_labels": ["a"]},
        "use pod_target_labels",
    ),
    ("secret", {"type": "kubernetes.io/service-account-token"}, "names it in the annotation"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: Json, message: str, tmp_path: Path) -> None:
    image = IMAGE if prototype == "stateful-set" else {}
    with pytest.raises(ParamError) as raised:
        rendered(prototype, {**image, **params}, tmp_path)
    assert message in words(raised.value)


def test_a_service_of_a_set_has_the_ports_of_its_pods(tmp_path: Path) -> None:
    ports = [{"name": "http", "containerPort": 80}, {"name": "raft", "containerPort": 81, "protocol": "UDP"}]
    made = {body["kind"]: body for body in rendered("stateful-set", {**IMAGE, "ports": ports}, tmp_path)}
    assert made["Service"]["spec"]["clusterIP"] == "None"
    assert made["Service"]["spec"]["ports"] == [
        {"name": "http", "port": 80, "targetPort": "http"},
        {"name": "raft", "port": 81, "targetPort": "raft", "protocol": "UDP"},
    ]
    assert made["StatefulSet"]["spec"]["serviceName"] == made["Service"]["metadata"]["name"]


def _names(env_vars: Json, folder: Path) -> list[str]:
    (pod,) = rendered("pod", {**IMAGE, "env_vars": env_vars}, folder)
    return [each["name"] for each in pod["spec"]["containers"][0]["env"]]


def test_variables_that_refer_to_others_stay_in_their_order(tmp_path: Path) -> None:
    """Kubernetes replaces $(NAME) only by what stands above; else the order says nothing, and is by name."""
    assert _names({"B": "1", "A": "2"}, tmp_path / "plain") == ["A", "B"]
    assert _names({"Z": "1", "B": "$(Z)/x", "A": "2"}, tmp_path / "refers") == ["Z", "B", "A"]
    assert _names({"B": "$(date)", "A": "2"}, tmp_path / "elsewhere") == ["A", "B"]


APP = """\
apiVersion: dlctl.dev/v1
kind: App
name: shop
components:
  web:
    prototype: pod
    params:
      image: web:1
      env_vars: {NAME: db, URL: http://$(HOST), PORT: "80"}
"""
PARAMS = """\
components:
  web:
    env_vars: {HOST: $(NAME).example.com}
"""


def test_a_variable_of_an_environment_stands_above_what_refers_to_it(project: Project) -> None:
    project.write(
        {
            "dlctl.yaml": APP,
            "environments/dev/environment.yaml": "context: c\nnamespace: shop\n",
            "environments/dev/params.yaml": PARAMS,
        }
    )
    (pod,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    names = [each["name"] for each in pod["spec"]["containers"][0]["env"]]
    assert names == ["NAME", "HOST", "URL", "PORT"]
