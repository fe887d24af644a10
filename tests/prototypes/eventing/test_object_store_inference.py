"""object-store-inference: what it refuses, what it opens a way to, and who gets its keys."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
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
    ({"source": "push"}, "no function receives the events"),
    ({"source": "rgw-pubsub", **KEYS, **RECEIVER}, "needs source_image"),
    ({"source": "kafka", **RECEIVER}, "needs kafka_bootstrap_servers"),
    ({"source": "s3", **KEYS, **RECEIVER, "s3_delete": True}, "s3_bucket"),
    (BUCKET, "again and again"),
    ({**BUCKET, "s3_move_to": "done", "s3_delete": True}, "again and again"),
    ({**BUCKET, "s3_move_to": "images"}, "s3_move_to must be another bucket"),
    ({"source": "push", **RESNET}, "credentials for the object store"),
    ({"source": "push", **RECEIVER, "s3_access_key_id": "id"}, "must be set together"),
    (
        {"source": "push", **RESNET, **KEYS, "credentials_secret": "keys"},
        "the keys come from credentials_secret",
    ),
    ({"source": "push", **RECEIVER, **RESNET, **KEYS}, "set only one kind of function"),
    ({"source": "push", **RECEIVER, **KEYS}, "nothing would use the object"),
    ({"source": "push", **RECEIVER, "credentials_secret": "keys"}, "nothing would use the object"),
    ({"source": "push", **RECEIVER, "receiver_downloads": True}, "credentials for the object store"),
    ({"source": "push", **RESNET, **KEYS, "receiver_downloads": True}, "applies to receiver_image only"),
    ({"source": "push", "resnet_image": "resnet:1", **KEYS}, "function needs a model server"),
    ({"source": "push", "vision_image": "vision:1", **KEYS}, "needs vision_api_key"),
    ({"source": "push", **RECEIVER, "min_scale": 3, "max_scale": 2}, "not be larger than max_scale"),
    ({"source": "push", **RECEIVER, "egress": "istio", "s3_endpoint": "10.0.0.7:8080"}, "needs host names"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("object-store-inference", params, tmp_path)
    assert message in words(raised.value)


def _objects(params: dict[str, Any], app: Path) -> dict[tuple[str, str], Any]:
    manifests = render("object-store-inference", params, app, name=NAME)
    return {(each.ref.kind, each.ref.name): each.body for each in manifests}


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


@pytest.mark.parametrize(
    ("downloads", "variables"),
    [(False, []), (True, ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_HOSTNAME"])],
)
def test_a_function_that_downloads_nothing_gets_no_keys(
    downloads: bool, variables: list[str], tmp_path: Path
) -> None:
    made = _objects({**RGW, **RECEIVER, "receiver_downloads": downloads}, tmp_path)
    (function,) = made["Service", NAME]["spec"]["template"]["spec"]["containers"]
    (source,) = made["ContainerSource", NAME]["spec"]["template"]["spec"]["containers"]
    assert [each["name"] for each in function.get("env", ())] == variables
    assert len(source["env"]) == 3


def test_keys_stand_in_the_secret_alone(tmp_path: Path) -> None:
    params = {**RGW, **RESNET, **VISION, "s3_access_key_id": "the-id", "s3_secret_access_key": "the-key"}
    made = _objects(params, tmp_path)
    assert not [key for key, body in made.items() if key[0] != "Secret" and "the-key" in str(body)]
    assert set(made["Secret", f"{NAME}-keys"]["data"]) == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "GOOGLE_VISION_API_KEY",
    }
