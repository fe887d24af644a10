"""The fields that dlctl reads of objects, beside their status, whose readers accept any shape."""

from collections.abc import Mapping

from dlctl.cluster.answers.shape import Check, each, fields, mapping, scalar, text, tree, values, whole_number
from dlctl.manifest import GroupKind

METADATA = fields(
    ("name",),
    name=text,
    namespace=text,
    uid=text,
    resourceVersion=text,
    creationTimestamp=text,
    deletionTimestamp=text,
    labels=values(text),
    annotations=values(text),
    finalizers=each(text),
    ownerReferences=each(fields(kind=text, name=text, uid=text)),
    managedFields=each(
        fields(manager=text, operation=text, apiVersion=text, subresource=text, time=text, fieldsV1=tree)
    ),
)

_AMOUNTS = values(scalar)
_RESOURCES = fields(limits=_AMOUNTS, requests=_AMOUNTS)
_TAINTS = each(fields(key=text, value=text, effect=text))
_CONTAINERS = each(fields(name=text, restartPolicy=text, resources=_RESOURCES))
_CONTAINER_STATUSES = each(fields(name=text, allocatedResources=_AMOUNTS, resources=_RESOURCES))

_NODE = fields(
    spec=fields(taints=_TAINTS),
    status=fields(
        capacity=_AMOUNTS,
        allocatable=_AMOUNTS,
        conditions=each(fields(type=text, status=text)),
        addresses=each(fields(type=text, address=text)),
        nodeInfo=fields(kubeletVersion=text),
    ),
)
_POD = fields(
    spec=fields(
        nodeName=text,
        priority=whole_number,
        containers=_CONTAINERS,
        initContainers=_CONTAINERS,
        resources=_RESOURCES,
        overhead=_AMOUNTS,
    ),
    status=fields(
        phase=text,
        startTime=text,
        nominatedNodeName=text,
        containerStatuses=_CONTAINER_STATUSES,
        initContainerStatuses=_CONTAINER_STATUSES,
        extendedResourceClaimStatus=fields(requestMappings=each(fields(resourceName=text))),
    ),
)
_CAPACITY = values(fields(value=scalar))
_COUNTERS = each(fields(name=text, counterSet=text, counters=_CAPACITY))
_PROPERTIES: Mapping[str, Check] = {
    "nodeName": text,
    "taints": _TAINTS,
    "attributes": values(mapping),
    "capacity": values(mapping),
    "consumesCounters": _COUNTERS,
}
_SELECTORS = each(fields(cel=fields(expression=text)))
_DEVICES_ASKED: Mapping[str, Check] = {
    "name": text,
    "deviceClassName": text,
    "allocationMode": text,
    "count": whole_number,
    "selectors": _SELECTORS,
    "tolerations": each(fields(key=text, operator=text, value=text, effect=text)),
}
_CLAIM_SPEC = fields(
    devices=fields(
        requests=each(
            fields(
                **_DEVICES_ASKED,
                exactly=fields(**_DEVICES_ASKED),
                firstAvailable=each(fields(**_DEVICES_ASKED)),
            )
        ),
        constraints=each(fields(requests=each(text), matchAttribute=text, distinctAttribute=text)),
    )
)
_CLAIM_TEMPLATE = fields(spec=fields(spec=_CLAIM_SPEC))
_DEVICE_CLASS = fields(spec=fields(selectors=_SELECTORS))
_SLICE = fields(
    spec=fields(
        driver=text,
        nodeName=text,
        pool=fields(name=text, generation=whole_number, resourceSliceCount=whole_number),
        devices=each(fields(name=text, basic=fields(**_PROPERTIES), **_PROPERTIES)),
        sharedCounters=_COUNTERS,
    )
)
_CLAIM = fields(
    spec=_CLAIM_SPEC,
    status=fields(
        allocation=fields(devices=fields(results=each(fields(driver=text, pool=text, device=text)))),
        reservedFor=each(fields(resource=text, name=text)),
    ),
)
_NODE_FEATURE = fields(
    spec=fields(
        features=fields(
            flags=values(fields(elements=mapping)),
            attributes=values(fields(elements=values(scalar))),
            instances=values(fields(elements=each(fields(attributes=values(scalar))))),
        )
    )
)
_KUEUE_TOPOLOGY = fields(spec=fields(levels=each(fields(nodeLabel=text))))
_HYPER_NODE = fields(
    spec=fields(
        tier=whole_number,
        members=each(
            fields(
                type=text,
                selector=fields(
                    exactMatch=fields(name=text),
                    regexMatch=fields(pattern=text),
                    labelMatch=fields(matchLabels=values(text)),
                ),
            )
        ),
    )
)
_FLAVORS = each(fields(name=text, resources=each(fields(name=text, nominalQuota=scalar))))
_CLUSTER_QUEUE = fields(spec=fields(resourceGroups=each(fields(flavors=_FLAVORS))))
_RESOURCE_FLAVOR = fields(spec=fields(nodeLabels=values(text)))
_LIMITS = fields(resource=mapping)
_VOLCANO_QUEUE = fields(spec=fields(capability=_LIMITS, deserved=_LIMITS, guarantee=_LIMITS))
_WEBHOOKS = fields(
    webhooks=each(fields(failurePolicy=text, rules=each(fields(apiGroups=each(text), resources=each(text)))))
)


KINDS: Mapping[GroupKind, Check] = {
    GroupKind("", "Node"): _NODE,
    GroupKind("", "Pod"): _POD,
    GroupKind("resource.k8s.io", "ResourceSlice"): _SLICE,
    GroupKind("resource.k8s.io", "ResourceClaim"): _CLAIM,
    GroupKind("resource.k8s.io", "ResourceClaimTemplate"): _CLAIM_TEMPLATE,
    GroupKind("resource.k8s.io", "DeviceClass"): _DEVICE_CLASS,
    GroupKind("nfd.k8s-sigs.io", "NodeFeature"): _NODE_FEATURE,
    GroupKind("kueue.x-k8s.io", "Topology"): _KUEUE_TOPOLOGY,
    GroupKind("topology.volcano.sh", "HyperNode"): _HYPER_NODE,
    GroupKind("kueue.x-k8s.io", "ClusterQueue"): _CLUSTER_QUEUE,
    GroupKind("kueue.x-k8s.io", "ResourceFlavor"): _RESOURCE_FLAVOR,
    GroupKind("scheduling.volcano.sh", "Queue"): _VOLCANO_QUEUE,
    GroupKind("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _WEBHOOKS,
    GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _WEBHOOKS,
}
