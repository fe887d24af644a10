"""API versions of built-in kinds that Kubernetes has deprecated or removed, with what replaces them.

Kubernetes documentation, "Deprecated API Migration Guide"
(https://kubernetes.io/docs/reference/using-api/deprecation-guide/). `since` is the release from which
the replacement can be used, `removed` the first one that does not serve the old version.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.manifest import ApiKey
from dlctl.schemas.model import Level, Problem

Release = tuple[int, int]
"""Major and minor version."""

GUIDE = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"

_TABLE = """
flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1 1.29 1.32 FlowSchema
flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1 1.29 1.32 PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1 1.29 1.29 FlowSchema
flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1 1.29 1.29 PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1 1.29 1.26 FlowSchema
flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1 1.29 1.26 PriorityLevelConfiguration
storage.k8s.io/v1beta1 storage.k8s.io/v1 1.24 1.27 CSIStorageCapacity
autoscaling/v2beta2 autoscaling/v2 1.23 1.26 HorizontalPodAutoscaler
autoscaling/v2beta1 autoscaling/v2 1.23 1.25 HorizontalPodAutoscaler
batch/v1beta1 batch/v1 1.21 1.25 CronJob
discovery.k8s.io/v1beta1 discovery.k8s.io/v1 1.21 1.25 EndpointSlice
events.k8s.io/v1beta1 events.k8s.io/v1 1.19 1.25 Event
policy/v1beta1 policy/v1 1.21 1.25 PodDisruptionBudget
policy/v1beta1 - 1.21 1.25 PodSecurityPolicy
node.k8s.io/v1beta1 node.k8s.io/v1 1.20 1.25 RuntimeClass
admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 1.16 1.22 MutatingWebhookConfiguration
admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 1.16 1.22 ValidatingWebhookConfiguration
apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1 1.16 1.22 CustomResourceDefinition
apiregistration.k8s.io/v1beta1 apiregistration.k8s.io/v1 1.10 1.22 APIService
authentication.k8s.io/v1beta1 authentication.k8s.io/v1 1.6 1.22 TokenReview
authorization.k8s.io/v1beta1 authorization.k8s.io/v1 1.6 1.22 LocalSubjectAccessReview
authorization.k8s.io/v1beta1 authorization.k8s.io/v1 1.6 1.22 SelfSubjectAccessReview
authorization.k8s.io/v1beta1 authorization.k8s.io/v1 1.6 1.22 SubjectAccessReview
authorization.k8s.io/v1beta1 authorization.k8s.io/v1 1.6 1.22 SelfSubjectRulesReview
certificates.k8s.io/v1beta1 certificates.k8s.io/v1 1.19 1.22 CertificateSigningRequest
coordination.k8s.io/v1beta1 coordination.k8s.io/v1 1.14 1.22 Lease
extensions/v1beta1 networking.k8s.io/v1 1.19 1.22 Ingress
networking.k8s.io/v1beta1 networking.k8s.io/v1 1.19 1.22 Ingress
networking.k8s.io/v1beta1 networking.k8s.io/v1 1.19 1.22 IngressClass
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 1.8 1.22 ClusterRole
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 1.8 1.22 ClusterRoleBinding
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 1.8 1.22 Role
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 1.8 1.22 RoleBinding
scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 1.14 1.22 PriorityClass
storage.k8s.io/v1beta1 storage.k8s.io/v1 1.19 1.22 CSIDriver
storage.k8s.io/v1beta1 storage.k8s.io/v1 1.19 1.22 CSINode
storage.k8s.io/v1beta1 storage.k8s.io/v1 1.19 1.22 StorageClass
storage.k8s.io/v1beta1 storage.k8s.io/v1 1.19 1.22 VolumeAttachment
extensions/v1beta1 networking.k8s.io/v1 1.8 1.16 NetworkPolicy
extensions/v1beta1 apps/v1 1.9 1.16 DaemonSet
extensions/v1beta1 apps/v1 1.9 1.16 Deployment
extensions/v1beta1 apps/v1 1.9 1.16 ReplicaSet
apps/v1beta2 apps/v1 1.9 1.16 DaemonSet
apps/v1beta2 apps/v1 1.9 1.16 Deployment
apps/v1beta2 apps/v1 1.9 1.16 ReplicaSet
apps/v1beta2 apps/v1 1.9 1.16 StatefulSet
apps/v1beta1 apps/v1 1.9 1.16 Deployment
apps/v1beta1 apps/v1 1.9 1.16 StatefulSet
extensions/v1beta1 - 1.10 1.16 PodSecurityPolicy
v1 discovery.k8s.io/v1/EndpointSlice 1.33 - Endpoints
v1 - 1.19 - ComponentStatus
"""
"""apiVersion, what replaces it, since when, when it was removed, and the kind; `-` stands for nothing."""


class OldVersion(Struct, frozen=True):
    """An old API version of a kind.

    `replacement` is the apiVersion to use, with a kind if that changes too, and empty if there is none;
    `removed` is None for a version that is deprecated and still served.
    """

    replacement: str
    since: Release
    removed: Release | None


def _read(table: str) -> Iterator[tuple[ApiKey, OldVersion]]:
    for line in table.strip().splitlines():
        api_version, replacement, since, removed, kind = line.split()
        yield (
            (api_version, kind),
            OldVersion(
                "" if replacement == "-" else replacement,
                _release(since),
                None if removed == "-" else _release(removed),
            ),
        )


def _release(text: str) -> Release:
    major, minor = text.split(".")
    return int(major), int(minor)


OLD_VERSIONS: Mapping[ApiKey, OldVersion] = dict(_read(_TABLE))
"""The old API versions of the guide, by apiVersion and kind."""


def release_of(version: str) -> Release | None:
    """The release of a server's version, such as `v1.36.3` or `v1.29.8-gke.100`; None if it is not one."""
    match = re.match(r"v?([0-9]+)\.([0-9]+)", version)
    return (int(match[1]), int(match[2])) if match else None


def old_version_problem(key: ApiKey, release: Release | None) -> Problem | None:
    """The problem of an object in an old API version on a cluster of this release (None: not known).

    An error if that release does not serve it any more, a warning if it is deprecated there or if the release
    is not known; None if the version is not old, or not yet deprecated.
    """
    old = OLD_VERSIONS.get(key)
    if old is None or (release is not None and release < old.since):
        return None
    gone = old.removed is not None and release is not None and release >= old.removed
    return Problem(
        "removed-version" if gone else "deprecated-version",
        ("apiVersion",),
        f"{key[0]} {key[1]} {_state(old, gone)}",
        _advice(old),
        Level.ERROR if gone else Level.WARNING,
    )


def _state(old: OldVersion, gone: bool) -> str:
    if old.removed is None:
        return f"is deprecated in Kubernetes {_text(old.since)}+"
    if gone:
        return f"is not served by Kubernetes {_text(old.removed)}+"
    return f"is deprecated, and not served by Kubernetes {_text(old.removed)}+"


def _advice(old: OldVersion) -> str:
    if not old.replacement:
        return f"there is no replacement: {GUIDE}"
    since = "" if old.removed is None else f", available since Kubernetes {_text(old.since)}"
    return f"use {old.replacement}{since}"


def _text(release: Release) -> str:
    return f"{release[0]}.{release[1]}"
