"""The fields that are read of objects that decide about pods: quotas, classes, volumes and queues."""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.kinds.pod_shape import CLAIM_SPEC, NODE_SELECTOR, RUNTIME_SPEC, TOLERATIONS
from dlctl.kinds.shape import (
    COUNT,
    FLAG,
    INTEGER,
    QUANTITIES,
    TEXT,
    TEXT_MAP,
    TEXTS,
    Fields,
    ListOf,
    fields,
)
from dlctl.manifest import GroupKind

_LIMIT = fields(
    type=TEXT,
    default=QUANTITIES,
    defaultRequest=QUANTITIES,
    min=QUANTITIES,
    max=QUANTITIES,
    maxLimitRequestRatio=QUANTITIES,
)
_SCOPE = fields(scopeName=TEXT, operator=TEXT, values=TEXTS)
_TOPOLOGY = fields(matchLabelExpressions=ListOf(fields(key=TEXT, values=TEXTS)))
_FLAVOR = fields(name=TEXT, resources=ListOf(fields(name=TEXT)))
_USED = ListOf(_FLAVOR)

ADMISSION: Mapping[GroupKind, Fields] = MappingProxyType(
    {
        GroupKind("", "LimitRange"): fields(spec=fields(limits=ListOf(_LIMIT))),
        GroupKind("", "ResourceQuota"): fields(
            spec=fields(hard=QUANTITIES, scopes=TEXTS, scopeSelector=fields(matchExpressions=ListOf(_SCOPE))),
            status=fields(hard=QUANTITIES, used=QUANTITIES),
        ),
        GroupKind("", "PersistentVolumeClaim"): fields(spec=CLAIM_SPEC),
        GroupKind("", "PersistentVolume"): fields(
            spec=fields(
                accessModes=TEXTS,
                capacity=QUANTITIES,
                claimRef=fields(name=TEXT, namespace=TEXT),
                nodeAffinity=fields(required=NODE_SELECTOR),
                storageClassName=TEXT,
                volumeMode=TEXT,
            ),
            status=fields(phase=TEXT),
        ),
        GroupKind("storage.k8s.io", "StorageClass"): fields(
            provisioner=TEXT, volumeBindingMode=TEXT, allowedTopologies=ListOf(_TOPOLOGY)
        ),
        GroupKind("scheduling.k8s.io", "PriorityClass"): fields(
            value=INTEGER, globalDefault=FLAG, preemptionPolicy=TEXT
        ),
        GroupKind("node.k8s.io", "RuntimeClass"): fields(
            overhead=fields(podFixed=QUANTITIES),
            scheduling=fields(nodeSelector=TEXT_MAP, tolerations=TOLERATIONS),
        ),
        GroupKind("kueue.x-k8s.io", "LocalQueue"): fields(spec=fields(clusterQueue=TEXT, stopPolicy=TEXT)),
        GroupKind("kueue.x-k8s.io", "ClusterQueue"): fields(
            spec=fields(resourceGroups=ListOf(fields(flavors=ListOf(_FLAVOR))), stopPolicy=TEXT),
            status=fields(flavorsReservation=_USED, flavorsUsage=_USED),
        ),
        GroupKind("scheduling.volcano.sh", "Queue"): fields(
            spec=fields(capability=QUANTITIES), status=fields(state=TEXT, allocated=QUANTITIES)
        ),
        **{
            GroupKind(group, "PodGroup"): fields(spec=fields(minMember=COUNT))
            for group in ("scheduling.volcano.sh", "scheduling.x-k8s.io", "scheduling.k8s.io")
        },
        **{
            GroupKind("trainer.kubeflow.org", kind): fields(spec=RUNTIME_SPEC)
            for kind in ("ClusterTrainingRuntime", "TrainingRuntime")
        },
    }
)
