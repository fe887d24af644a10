"""The fields of pods that a list of jobs shows something of: an eighth of what a pod is.

What is not in these types is not decoded. A pod that has another shape is read whole.
"""

from typing import Any, Required, TypedDict

Amounts = dict[str, str | int | float | None]


class _Owner(TypedDict, total=False):
    uid: str
    kind: str
    name: str
    controller: bool


class _Metadata(TypedDict, total=False):
    name: Required[str]
    namespace: str
    uid: str
    creationTimestamp: str
    deletionTimestamp: str
    labels: dict[str, str]
    annotations: dict[str, str]
    ownerReferences: list[_Owner]


class _Resources(TypedDict, total=False):
    limits: Amounts
    requests: Amounts


class _Container(TypedDict, total=False):
    name: str
    image: str
    restartPolicy: str
    resources: _Resources


class _Spec(TypedDict, total=False):
    nodeName: str
    restartPolicy: str
    containers: list[_Container]
    initContainers: list[_Container]
    resources: _Resources
    overhead: Amounts


class _Condition(TypedDict, total=False):
    type: str
    status: str
    reason: str
    message: str
    lastTransitionTime: str


class _ContainerStatus(TypedDict, total=False):
    name: str
    image: str
    restartCount: int
    state: dict[str, Any]
    lastState: dict[str, Any]
    allocatedResources: Amounts
    resources: _Resources


class _Status(TypedDict, total=False):
    phase: str
    reason: str
    message: str
    startTime: str
    conditions: list[_Condition]
    containerStatuses: list[_ContainerStatus]
    initContainerStatuses: list[_ContainerStatus]


class _Pod(TypedDict, total=False):
    metadata: Required[_Metadata]
    spec: _Spec
    status: _Status


class PodPage(TypedDict):
    """A page of a list of pods."""

    metadata: dict[str, Any]
    items: list[_Pod]
