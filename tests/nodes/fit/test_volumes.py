"""Claims of storage: bound ones keep pods near their volumes, others must be able to get one."""

from typing import Any

import pytest

from dlctl.nodes.fit.model import Storage
from tests.nodes.fit.objects import (
    FITS,
    NEVER,
    WAITS,
    ZONE,
    Body,
    container,
    node,
    pod,
    spec,
    texts,
    verdict,
    want,
)

WITH_CLAIM = spec(container(), volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}])
BOUND = {"pv.kubernetes.io/bind-completed": "yes"}


def claim(volume: str = "", bound: bool = True, **more: Any) -> Body:
    metadata: Body = {"name": "data", "namespace": "ml", "annotations": BOUND if volume and bound else {}}
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}, **more}
    return {"metadata": metadata, "spec": {**wanted, **({"volumeName": volume} if volume else {})}}


def volume(zone: str = "a", labels: Body | None = None, **more: Any) -> Body:
    expression = {"key": ZONE, "operator": "In", "values": [zone]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    return {
        "metadata": {"name": "pv", "labels": labels or {}},
        "spec": {
            "capacity": {"storage": "10Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local",
            **({"nodeAffinity": affinity} if zone else {}),
            **more,
        },
        "status": {"phase": "Available"},
    }


def storage_class(mode: str = "WaitForFirstConsumer", **more: Any) -> Body:
    provisioner = more.pop("provisioner", "kubernetes.io/no-provisioner")
    return {"metadata": {"name": "local"}, "volumeBindingMode": mode, "provisioner": provisioner, **more}


LATE: dict[str, Any] = {"storageClassName": "local"}


@pytest.mark.parametrize(
    ("claims", "volumes", "classes", "expected"),
    [
        ([claim("pv")], [volume("a")], [], FITS),
        ([claim("pv")], [volume("b")], [], NEVER),
        ([claim("pv")], [volume("", labels={ZONE: "a"})], [], FITS),
        ([claim("pv")], [volume("", labels={ZONE: "b"})], [], NEVER),
        ([claim("pv")], [volume("", labels={ZONE: "b__a"})], [], FITS),
        ([claim("pv")], [], [], WAITS),
        ([], [], [], WAITS),
        ([claim("pv", bound=False)], [volume("a")], [], WAITS),
        ([claim(**LATE)], [volume("a")], [storage_class("Immediate")], WAITS),
        ([claim(**LATE)], [volume("a")], [storage_class()], FITS),
        ([claim(**LATE)], [volume("b")], [storage_class()], WAITS),
        ([claim(**LATE)], [volume("a", accessModes=["ReadOnlyMany"])], [storage_class()], WAITS),
        ([claim(**LATE)], [volume("a", capacity={"storage": "5Gi"})], [storage_class()], WAITS),
        ([claim(**LATE)], [volume("a", claimRef={"namespace": "x", "name": "y"})], [storage_class()], WAITS),
        ([claim(**LATE)], [], [storage_class(provisioner="csi.example.com")], FITS),
        (
            [claim(**LATE)],
            [],
            [
                storage_class(
                    provisioner="csi.example.com",
                    allowedTopologies=[{"matchLabelExpressions": [{"key": ZONE, "values": ["b"]}]}],
                )
            ],
            WAITS,
        ),
        ([{**claim(), "planned": True}], [], [], FITS),
    ],
)
def test_a_pod_with_a_claim_on_a_node_in_zone_a(
    claims: list[Body], volumes: list[Body], classes: list[Body], expected: Any
) -> None:
    storage = Storage(tuple(claims), tuple(volumes), tuple(classes))
    found = verdict([node(labels={ZONE: "a"})], [], want(WITH_CLAIM), storage=storage)
    assert found.verdict is expected


def test_what_is_missing_is_named() -> None:
    found = verdict([node()], [], want(WITH_CLAIM))
    assert texts(found) == ["1 volume: claim data does not exist"]
    assert found.reasons[0].field == "spec.volumes"


def test_a_claim_that_one_pod_may_have() -> None:
    one = claim("pv", accessModes=["ReadWriteOncePod"])
    storage = Storage((one,), (volume(""),), ())
    assert verdict([node()], [], want(WITH_CLAIM), storage=storage).verdict is FITS
    assert verdict([node()], [], want(WITH_CLAIM, 2), storage=storage).verdict is NEVER
    other = pod("n1", volumes=WITH_CLAIM["volumes"])
    assert verdict([node()], [other], want(WITH_CLAIM), storage=storage).verdict is WAITS


def test_nothing_is_concluded_of_what_could_not_be_listed() -> None:
    for plural in ("persistentvolumeclaims", "persistentvolumes"):
        storage = Storage((claim("pv"),) if plural == "persistentvolumes" else ())
        found = verdict([node()], [], want(WITH_CLAIM), storage=storage, unread=frozenset({plural}))
        assert found.verdict is FITS


def ephemeral(storage_class: str = "local") -> Body:
    template = {"spec": {**claim()["spec"], "storageClassName": storage_class}}
    return spec(container(), volumes=[{"name": "tmp", "ephemeral": {"volumeClaimTemplate": template}}])


def test_each_pod_has_ephemeral_volumes_of_its_own() -> None:
    nodes = [node(name, labels={ZONE: name}) for name in ("a", "b")]
    named = [{**volume("a"), "metadata": {"name": name}} for name in ("one", "two")]
    storage = Storage((), tuple(named), (storage_class(),))
    found = verdict(nodes, [], want(ephemeral(), 2), storage=storage)
    assert (found.verdict, found.on) == (FITS, (("a", 2),))
    third = verdict(nodes, [], want(ephemeral(), 3), storage=storage)
    assert (third.verdict, third.placed) == (WAITS, 2)
    assert (
        "no volume for the claim tmp of each pod on it"
        in texts(verdict([nodes[1]], [], want(ephemeral()), storage=storage))[0]
    )
    provisioned = Storage((), (), (storage_class(provisioner="csi.example.com"),))
    assert verdict(nodes, [], want(ephemeral(), 3), storage=provisioned).verdict is FITS


@pytest.mark.parametrize(
    ("kind", "inside"), [("StatefulSet", ""), ("LeaderWorkerSet", "leaderWorkerTemplate")]
)
def test_the_claim_templates_of_a_set(kind: str, inside: str) -> None:
    stated = {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {**claim()["spec"], **LATE}}]}
    request = want(spec(container()), 2, kind=kind, object_spec={inside: stated} if inside else stated)
    storage = Storage((), (volume("a"),), (storage_class(),))
    found = verdict([node(labels={ZONE: "a"})], [], request, storage=storage)
    assert (found.verdict, found.placed) == (WAITS, 1)
    assert found.notes


