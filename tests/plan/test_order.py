"""The order of objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.kinds import BUILT_IN, CUSTOM, KINDS, PROTECTED, order_key, wave_of
from dlctl.manifest import GroupKind, ObjectRef
from tests.plan.targets import Watched

REFS = st.builds(
    ObjectRef,
    group=st.sampled_from(["", "apps", "kubeflow.org", "apiextensions.k8s.io"]),
    kind=st.sampled_from(["Namespace", "Service", "Deployment", "TFJob", "CustomResourceDefinition"]),
    namespace=st.sampled_from(["", "a", "b"]),
    name=st.sampled_from(["x", "y"]),
)


@given(st.lists(REFS, unique=True, max_size=8))
def test_order_is_total_and_stable(refs: list[ObjectRef]) -> None:
    ordered = sorted(refs, key=order_key)
    backwards = refs[::-1]
    assert ordered == sorted(backwards, key=order_key)
    assert len({order_key(ref) for ref in refs}) == len(refs)
    waves = [wave_of(ref.group_kind) for ref in ordered]
    assert waves == sorted(waves)


@pytest.mark.controlplane
def test_every_kind_in_the_table_is_served(api_server: Watched) -> None:
    served = {resource.group_kind for resource in api_server.resources()}
    assert set(BUILT_IN) - served <= OPTIONAL
    assert served >= PROTECTED


OPTIONAL = frozenset(
    {
        GroupKind("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
        GroupKind("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
        GroupKind("resource.k8s.io", "DeviceClass"),
        GroupKind("resource.k8s.io", "ResourceClaim"),
        GroupKind("resource.k8s.io", "ResourceClaimTemplate"),
        GroupKind("resource.k8s.io", "ResourceSlice"),
        GroupKind("storage.k8s.io", "VolumeAttributesClass"),
    }
)
"""Served by newer servers, or where they are switched on."""


@pytest.mark.controlplane
def test_every_kind_of_a_bare_server_that_people_state_is_in_the_table(api_server: Watched) -> None:
    groups = {group_kind.group for group_kind in BUILT_IN}
    missing = {
        resource.group_kind
        for resource in api_server.resources()
        if {"create", "list", "delete"} <= resource.verbs
        and resource.group in groups
        and wave_of(resource.group_kind) == CUSTOM
    }
    assert missing == set()


@pytest.mark.controlplane
def test_the_table_has_the_scopes_that_a_server_has(api_server: Watched) -> None:
    known = [resource for resource in api_server.resources() if resource.group_kind in KINDS]
    assert len(known) >= 60
    assert [each for each in known if KINDS[each.group_kind].namespaced != each.namespaced] == []


@pytest.mark.parametrize(
    ("named", "run"),
    [
        (("tekton.dev", "Task"), ("tekton.dev", "PipelineRun")),
        (("trainer.kubeflow.org", "TrainingRuntime"), ("trainer.kubeflow.org", "TrainJob")),
    ],
)
def test_runs_come_after_the_objects_they_refer_to(named: tuple[str, str], run: tuple[str, str]) -> None:
    webhook = GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
    assert wave_of(GroupKind(*named)) < wave_of(GroupKind(*run)) < wave_of(webhook)
