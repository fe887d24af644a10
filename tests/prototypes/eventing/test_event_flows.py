"""knative-flow and the event-… prototypes: what they refuse, and what they send to whom."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.examples import EXAMPLES, Example, render, render_example
from tests.prototypes.schemas import schemas_of, undeclared
from tests.prototypes.upstream import UPSTREAM_CRDS

WATCH = {"source": "apiserver", "resources": [{"apiVersion": "v1", "kind": "Pod"}], "subscriber": "f"}
BROKER = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "a", "namespace": "b"}

REF = {"apiVersion": "v1", "kind": "Service", "name": "f"}
KAFKA = {"source": "kafka", "kafka_bootstrap_servers": ["k:9092"], "kafka_topics": ["a"], "sink": "f"}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "knative-flow",
        {"target": "f", "api": "legacy", "resource": "v1/Pod"},
        "of 2018 watches Kubernetes events",
    ),
    ("knative-flow", {"target": "http://f.example.com", "api": "legacy"}, "Route, Service or Channel"),
    ("knative-flow", {"target": "broker:default", "api": "legacy"}, "Route, Service or Channel"),
    ("knative-flow", {"target": "f", "api": "legacy", "retries": 2}, "no delivery settings"),
    ("event-source", {**KAFKA, "kafka_tls": "server"}, "for each of them in kafka_secret_keys"),
    (
        "event-source",
        {**KAFKA, "kafka_tls": "mutual", "kafka_secret_keys": {"ca": "a/b"}},
        "for each of them",
    ),
    ("event-source", {**KAFKA, "kafka_sasl": True, "kafka_secret_keys": {"type": "a/b"}}, "for each of them"),
    ("event-source", {**KAFKA, "kafka_secret_keys": {"ca": "ca.crt"}}, "set it too"),
    ("event-trigger", {"subscriber": "f", "source": "apiserver"}, "objects to watch"),
    ("event-trigger", {"subscriber": "f", "source": "ping"}, "needs a schedule"),
    ("event-trigger", {**WATCH, "source": "none"}, "unless source is apiserver"),
    ("event-trigger", {"subscriber": "f", "schedule": "0 3 * * *"}, "unless source is ping"),
    ("event-trigger", {"subscriber": "f", "source_account": "watcher"}, "unless source is apiserver"),
    (
        "event-trigger",
        {"subscriber": "f", "broker": "a", "broker_class": "Kafka"},
        "broker names an existing one",
    ),
    ("event-trigger", {"subscriber": "f", "broker_class": "RabbitMQBroker"}, "in broker_config"),
    ("event-trigger", {"subscriber": "f", "broker_config": "settings"}, "the class in broker_class"),
    (
        "event-trigger",
        {**WATCH, "filter": {"type": "dev.knative.apiserver.resource.add"}},
        "no such event exists",
    ),
    (
        "knative-flow",
        {"target": "f", "event_type": "dev.knative.apiserver.ref.add"},
        "no such event exists",
    ),
    (
        "event-trigger",
        {"subscriber": "broker:default", "broker": "default"},
        "would loop forever",
    ),
    ("event-trigger", {"subscriber": "f", "broker": "a", "broker_ref": BROKER}, "in another namespace"),
    (
        "event-trigger",
        {"subscriber": "f", "dead_letter_sink": "broker:event-trigger"},
        "would loop forever",
    ),
    ("event-trigger", {"broker": "b"}, "the events need one destination"),
    ("event-trigger", {"subscriber": "f", "subscriber_ref": REF}, "the events need one destination"),
    ("channel", {"generic": False}, "is that of a Channel"),
    ("channel", {"dead_letter_sink": "channel:channel"}, "would loop forever"),
    ("subscription", {"channel": "c"}, "the events need a destination"),
    ("subscription", {"channel": "c", "reply": "d", "subscriber_uri": "/a"}, "set it in subscriber"),
    ("subscription", {"channel": "c", "reply": "channel:c"}, "would loop forever"),
    (
        "event-sequence",
        {"steps": ["a"], "reply": "sequence:event-sequence"},
        "would loop forever",
    ),
    (
        "event-sequence",
        {"steps": ["a"], "dead_letter_sink": "sequence:event-sequence"},
        "would loop forever",
    ),
    (
        "event-parallel",
        {"branches": [{"subscriber": "a", "filter": "parallel:event-parallel"}]},
        "would loop forever",
    ),
    (
        "event-parallel",
        {"branches": [{"subscriber": "parallel:event-parallel"}]},
        "would loop forever",
    ),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(
    ("prototype", "params"),
    [
        ("knative-flow", {"target": "deployment:f"}),
        ("knative-flow", {"target": "f", "resource": "Event"}),
        ("event-trigger", {"subscriber": "f", "filter": {"Type": "x"}}),
        ("event-trigger", {"subscriber": "f", "source": "ping", "schedule": "nightly"}),
        ("event-sequence", {"steps": []}),
        ("event-parallel", {"branches": [{"filter": "f"}]}),
    ],
)
def test_value_is_refused(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DlctlError):
        render(prototype, params, tmp_path)


@pytest.mark.parametrize(
    ("to", "reference"),
    [
        ("classify", ("serving.knative.dev/v1", "Service", "classify")),
        ("ksvc:classify", ("serving.knative.dev/v1", "Service", "classify")),
        ("route:classify", ("serving.knative.dev/v1", "Route", "classify")),
        ("svc:classify", ("v1", "Service", "classify")),
        ("broker:default", ("eventing.knative.dev/v1", "Broker", "default")),
        ("channel:pipe", ("messaging.knative.dev/v1", "Channel", "pipe")),
        ("sequence:s", ("flows.knative.dev/v1", "Sequence", "s")),
        ("parallel:p", ("flows.knative.dev/v1", "Parallel", "p")),
    ],
)
def test_destination_has_kns_short_form(to: str, reference: tuple[str, str, str], tmp_path: Path) -> None:
    (step,) = _objects("event-sequence", {"steps": [to]}, tmp_path)["Sequence"]["spec"]["steps"]
    assert step == {"ref": dict(zip(("apiVersion", "kind", "name"), reference, strict=True))}


def test_watching_needs_the_right_to_watch_and_no_more(tmp_path: Path) -> None:
    kinds = [
        {"apiVersion": "kubeflow.org/v1", "kind": "TFJob"},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"},
        {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass"},
        {"apiVersion": "example.com/v1", "kind": "Datum", "plural": "data"},
    ]
    made = _objects("event-trigger", {**WATCH, "resources": kinds}, tmp_path)
    assert [(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in made["Role"]["rules"]] == [
        ([group], [plural], ["get", "list", "watch"])
        for group, plural in [
            ("kubeflow.org", "tfjobs"),
            ("networking.k8s.io", "networkpolicies"),
            ("networking.k8s.io", "ingressclasses"),
            ("example.com", "data"),
        ]
    ]
    assert made["ApiServerSource"]["spec"]["serviceAccountName"] == made["ServiceAccount"]["metadata"]["name"]


def test_own_account_gets_no_role(tmp_path: Path) -> None:
    made = _objects("event-trigger", {**WATCH, "source_account": "watcher"}, tmp_path)
    assert set(made) == {"Broker", "Trigger", "ApiServerSource"}
    assert made["ApiServerSource"]["spec"]["serviceAccountName"] == "watcher"


def test_a_flow_of_one_type_filters_by_it(tmp_path: Path) -> None:
    flow = {"target": "route:classify", "event_type": "dev.knative.apiserver.resource.add"}
    trigger = _objects("knative-flow", flow, tmp_path)["Trigger"]
    assert trigger["spec"]["filter"] == {"attributes": {"type": "dev.knative.apiserver.resource.add"}}


FAMILY = ("object-store-inference", "knative-flow", "event-trigger", "event-sequence", "event-parallel")


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.prototype in FAMILY], ids=str)
def test_every_field_is_declared_even_where_the_schema_takes_any(example: Example, tmp_path: Path) -> None:
    """Knative's schemas let unknown fields through in many places: the API server sees no typo there."""
    if not UPSTREAM_CRDS.is_dir():
        pytest.skip("the upstream CRDs are not there")
    bodies = [manifest.body for manifest in render_example(example, tmp_path)]
    unknown = [
        (body["kind"], path)
        for body in bodies
        for schema in schemas_of(body["apiVersion"], body["kind"])
        for path in undeclared(schema, body, body["kind"])
    ]
    assert not unknown


