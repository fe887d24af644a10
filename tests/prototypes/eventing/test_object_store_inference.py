"""object-store-inference: what it refuses, and the Ceph talk's objects in today's API."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from dlctl.yamlio.load import load_all
from tests.prototypes.eventing.words import words
from tests.prototypes.examples import render

NAME = "rgwpubsub"
RECEIVER = {"receiver_image": "receiver:1"}
KEYS = {"s3_access_key_id": "id", "s3_secret_access_key": "key"}
RGW = {
    "source": "rgw-pubsub",
    "source_image": "docker.io/rootfs/rgwpubsub-knative-source",
    "rgw_subscription": "sub1",
    "rgw_user": "rgwtest",
    "s3_endpoint": "rgw.example.com:8080",
    **KEYS,
}
RESNET = {
    "resnet_image": "docker.io/rootfs/rgwpubsub-knative-resnet",
    "resnet_endpoint": "tf-serving.example.com:8500",
}
VISION = {"vision_image": "docker.io/rootfs/rgwpubsub-knative-vision", "vision_api_key": "api"}
BUCKET = {"source": "s3", "s3_bucket": "images", **KEYS, **RECEIVER}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"source": "push"}, "somebody has to get the events"),
    ({"source": "rgw-pubsub", **KEYS, **RECEIVER}, "needs source_image"),
    ({"source": "kafka", **RECEIVER}, "needs kafka_bootstrap_servers"),
    ({"source": "s3", **KEYS, **RECEIVER, "s3_delete": True}, "s3_bucket"),
    (BUCKET, "again and again"),
    ({**BUCKET, "s3_move_to": "done", "s3_delete": True}, "again and again"),
    ({**BUCKET, "s3_move_to": "images"}, "within one bucket"),
    ({"source": "push", **RESNET}, "to read the object store"),
    ({"source": "push", **RECEIVER, "s3_access_key_id": "id"}, "go together"),
    ({"source": "push", **RESNET, **KEYS, "credentials_secret": "keys"}, "in credentials_secret already"),
    ({"source": "push", **RECEIVER, **RESNET, **KEYS}, "a function by itself"),
    ({"source": "push", "resnet_image": "resnet:1", **KEYS}, "needs its model server"),
    ({"source": "push", "vision_image": "vision:1", **KEYS}, "needs vision_api_key"),
    ({"source": "push", **RECEIVER, "min_scale": 3, "max_scale": 2}, "than at most (max_scale)"),
    ({"source": "push", **RECEIVER, "backoff_policy": "linear"}, "no effect without them"),
    ({"source": "push", **RECEIVER, "egress": "istio", "s3_endpoint": "10.0.0.7:8080"}, "a host's name"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("object-store-inference", params, tmp_path)
    assert message in words(raised.value)


def _objects(params: dict[str, Any], app: Path) -> dict[tuple[str, str], Any]:
    manifests = render("object-store-inference", params, app, name=NAME)
    return {(each.ref.kind, each.ref.name): each.body for each in manifests}


TALK = {
    document.value["kind"]: document.value
    for document in load_all(
        """
apiVersion: sources.eventing.knative.dev/v1alpha1
kind: ContainerSource
metadata:
  name: containersource-rgwpubsub
  namespace: rgwpubsub
spec:
  image: docker.io/rootfs/rgwpubsub-knative-source
  sink:
    apiVersion: eventing.knative.dev/v1alpha1
    kind: Channel
    name: rgw-ps-channel
---
apiVersion: eventing.knative.dev/v1alpha1
kind: Channel
metadata:
  name: rgw-ps-channel
  namespace: rgwpubsub
spec:
  provisioner:
    apiVersion: eventing.knative.dev/v1alpha1
    kind: ClusterChannelProvisioner
    name: in-memory-channel
---
apiVersion: eventing.knative.dev/v1alpha1
kind: Subscription
metadata:
  name: rgw-ps-subscription
  namespace: rgwpubsub
spec:
  channel:
    apiVersion: eventing.knative.dev/v1alpha1
    kind: Channel
    name: rgw-ps-channel
  subscriber:
    ref:
      apiVersion: serving.knative.dev/v1alpha1
      kind: Route
      name: rgwpubsub-route
---
apiVersion: serving.knative.dev/v1alpha1
kind: Route
metadata:
  name: rgwpubsub-route
spec:
  traffic:
  - configurationName: google-vision-configuration
    percent: 50
  - configurationName: resnet-configuration
    percent: 50
