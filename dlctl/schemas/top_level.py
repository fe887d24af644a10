"""The top-level fields of built-in kinds, for objects whose schema is not at hand.

kubernetes, api/openapi-spec, and pkg/apis/*/validation for fields that only the Go code requires.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.schemas.go_fields import required
from dlctl.schemas.messages import unknown_field
from dlctl.schemas.model import Problem

_OF_EVERY_KIND = ("apiVersion", "kind", "metadata")
_TABLE = """
Namespace                                               spec status
ServiceAccount                                          secrets imagePullSecrets automountServiceAccountToken
ResourceQuota                                           spec status
LimitRange                                              spec
Secret                                                  data stringData type immutable
ConfigMap                                               data binaryData immutable
PersistentVolume                                        spec! status
PersistentVolumeClaim                                   spec! status
Service                                                 spec! status
Endpoints                                               subsets
PodTemplate                                             template
Pod                                                     spec! status
ReplicationController                                   spec! status
Node                                                    spec status
CustomResourceDefinition.apiextensions.k8s.io           spec! status
ClusterRole.rbac.authorization.k8s.io                   rules aggregationRule
ClusterRoleBinding.rbac.authorization.k8s.io            subjects roleRef!
Role.rbac.authorization.k8s.io                          rules
RoleBinding.rbac.authorization.k8s.io                   subjects roleRef!
PriorityClass.scheduling.k8s.io                         value globalDefault description preemptionPolicy
RuntimeClass.node.k8s.io                                handler! overhead scheduling
PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io  spec status
FlowSchema.flowcontrol.apiserver.k8s.io                 spec status
CSIDriver.storage.k8s.io                                spec!
CSINode.storage.k8s.io                                  spec!
VolumeAttachment.storage.k8s.io                         spec! status
NetworkPolicy.networking.k8s.io                         spec
IngressClass.networking.k8s.io                          spec
Ingress.networking.k8s.io                               spec! status
EndpointSlice.discovery.k8s.io                          addressType! endpoints ports
PodDisruptionBudget.policy                              spec status
ResourceClaimTemplate.resource.k8s.io                   spec!
ReplicaSet.apps                                         spec! status
Deployment.apps                                         spec! status
StatefulSet.apps                                        spec! status
DaemonSet.apps                                          spec! status
Job.batch                                               spec! status
CronJob.batch                                           spec! status
HorizontalPodAutoscaler.autoscaling                     spec! status
Lease.coordination.k8s.io                               spec
APIService.apiregistration.k8s.io                       spec status
ValidatingWebhookConfiguration.admissionregistration.k8s.io  webhooks
MutatingWebhookConfiguration.admissionregistration.k8s.io  webhooks
"""
"""A kind and its fields; `!` follows one that must be there and not be empty."""


class _Fields(Struct, frozen=True):
    known: Sequence[str]
    required: Sequence[str]


def top_level_problems(body: JsonObject) -> Iterator[Problem]:
    """The unknown and the missing top-level fields of an object; none for a kind that is not in the table."""
    fields = _KINDS.get(ref_of(body).group_kind)
    if fields is None:
        return
    for name in body:
        if name not in fields.known:
            yield unknown_field((name,), fields.known)
    for name in fields.required:
        if body.get(name) in (None, ""):
            yield required((name,))


def _entry(line: str) -> tuple[GroupKind, _Fields]:
    title, *names = line.split()
    kind, _, group = title.partition(".")
    known = (*_OF_EVERY_KIND, *(name.rstrip("!") for name in names))
    return GroupKind(group, kind), _Fields(known, tuple(name[:-1] for name in names if name.endswith("!")))


_KINDS: Mapping[GroupKind, _Fields] = dict(map(_entry, _TABLE.strip().splitlines()))