def test_a_misspelled_field_is_not_declared(tmp_path: Path) -> None:
    if not UPSTREAM_CRDS.is_dir():
        pytest.skip("the upstream CRDs are not there")
    trigger = _objects("event-trigger", {"subscriber": "f", "retries": 2}, tmp_path)["Trigger"]
    trigger["spec"]["delivery"]["retries"] = trigger["spec"]["delivery"].pop("retry")
    (schema,) = schemas_of(trigger["apiVersion"], trigger["kind"])
    assert list(undeclared(schema, trigger, "")) == [".spec.delivery.retries"]


def _objects(prototype: str, params: dict[str, Any], app: Path, name: str = "") -> dict[str, Any]:
    return {manifest.ref.kind: manifest.body for manifest in render(prototype, params, app, name=name)}


@pytest.mark.parametrize(
    ("params", "config"),
    [
        ({"broker_class": "MTChannelBasedBroker"}, None),
        ({"broker_class": "Kafka"}, ("ConfigMap", "knative-eventing", "kafka-broker-config")),
        ({"broker_class": "Kafka", "broker_config": "big"}, ("ConfigMap", "kubeflow", "big")),
        (
            {"broker_class": "RabbitMQBroker", "broker_config": "mq/quorum"},
            ("RabbitmqBrokerConfig", "mq", "quorum"),
        ),
    ],
)
def test_a_broker_of_another_class_has_settings_of_its_class(
    params: dict[str, Any], config: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    """The cluster's default settings are for its default class; Kafka's broker finds no servers in them."""
    objects = render("event-trigger", {"subscriber": "f", **params}, tmp_path)
    (broker,) = [each.body for each in objects if each.ref.kind == "Broker"]
    found = broker.get("spec", {}).get("config")
    assert (found and (found["kind"], found["namespace"], found["name"])) == config