def kept(*zones: str) -> Storage:
    """The claims of the first pods of the set `web`, each bound to a volume of its own in a zone."""
    claims, volumes = [], []
    for number, zone in enumerate(zones):
        metadata = {"name": f"data-web-{number}", "namespace": "ml", "annotations": BOUND}
        claims.append({"metadata": metadata, "spec": {**claim()["spec"], "volumeName": f"v{number}"}})
        owner = {"claimRef": {"namespace": "ml", "name": f"data-web-{number}"}}
        made = volume(zone)
        volumes.append({**made, "metadata": {"name": f"v{number}"}, "spec": {**made["spec"], **owner}})
    return Storage(tuple(claims), tuple(volumes), (storage_class(provisioner="csi.example.com"),))


@pytest.mark.parametrize(
    ("zones", "pods", "places"),
    [
        (("a", "b"), 2, (("a", 1), ("b", 1))),
        (("b", "a"), 2, (("a", 1), ("b", 1))),
        (("b", "b"), 2, (("b", 2),)),
        (("b",), 2, (("a", 1), ("b", 1))),
    ],
)
def test_the_claims_that_a_stateful_set_has_keep_each_pod_near_its_volume(
    zones: tuple[str, ...], pods: int, places: tuple[tuple[str, int], ...]
) -> None:
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim()["spec"]}]}
    request = want(spec(container()), pods, kind="StatefulSet", name="web", object_spec=templates)
    nodes = [node(name, labels={ZONE: name}) for name in ("a", "b")]
    found = verdict(nodes, [], request, storage=kept(*zones))
    assert (found.verdict, found.on) == (FITS, places)


def test_a_stateful_set_waits_for_the_node_of_a_volume_that_it_has() -> None:
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim()["spec"]}]}
    asks = spec(container(cpu="4"))
    request = want(asks, 2, kind="StatefulSet", name="web", object_spec=templates)
    nodes = [node(name, labels={ZONE: name}) for name in ("a", "b", "c")]
    full = verdict(nodes, [pod("b", container(cpu="8"))], request, storage=kept("a", "b"))
    assert (full.verdict, full.placed) == (WAITS, 1)
    gone = verdict(nodes[::2], [], request, storage=kept("a", "b"))
    assert (gone.verdict, gone.placed) == (NEVER, 1)
