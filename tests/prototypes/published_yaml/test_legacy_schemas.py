"""Kinds from before there were schemas: ours name what a seed shows or a prototype renders, and no more."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from dlctl.yamlio.load import load_all, load_text
from tests.prototypes.examples import EXAMPLES
from tests.prototypes.published_yaml.baidu_build import BUILD
from tests.prototypes.published_yaml.baidu_eventing import FLOW
from tests.prototypes.schemas import declared, schemas_of, used
from tests.prototypes.upstream import LEGACY_CRDS, UPSTREAM_CRDS, Upstream, dry_run

FROM_SEEDS = {"builds.build.knative.dev": BUILD, "flows.flows.knative.dev": FLOW}
FROM_SOURCES = {
    "trainingjobs.paddlepaddle.org": "Go types of EDL 0.1: the post tells of such jobs and shows none",
    "notebooks.kubeflow.org": "Go types of Kubeflow's notebook-controller; its definition is not here",
    "builds.shipwright.io": "Shipwright's API v1beta1; its definition is not here",
    "buildruns.shipwright.io": "Shipwright's API v1beta1; its definition is not here",
    "buildstrategies.shipwright.io": "Shipwright's API v1beta1; its definition is not here",
    "clusterbuildstrategies.shipwright.io": "Shipwright's API v1beta1; its definition is not here",
    "experiments.kubeflow.org": "Katib's API v1beta1; its definition is not here",
    "servicemonitors.monitoring.coreos.com": "the Prometheus Operator's API v1; its definition is not here",
    "podmonitors.monitoring.coreos.com": "the Prometheus Operator's API v1; its definition is not here",
    "tensorboards.tensorboard.kubeflow.org": "Kubeflow's API v1alpha1; its definition is not here",
    "profiles.kubeflow.org": "Kubeflow's API v1; its definition is not here",
    "computedomains.resource.nvidia.com": "NVIDIA's DRA driver, API v1beta1; its definition is not here",
    "elasticquotas.scheduling.sigs.k8s.io": "Koordinator's API v1alpha1; its definition is not here",
    "podgroups.scheduling.sigs.k8s.io": "Koordinator's API v1alpha1; its definition is not here",
    "hostdevicenetworks.mellanox.com": "NVIDIA's network operator, API v1alpha1; its definition is not here",
    "ipoibnetworks.mellanox.com": "NVIDIA's network operator, API v1alpha1; its definition is not here",
    "macvlannetworks.mellanox.com": "NVIDIA's network operator, API v1alpha1; its definition is not here",
    "nicclusterpolicies.mellanox.com": "NVIDIA's network operator, API v1alpha1; its definition is not here",
    "inferencemodels.inference.networking.x-k8s.io": "v1alpha2, which later releases do not define",
    "inferenceobjectives.inference.networking.x-k8s.io": "v1alpha2; its definition is not here",
    "inferencepools.inference.networking.x-k8s.io": "v1alpha2, which later releases do not define",
    "inferenceobjectives.llm-d.ai": "llm-d's API v1alpha2; its definition is not here",
    "nodefeaturediscoveries.nfd.kubernetes.io": "NFD's operator, API v1; its definition is not here",
    "nodefeaturediscoveries.nfd.openshift.io": "OpenShift's NFD operator, API v1; its definition is not here",
    "nodefeaturerules.nfd.openshift.io": "OpenShift's NFD operator, API v1alpha1; its definition is not here",
    "backendtlspolicies.gateway.networking.k8s.io": "Gateway API v1 and v1alpha3; its definition is not here",
    "tcproutes.gateway.networking.k8s.io": "Gateway API v1 and v1alpha2; its definition is not here",
    "tlsroutes.gateway.networking.k8s.io": "Gateway API v1 and older ones; its definition is not here",
    "udproutes.gateway.networking.k8s.io": "Gateway API v1 and v1alpha2; its definition is not here",
    "podmonitorings.monitoring.googleapis.com": "Google's managed Prometheus, v1; its definition is not here",
    "clusterpodmonitorings.monitoring.googleapis.com": "managed Prometheus, v1; its definition is not here",
    "prometheusrules.monitoring.coreos.com": "the Prometheus Operator's API v1; its definition is not here",
    "referencegrants.gateway.networking.k8s.io": "Gateway API v1 and v1beta1; its definition is not here",
    "scaledjobs.keda.sh": "KEDA's API v1alpha1; its definition is not here",
    "databackups.data.fluid.io": "Fluid's API v1alpha1; its definition is not here",
    "goosefsruntimes.data.fluid.io": "Fluid's API v1alpha1; its definition is not here",
    "efcruntimes.data.fluid.io": "Fluid's API v1alpha1; its definition is not here",
    "vineyardruntimes.data.fluid.io": "Fluid's API v1alpha1; its definition is not here",
    "volumesnapshots.snapshot.storage.k8s.io": "the CSI snapshotter, API v1; its definition is not here",
    "volumesnapshotclasses.snapshot.storage.k8s.io": "CSI snapshotter, API v1; its definition is not here",
    "poddefaults.kubeflow.org": "Kubeflow's API v1alpha1; its definition is not here",
}
BUILT_IN = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)
"""API groups that every API server has."""
DEFINITIONS = {
    body["metadata"]["name"]: body
    for body in (load_text(file.read_text(), file.name).value for file in sorted(LEGACY_CRDS.glob("*.yaml")))
}


@cache
def _rendered() -> tuple[Any, ...]:
    """All objects of all examples."""
    return tuple(
        document.value
        for example in EXAMPLES
        for document in load_all(example.expected.read_text(), str(example))
    )


def test_every_schema_of_ours_is_a_seeds_or_says_where_it_is_from() -> None:
    assert set(DEFINITIONS) == {*FROM_SEEDS, *FROM_SOURCES}


@pytest.mark.parametrize("name", sorted(FROM_SEEDS))
def test_schema_names_what_a_seed_or_an_example_has(name: str) -> None:
    (version,) = DEFINITIONS[name]["spec"]["versions"]
    fields = set(declared(version["schema"]["openAPIV3Schema"]))
    shown = set(used(FROM_SEEDS[name].object()))
    rendered = {path for body in _rendered() if _is(body, name) for path in used(body)}
    free = {path for path in shown if path.startswith(".spec.trigger.parameters.")}
    assert shown - free <= fields
    assert fields <= shown | rendered


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_a_prototype_renders_each_kind(name: str) -> None:
    assert [body for body in _rendered() if _is(body, name)]


@pytest.mark.slow
def test_every_kind_that_a_prototype_renders_is_defined() -> None:
    if not UPSTREAM_CRDS.is_dir():
        pytest.skip("../shared/crds is not there")
    kinds = {(body["apiVersion"], body["kind"]) for body in _rendered()}
    foreign = {(version, kind) for version, kind in kinds if version.rpartition("/")[0] not in BUILT_IN}
    assert not {each for each in foreign if not list(schemas_of(*each))}


@pytest.mark.controlplane
@pytest.mark.parametrize("name", sorted(FROM_SEEDS))
def test_an_api_server_takes_the_seeds_object_and_none_misspelled(name: str, upstream: Upstream) -> None:
    body = FROM_SEEDS[name].object()
    control_plane = upstream.serving([body])
    assert dry_run(control_plane, [body]).stderr == ""
    accepted = [path for path, wrong in _misspelled(body) if dry_run(control_plane, [wrong]).returncode == 0]
    assert not accepted


def _is(body: Any, name: str) -> bool:
    spec = DEFINITIONS[name]["spec"]
    return bool(body["kind"] == spec["names"]["kind"] and body["apiVersion"].startswith(f"{spec['group']}/"))


def _misspelled(body: Any) -> Iterator[tuple[str, Any]]:
    """The object with one field of its spec misspelled, for each but those of free maps."""
    for *parents, last in _paths(body["spec"]):
        wrong = copy.deepcopy(body)
        place = wrong["spec"]
        for step in parents:
            place = place[step]
        place[f"{last}X"] = place.pop(last)
        yield ".".join(map(str, (*parents, last))), wrong


def _paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield (key,)
            if key != "parameters":
                yield from ((key, *path) for path in _paths(item))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from ((index, *path) for path in _paths(item))
