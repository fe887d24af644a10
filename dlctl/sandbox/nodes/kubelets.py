"""The behavior of the simulated kubelets: kwok's Stage objects."""

import json
from pathlib import Path
from typing import Any

import yaml

from dlctl.sandbox.host.commands import KUBELET_ADDRESS
from dlctl.sandbox.nodes.stories import story_stages, without_lost_pods, without_stories

STAGES = Path(__file__).parent / "stages"
READY = '.status.conditions.[] | select( .type == "Ready" ) | .status'
_ENDPOINT = """\
daemonEndpoints: {kubeletEndpoint: {Port: PORT}}
addresses:
- ADDRESS
{{ $types := "" }}{{ range .status.addresses }}{{ $types = printf "%s %s" $types .type }}{{ end }}
{{ if not (contains "InternalIP" $types) }}{{ $number := adler32sum .metadata.name | int64 }}
- {type: InternalIP, address: "172.20.{{ mod (div $number 250) 250 }}.{{ add 1 (mod $number 250) }}"}
{{ end }}
{{ if not (contains "Hostname" $types) }}
- {type: Hostname, address: {{ .metadata.name | Quote }}}
{{ end }}
"""
_END_OF_JOB_PODS = "ownerReferences"
_OF_NO_JOB_SET = {"key": '.metadata.labels["jobset.sigs.k8s.io/jobset-name"]', "operator": "DoesNotExist"}


def stages(printed: bytes | None, job_seconds: int | None = None, kubelet_port: int = 0) -> bytes:
    """The stages for kwok: the ones that it `printed` itself, else dlctl's own, of training jobs, of stories.

    The pods of jobs run for `job_seconds`, if given. Nodes have their kubelet at `kubelet_port`, unless 0.

    The stage that completes pods of Jobs at once does not apply to pods of JobSets; the training jobs'
    stage completes those.
    """
    general = printed if printed is not None else (STAGES / "kubelet.yaml").read_bytes()
    own = (STAGES / "training-pods.yaml").read_bytes()
    plain = [*map(_without_job_sets, yaml.safe_load_all(general)), *yaml.safe_load_all(own)]
    timed = [_lasting(stage, job_seconds) for stage in plain]
    every = [without_lost_pods(stage) for stage in (*map(without_stories, timed), *story_stages())]
    if kubelet_port:
        every.append(_endpoint(kubelet_port))
    return yaml.safe_dump_all(every, sort_keys=False).encode()


def _endpoint(port: int) -> Any:
    """The stage that tells the API server where the kubelet of a node is; kwok prefers it to others.

    kwok's stage for nodes that are not ready removes addresses, so this one is for ready nodes.
    """
    kind, address = KUBELET_ADDRESS["type"], KUBELET_ADDRESS["address"]
    key = (
        f'[(.status.addresses[]? | select(.type == "{kind}") | .address), '
        '(.status.daemonEndpoints.kubeletEndpoint.Port | tostring)] | join(":")'
    )
    ready = {"key": READY, "operator": "In", "values": ["True"]}
    status = _ENDPOINT.replace("PORT", str(port)).replace("ADDRESS", json.dumps(KUBELET_ADDRESS))
    expression = {"key": key, "operator": "NotIn", "values": [f"{address}:{port}"]}
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": "node-endpoint"},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": "Node"},
            "selector": {"matchExpressions": [ready, expression]},
            "weight": 1,
            "next": {"statusTemplate": status},
        },
    }


def _lasting(stage: Any, job_seconds: int | None) -> Any:
    """The stage with this delay, if it completes pods."""
    if job_seconds is None or "phase: Succeeded" not in stage["spec"]["next"].get("statusTemplate", ""):
        return stage
    return {**stage, "spec": {**stage["spec"], "delay": {"durationMilliseconds": job_seconds * 1000}}}


def _without_job_sets(stage: Any) -> Any:
    expressions = stage["spec"]["selector"].get("matchExpressions", [])
    if not any(_END_OF_JOB_PODS in each["key"] for each in expressions):
        return stage
    selector = {**stage["spec"]["selector"], "matchExpressions": [*expressions, _OF_NO_JOB_SET]}
    return {**stage, "spec": {**stage["spec"], "selector": selector}}
