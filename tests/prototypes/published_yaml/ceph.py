"""Red Hat's talk of 2018: events of a Ceph object store, by a channel, to functions that classify images."""

from typing import Any

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import Change, added, became, gone, moved
from tests.prototypes.published_yaml.knative import (
    CHANNELS,
    SERVING,
    confined,
    latest,
    one_container,
    serving_v1,
)
from tests.prototypes.published_yaml.text import Block, Mend, Passage, Piece

SEED = "redhat-ceph-knative-inference.txt"
CAPTION = "a caption beside the slide's YAML"

# The slides cut their objects short: what is missing stands in a caption below, or above.
SOURCE = Block(SEED, (Piece(85, 90), Piece(92, 97), Piece(80, 80, indent=3)))
CHANNEL = Block(SEED, (Piece(105, 114),))
TO_SERVICE = Block(SEED, (Piece(122, 134), Piece(142, 142, indent=5), Piece(140, 140, indent=5)))
RECEIVER = Block(SEED, (Piece(163, 173), Piece(178, 178, indent=11)))
VISION = Block(SEED, (Piece(185, 194), Piece(199, 199, indent=11)))
TO_ROUTE = Block(SEED, (Piece(206, 217), Piece(222, 222, indent=5), Piece(224, 224, indent=5)))
ROUTE = Block(
    SEED,
    (
        Piece(228, 228),
        Piece(235, 241),
        Piece(244, 244, indent=2),
        Piece(246, 246, indent=4),
        Piece(248, 248, indent=2),
        Piece(250, 250, indent=4),
    ),
    (Mend("  configurationName: resnet", "  - configurationName: resnet"),),
)
NO_OBJECTS = (
    Passage(SEED, 63, 75, "the Go program of a source"),
    Passage(SEED, 91, 91, CAPTION),
    Passage(SEED, 258, 265, "the Go program of a function"),
    Passage(SEED, 272, 289, "the Go program of the ResNet function"),
    Passage(SEED, 298, 319, "the Go program of the Vision function"),
    Passage(SEED, 335, 335, "a command; its file is the ContainerSource of the slide above"),
    Passage(SEED, 341, 341, "a command; its file is the Channel of the slide above"),
    Passage(
        SEED,
        344,
        344,
        "a command; of its file the slides show Subscription and Route, compared as ceph-halves",
    ),
    Passage(SEED, 353, 354, "commands that upload images"),
    Passage(SEED, 362, 380, "what the functions print"),
)

NAMESPACE = NAME = "rgwpubsub"
"""Ours names all parts like the component, where the talk names each."""
RECEIVER_IMAGE = "docker.io/rootfs/rgwpubsub-knative-receiver"
RESNET_IMAGE = "docker.io/rootfs/rgwpubsub-knative-resnet"
VISION_IMAGE = "docker.io/rootfs/rgwpubsub-knative-vision"
RGW = {
    "source": "rgw-pubsub",
    "source_image": "docker.io/rootfs/rgwpubsub-knative-source",
    "rgw_subscription": "sub1",
    "rgw_user": "rgwtest",
    "s3_endpoint": "rgw.example.com:8080",
    "s3_access_key_id": "id",
    "s3_secret_access_key": "key",
}


def _of_secret(variable: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": f"{NAME}-keys", "key": key}}}


STORE = [
    _of_secret("S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    _of_secret("S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
    {"name": "S3_HOSTNAME", "value": "rgw.example.com:8080"},
]
"""What the talk's programs need to read the object store; the slides leave it out."""
API_KEY = _of_secret("GOOGLE_VISION_API_KEY", "GOOGLE_VISION_API_KEY")
MODEL_SERVER = {"name": "RESNET_SERVING_ENDPOINT", "value": "tf-serving.example.com:8500"}


def _channel_of(path: str) -> tuple[Change, ...]:
    """A reference to the channel, in today's API and by our name."""
    return (became(f"{path}.apiVersion", *CHANNELS), became(f"{path}.name", "rgw-ps-channel", NAME))


def _secret(**data: str) -> Change:
    """The keys, which the talk has in a Secret that it does not show."""
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"{NAME}-keys"}, "type": "Opaque"}
    return added("Secret", {**body, "data": data})