---
apiVersion: serving.knative.dev/v1alpha1
kind: Service
metadata:
  name: rgwpubsub-svc
  namespace: rgwpubsub
spec:
  runlatest:
    configuration:
      revisionTemplate:
        spec:
          container:
            image: docker.io/rootfs/rgwpubsub-knative-receiver
""",
        "talk.yaml",
    )
}
"""The talk's objects; its slides cut two of them in the middle, joined here."""


def test_the_talks_chain(tmp_path: Path) -> None:
    made = _objects({**RGW, **RESNET, **VISION}, tmp_path)

    # Channel: eventing.knative.dev/v1alpha1 is messaging.knative.dev/v1; the provisioner is a template.
    channel = made["Channel", NAME]
    assert TALK["Channel"]["spec"]["provisioner"]["name"] == "in-memory-channel"
    assert channel["apiVersion"] == "messaging.knative.dev/v1"
    assert channel["spec"] == {
        "channelTemplate": {"apiVersion": "messaging.knative.dev/v1", "kind": "InMemoryChannel"}
    }

    # Source: image is template.spec.containers[].image, sink is sink.ref, and --sink is given by K_SINK.
    source = made["ContainerSource", NAME]
    (container,) = source["spec"]["template"]["spec"]["containers"]
    assert container["image"] == TALK["ContainerSource"]["spec"]["image"]
    assert "--sink=$(K_SINK)" in container["args"]
    assert source["spec"]["sink"]["ref"] == _today(TALK["ContainerSource"]["spec"]["sink"])

    # Subscription: the same fields with today's versions.
    subscription, then = made["Subscription", NAME]["spec"], TALK["Subscription"]["spec"]
    assert subscription == {
        "channel": _today(then["channel"]),
        "subscriber": {"ref": _today(then["subscriber"]["ref"])},
    }

    # Route: the same shares; latestRevision is written out.
    names = {
        "google-vision-configuration": f"{NAME}-vision",
        "resnet-configuration": f"{NAME}-resnet",
    }
    assert made["Route", NAME]["spec"]["traffic"] == [
        {
            "configurationName": names[each["configurationName"]],
            "latestRevision": True,
            "percent": each["percent"],
        }
        for each in TALK["Route"]["spec"]["traffic"]
    ]
    assert {name for kind, name in made if kind == "Configuration"} == set(names.values())


def test_the_talks_service(tmp_path: Path) -> None:
    container = TALK["Service"]["spec"]["runlatest"]["configuration"]["revisionTemplate"]["spec"]["container"]
    made = _objects({**RGW, "receiver_image": container["image"]}, tmp_path)
    # Service: runLatest.configuration.revisionTemplate is template, the one container a list.
    (one,) = made["Service", NAME]["spec"]["template"]["spec"]["containers"]
    assert one["image"] == container["image"]
    assert made["Subscription", NAME]["spec"]["subscriber"]["ref"]["kind"] == "Service"


def _today(reference: dict[str, str]) -> dict[str, str]:
    groups = {"Channel": "messaging.knative.dev/v1", "Route": "serving.knative.dev/v1"}
    return {"apiVersion": groups[reference["kind"]], "kind": reference["kind"], "name": NAME}


@pytest.mark.parametrize(
    ("endpoint", "entry"),
    [
        ("rgw.example.com", (80, "HTTP")),
        ("rgw.example.com:8080", (8080, "HTTP")),
        ("https://rgw.example.com", (443, "TLS")),
        ("rgw.ceph.svc:8080", None),
        ("rgw", None),
    ],
)
def test_only_hosts_outside_the_cluster_get_a_way_out(
    endpoint: str, entry: tuple[int, str] | None, tmp_path: Path
) -> None:
    made = _objects({"source": "push", **RECEIVER, "egress": "istio", "s3_endpoint": endpoint}, tmp_path)
    ports = [body["spec"]["ports"][0] for (kind, _), body in made.items() if kind == "ServiceEntry"]
    assert [(port["number"], port["protocol"]) for port in ports] == ([entry] if entry else [])


def test_keys_stand_in_the_secret_alone(tmp_path: Path) -> None:
    params = {**RGW, **RESNET, **VISION, "s3_access_key_id": "the-id", "s3_secret_access_key": "the-key"}
    made = _objects(params, tmp_path)
    assert not [key for key, body in made.items() if key[0] != "Secret" and "the-key" in str(body)]
    assert set(made["Secret", f"{NAME}-keys"]["data"]) == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "GOOGLE_VISION_API_KEY",
    }
