"""Rules for single fields of built-in kinds that the API server has in Go, by Go type: tables.

kubernetes, pkg/apis/*/validation. They are those that manifests break most, not all of them.
"""

from collections.abc import Iterator, Mapping

from dlctl.schemas.field_rules import (
    LIMIT_TYPE,
    NOT_NEGATIVE,
    PORT,
    PORT_NAME,
    USER_ID,
    FieldRule,
    field_problem,
    one_of,
    text_rule,
)
from dlctl.schemas.metadata import dns_label
from dlctl.schemas.model import FieldPath, Problem, field_text
from dlctl.schemas.walk import Visited

_CORE = "io.k8s.api.core.v1."
_RBAC = "io.k8s.api.rbac.v1."
_NAME = text_rule(dns_label)
_HAS_STATUS = one_of("True", "False", "Unknown")

_REQUIRED: Mapping[str, tuple[str, ...]] = {
    f"{_CORE}Container": ("image",),
    f"{_CORE}PodSpec": ("containers",),
    f"{_CORE}PodTemplateSpec": ("spec",),
    f"{_CORE}ConfigMapVolumeSource": ("name",),
    f"{_CORE}SecretVolumeSource": ("secretName",),
    f"{_CORE}ConfigMapKeySelector": ("name", "key"),
    f"{_CORE}SecretKeySelector": ("name", "key"),
    f"{_CORE}PersistentVolumeClaimSpec": ("accessModes",),
    f"{_CORE}PersistentVolumeSpec": ("capacity", "accessModes"),
    f"{_RBAC}PolicyRule": ("verbs",),
    **{
        f"io.k8s.api.apps.v1.{kind}": ("spec",)
        for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")
    },
    **{
        f"{_CORE}{kind}": ("spec",)
        for kind in ("PersistentVolume", "PersistentVolumeClaim", "Pod", "Service")
    },
    "io.k8s.api.batch.v1.Job": ("spec",),
    "io.k8s.api.batch.v1.CronJob": ("spec",),
}
"""Fields that must be there and not be empty, though the schema does not require them."""

_FIELDS: Mapping[str, Mapping[str, FieldRule]] = {
    f"{_CORE}Container": {"name": _NAME},
    f"{_CORE}ContainerPort": {"containerPort": PORT, "name": PORT_NAME},
    f"{_CORE}ServicePort": {"port": PORT, "name": _NAME},
    f"{_CORE}Volume": {"name": _NAME},
    f"{_CORE}Probe": dict.fromkeys(
        ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"),
        NOT_NEGATIVE,
    ),
    f"{_CORE}LimitRangeItem": {"type": LIMIT_TYPE},
    **dict.fromkeys(
        (f"{_CORE}PodSecurityContext", f"{_CORE}SecurityContext"),
        dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), USER_ID),
    ),
    f"{_RBAC}RoleRef": {"kind": one_of("Role", "ClusterRole")},
    f"{_RBAC}Subject": {"kind": one_of("ServiceAccount", "User", "Group")},
    "io.k8s.api.apps.v1.DeploymentSpec": {"replicas": NOT_NEGATIVE, "minReadySeconds": NOT_NEGATIVE},
    "io.k8s.api.apps.v1.StatefulSetSpec": {"replicas": NOT_NEGATIVE},
    "io.k8s.api.apps.v1.ReplicaSetSpec": {"replicas": NOT_NEGATIVE},
    "io.k8s.api.batch.v1.JobSpec": dict.fromkeys(
        ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"),
        NOT_NEGATIVE,
    ),
    "io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern": {"status": _HAS_STATUS},
    "io.k8s.api.autoscaling.v2.MetricTarget": {"type": one_of("Utilization", "Value", "AverageValue")},
    "io.k8s.api.autoscaling.v2.MetricSpec": {
        "type": one_of("ContainerResource", "External", "Object", "Pods", "Resource")
    },
}
"""Rules for the values of single fields."""


def go_field_problems(visited: Visited) -> Iterator[Problem]:
    """The problems of single fields of a mapping in an object, by its Go type."""
    for name in _REQUIRED.get(visited.name, ()):
        if visited.value.get(name) in (None, "", []):
            yield required((*visited.path, name))
    for name, rule in _FIELDS.get(visited.name, {}).items():
        if (value := visited.value.get(name)) is not None:
            yield from field_problem((*visited.path, name), value, rule)


def required(path: FieldPath) -> Problem:
    """The problem of a field that is missing; it belongs to what would hold the field."""
    return Problem("required", path[:-1], f"{field_text(path)}: Required value")