PROGRAM = "ContainerSource.spec.template.spec.containers[0]"
EVENTS = (
    became("ContainerSource.apiVersion", "sources.eventing.knative.dev/v1alpha1", "sources.knative.dev/v1"),
    became("ContainerSource.metadata.name", "containersource-rgwpubsub", NAME),
    # A leftover of the program that wrote the talk's CRDs.
    gone("ContainerSource.metadata.labels[controller-tools.k8s.io]", "1.0"),
    moved("ContainerSource.spec.image", f"{PROGRAM}.image"),
    added(f"{PROGRAM}.name", "source"),
    # Flags that the program needs; it is no longer given --sink by Knative.
    added(f"{PROGRAM}.args", ["--subscriptionname=sub1", "--username=rgwtest", "--sink=$(K_SINK)"]),
    added(f"{PROGRAM}.env", STORE),
    confined(PROGRAM),
    moved("ContainerSource.spec.sink", "ContainerSource.spec.sink.ref"),
    *_channel_of("ContainerSource.spec.sink.ref"),
    became("Channel.apiVersion", *CHANNELS),
    became("Channel.metadata.name", "rgw-ps-channel", NAME),
    # Each kind of channel has a CRD of its own, and no provisioner.
    moved("Channel.spec.provisioner", "Channel.spec.channelTemplate"),
    became("Channel.spec.channelTemplate.apiVersion", *CHANNELS),
    became("Channel.spec.channelTemplate.kind", "ClusterChannelProvisioner", "InMemoryChannel"),
    gone("Channel.spec.channelTemplate.name", "in-memory-channel"),
    became("Subscription.apiVersion", *CHANNELS),
    became("Subscription.metadata.name", "rgw-ps-subscription", NAME),
    *_channel_of("Subscription.spec.channel"),
    became("Subscription.spec.subscriber.ref.apiVersion", *SERVING),
)
SUBSCRIBER = "Subscription.spec.subscriber.ref.name"
PRIVATE = "metadata.labels[networking.knative.dev/visibility]"
"""Nobody but the channel calls the functions."""
SERVICE = (
    became(SUBSCRIBER, "rgwpubsub-svc", NAME),
    serving_v1("Service"),
    became("Service.metadata.name", "rgwpubsub-svc", NAME),
    added(f"Service.{PRIVATE}", "cluster-local"),
    *one_container("Service.spec.runlatest.configuration.revisionTemplate.spec.container", "Service"),
)


def _configuration(name: str, image: str, own: dict[str, Any]) -> Change:
    """A Configuration that the talk's Route names, and its slides do not show."""
    path = f"Configuration/{name}"
    container = {
        "name": "user-container",
        "image": image,
        "env": [*STORE, own],
        "securityContext": {"allowPrivilegeEscalation": False, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    body = {"apiVersion": SERVING[1], "kind": "Configuration", "metadata": {"name": name}}
    return added(path, {**body, "spec": {"template": {"spec": {"containers": [container]}}}})


HALVES = (
    became(SUBSCRIBER, "rgwpubsub-route", NAME),
    serving_v1("Route"),
    became("Route.metadata.name", "rgwpubsub-route", NAME),
    added(f"Route.{PRIVATE}", "cluster-local"),
    *latest("Route", True, True),
    became("Route.spec.traffic[0].configurationName", "google-vision-configuration", f"{NAME}-vision"),
    became("Route.spec.traffic[1].configurationName", "resnet-configuration", f"{NAME}-resnet"),
    _configuration(f"{NAME}-vision", VISION_IMAGE, API_KEY),
    _configuration(f"{NAME}-resnet", RESNET_IMAGE, MODEL_SERVER),
)

COMPARISONS = (
    Comparison(
        "ceph-receiver",
        (SOURCE, CHANNEL, TO_SERVICE, RECEIVER),
        prototype="object-store-inference",
        component=NAME,
        namespace=NAMESPACE,
        params={**RGW, "receiver_image": RECEIVER_IMAGE},
        changes=(*EVENTS, *SERVICE, _secret(AWS_ACCESS_KEY_ID="aWQ=", AWS_SECRET_ACCESS_KEY="a2V5")),
    ),
    Comparison(
        "ceph-vision",
        (SOURCE, CHANNEL, TO_SERVICE, VISION),
        prototype="object-store-inference",
        component=NAME,
        namespace=NAMESPACE,
        params={**RGW, "vision_image": VISION_IMAGE, "vision_api_key": "api"},
        changes=(
            *EVENTS,
            *SERVICE,
            added("Service.spec.template.spec.containers[0].env", [*STORE, API_KEY]),
            _secret(AWS_ACCESS_KEY_ID="aWQ=", AWS_SECRET_ACCESS_KEY="a2V5", GOOGLE_VISION_API_KEY="YXBp"),
        ),
    ),
    Comparison(
        "ceph-halves",
        (SOURCE, CHANNEL, TO_ROUTE, ROUTE),
        prototype="object-store-inference",
        component=NAME,
        namespace=NAMESPACE,
        params={
            **RGW,
            "resnet_image": RESNET_IMAGE,
            "resnet_endpoint": "tf-serving.example.com:8500",
            "vision_image": VISION_IMAGE,
            "vision_api_key": "api",
            "vision_percent": 50,
        },
        changes=(
            *EVENTS,
            *HALVES,
            _secret(AWS_ACCESS_KEY_ID="aWQ=", AWS_SECRET_ACCESS_KEY="a2V5", GOOGLE_VISION_API_KEY="YXBp"),
        ),
    ),
    Comparison(
        "ceph-route",
        (ROUTE,),
        prototype="traffic-split",
        component="rgwpubsub-route",
        namespace=NAMESPACE,
        params={
            "traffic": [
                {"configuration": "google-vision-configuration", "percent": 50},
                {"configuration": "resnet-configuration", "percent": 50},
            ]
        },
        changes=(serving_v1("Route"), *latest("Route", True, True)),
    ),
)
