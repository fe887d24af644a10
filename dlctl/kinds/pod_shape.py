"""The fields of a pod template that are read to say where its pods fit, with their types (core/v1)."""

from dlctl.kinds.inline_pods import FRAMEWORKS
from dlctl.kinds.shape import (
    COUNT,
    FLAG,
    INTEGER,
    MAPPING,
    QUANTITIES,
    TEXT,
    TEXT_MAP,
    TEXTS,
    Fields,
    ListOf,
    Shape,
    fields,
)

_EXPRESSIONS = ListOf(fields(key=TEXT, operator=TEXT, values=TEXTS))
SELECTOR = fields(matchLabels=TEXT_MAP, matchExpressions=_EXPRESSIONS)
_NODE_TERM = fields(matchExpressions=_EXPRESSIONS, matchFields=_EXPRESSIONS)
_POD_TERM = fields(
    labelSelector=SELECTOR,
    namespaceSelector=SELECTOR,
    namespaces=TEXTS,
    topologyKey=TEXT,
    matchLabelKeys=TEXTS,
    mismatchLabelKeys=TEXTS,
)
_POD_AFFINITY = fields(
    requiredDuringSchedulingIgnoredDuringExecution=ListOf(_POD_TERM),
    preferredDuringSchedulingIgnoredDuringExecution=ListOf(fields(weight=INTEGER, podAffinityTerm=_POD_TERM)),
)
NODE_SELECTOR = fields(nodeSelectorTerms=ListOf(_NODE_TERM))
_NODE_AFFINITY = fields(
    requiredDuringSchedulingIgnoredDuringExecution=NODE_SELECTOR,
    preferredDuringSchedulingIgnoredDuringExecution=ListOf(fields(weight=INTEGER, preference=_NODE_TERM)),
)
RESOURCES = fields(limits=QUANTITIES, requests=QUANTITIES, claims=ListOf(MAPPING))
_PORT = fields(hostPort=INTEGER, containerPort=INTEGER, protocol=TEXT, hostIP=TEXT, name=TEXT)
_CONTAINER = fields(
    name=TEXT,
    image=TEXT,
    command=TEXTS,
    args=TEXTS,
    resources=RESOURCES,
    ports=ListOf(_PORT),
    restartPolicy=TEXT,
    env=ListOf(MAPPING),
    envFrom=ListOf(MAPPING),
    volumeMounts=ListOf(MAPPING),
    securityContext=MAPPING,
)
METADATA = fields(labels=TEXT_MAP, annotations=TEXT_MAP)
CLAIM_SPEC = fields(
    accessModes=TEXTS,
    resources=fields(requests=QUANTITIES),
    selector=SELECTOR,
    storageClassName=TEXT,
    volumeMode=TEXT,
    volumeName=TEXT,
)
_CLAIM_TEMPLATE = fields(metadata=METADATA, spec=CLAIM_SPEC)
_VOLUME = fields(
    name=TEXT,
    persistentVolumeClaim=fields(claimName=TEXT),
    ephemeral=fields(volumeClaimTemplate=_CLAIM_TEMPLATE),
    configMap=MAPPING,
    secret=MAPPING,
    emptyDir=MAPPING,
    hostPath=MAPPING,
)
_SPREAD = fields(
    maxSkew=INTEGER,
    minDomains=INTEGER,
    topologyKey=TEXT,
    whenUnsatisfiable=TEXT,
    labelSelector=SELECTOR,
    matchLabelKeys=TEXTS,
    nodeAffinityPolicy=TEXT,
    nodeTaintsPolicy=TEXT,
)
TOLERATIONS = ListOf(fields(key=TEXT, operator=TEXT, value=TEXT, effect=TEXT, tolerationSeconds=INTEGER))

_SPEC: dict[str, Shape] = {
    "initContainers": ListOf(_CONTAINER),
    "resources": RESOURCES,
    "overhead": QUANTITIES,
    "nodeSelector": TEXT_MAP,
    "affinity": fields(nodeAffinity=_NODE_AFFINITY, podAffinity=_POD_AFFINITY, podAntiAffinity=_POD_AFFINITY),
    "tolerations": TOLERATIONS,
    "topologySpreadConstraints": ListOf(_SPREAD),
    "volumes": ListOf(_VOLUME),
    "resourceClaims": ListOf(MAPPING),
    "schedulingGates": ListOf(fields(name=TEXT)),
    "nodeName": TEXT,
    "schedulerName": TEXT,
    "priorityClassName": TEXT,
    "priority": INTEGER,
    "preemptionPolicy": TEXT,
    "runtimeClassName": TEXT,
    "hostNetwork": FLAG,
    "securityContext": MAPPING,
    "activeDeadlineSeconds": INTEGER,
    "terminationGracePeriodSeconds": INTEGER,
}
POD_SPEC = Fields({**_SPEC, "containers": ListOf(_CONTAINER, filled=True)}, ("containers",))
POD_TEMPLATE = fields("spec", metadata=METADATA, spec=POD_SPEC)
INLINE_SPEC = Fields(
    {
        **_SPEC,
        **METADATA.fields,
        **dict.fromkeys(FRAMEWORKS, _CONTAINER),
        "containers": ListOf(_CONTAINER),
    }
)
"""KServe's: a configuration of the cluster may have the containers."""

_POLICY = fields(queue=TEXT, minAvailable=COUNT)
_PATCHED_JOB = fields(
    name=TEXT,
    template=fields(spec=fields(template=fields(spec=Fields({**_SPEC, "containers": ListOf(_CONTAINER)})))),
)
_RUNTIME_PATCH = fields(
    trainingRuntimeSpec=fields(template=fields(spec=fields(replicatedJobs=ListOf(_PATCHED_JOB))))
)
AROUND_PODS = fields(
    metadata=METADATA,
    spec=fields(
        runPolicy=fields(schedulingPolicy=_POLICY),
        schedulingPolicy=_POLICY,
        queue=TEXT,
        schedulerName=TEXT,
        minAvailable=COUNT,
        volumeClaimTemplates=ListOf(_CLAIM_TEMPLATE),
        leaderWorkerTemplate=fields(volumeClaimTemplates=ListOf(_CLAIM_TEMPLATE)),
    ),
)
"""What is read beside the templates of any kind."""
_RUNTIME_JOB = fields(
    name=TEXT,
    replicas=COUNT,
    dependsOn=ListOf(fields(name=TEXT, status=TEXT)),
    template=fields(
        metadata=METADATA,
        spec=fields(
            parallelism=COUNT,
            template=fields(metadata=METADATA, spec=Fields({**_SPEC, "containers": ListOf(_CONTAINER)})),
        ),
    ),
)
RUNTIME_SPEC = fields(
    mlPolicy=fields(numNodes=COUNT),
    template=fields(spec=fields(replicatedJobs=ListOf(_RUNTIME_JOB))),
)
"""A runtime of Kubeflow Trainer: a JobSet, whose jobs TrainJobs adapt."""
TRAIN_JOB = fields(
    spec=fields(
        runtimeRef=fields(name=TEXT, kind=TEXT, apiGroup=TEXT),
        trainer=fields(resourcesPerNode=RESOURCES, numNodes=COUNT),
        runtimePatches=ListOf(_RUNTIME_PATCH),
    )
)
