"""The status of a simulated pod is, field by field, what a kubelet writes."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controlplane import Namespace
from tests.sandbox.story_pods import Json, create, ok, pod, wait

RECORDED = yaml.safe_load((Path(__file__).parent / "kubelet_statuses.yaml").read_text())
WAITING = ".status.containerStatuses[0].state.waiting.reason"
STORIES = {
    "running": ("hang", "Never", "condition=Ready"),
    "succeeded": ("succeed@2s", "Never", ".status.phase=Succeeded"),
    "failed": ("fail@2s:42", "Never", ".status.phase=Failed"),
    "out-of-memory": ("oom@2s", "Never", ".status.phase=Failed"),
    "evicted": ("evict@2s", "Never", ".status.phase=Failed"),
    "backing-off": ("crash-loop", "Always", f"{WAITING}=CrashLoopBackOff"),
    "image-missing": ("image-pull-error", "Never", f"{WAITING}=ImagePullBackOff"),
    "not-ready-yet": ("slow-start@600s", "Always", ".status.phase=Running"),
}
EVENTS = {
    "evicted": "Evicted",
    "backing-off": "BackOff",
    "image-missing": "Failed",
    "not-ready-yet": "Unhealthy",
}
"""The warnings of a kubelet. It has none for a container that ends, also where it used too much memory."""


def recorded(state: str) -> Json:
    """The whole status, with stand-ins for what differs between pods."""
    own = RECORDED["states"][state]
    conditions = {**RECORDED["conditions"][own["base"]], **own["conditions"]}
    container = {**RECORDED["container"], **own["container"]}
    return {
        **RECORDED["always"],
        **own["status"],
        "conditions": {kind: {**each, "observedGeneration": 1} for kind, each in conditions.items()},
        "containerStatuses": [{key: value for key, value in container.items() if value is not None}],
    }


def plain(value: Any, body: Json) -> Any:
    """A value of this pod's status with the same stand-ins."""
    if isinstance(value, dict):
        return {key: plain(each, body) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each, body) for each in value]
    if not isinstance(value, str):
        return value
    if value == body["status"]["startTime"]:
        return "TIME0"
    metadata = body["metadata"]
    for shown, name in ((metadata["uid"], "UID"), (metadata["namespace"], "NAMESPACE")):
        value = value.replace(shown, name)
    value = value.replace(f"pod={metadata['name']}_", "pod=NAME_")
    forms = {r"[-0-9]{10}T[:0-9]{8}Z": "TIME", r"[0-9]+(\.[0-9]+){3}": "IP", r".*[0-9a-f]{64}": "ID"}
    return next((stand_in for form, stand_in in forms.items() if re.fullmatch(form, value)), value)


def seen(body: Json) -> Json:
    """The pod's status, its conditions by type and without the times at which they changed."""
    found: Json = plain(body["status"], body)
    conditions = {each.pop("type"): each for each in found["conditions"]}
    for each in conditions.values():
        assert each.pop("lastTransitionTime") in ("TIME", "TIME0")
        assert each.pop("lastProbeTime") is None
    return {**found, "conditions": conditions}


@pytest.mark.controlplane
def test_statuses_and_warnings_are_those_of_kubelets(namespace: Namespace) -> None:
    create(namespace, [pod(state, story, restart) for state, (story, restart, _) in STORIES.items()])
    for state, (_, _, condition) in STORIES.items():
        wait(namespace, f"pod/{state}", condition)
        body = namespace.get("pod", state)
        wanted, found = recorded(state), seen(body)
        if state == "backing-off":  # the run before the last may have begun with the pod
            for each in (wanted, found):
                each["containerStatuses"][0]["lastState"]["terminated"]["startedAt"] = "TIME"
        assert found == wanted, state

        initialized = next(c for c in body["status"]["conditions"] if c["type"] == "Initialized")
        assert initialized["lastTransitionTime"] == body["status"]["startTime"], state
    for state in STORIES:
        described = ok(namespace, "describe", "pod", state)
        warnings = set(re.findall(r"^  Warning +(\w+)", described, re.MULTILINE))
        assert warnings == ({EVENTS[state]} if state in EVENTS else set()), state
