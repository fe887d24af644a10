"""The behavior of the simulated kubelets: kwok's Stage objects."""

from pathlib import Path
from typing import Any

import yaml

from dlctl.sandbox.nodes.endpoint import endpoint_stage
from dlctl.sandbox.nodes.stories import story_stages, without_lost_pods, without_stories

STAGES = Path(__file__).parent / "stages"
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
        every.append(endpoint_stage(kubelet_port))
    return yaml.safe_dump_all(every, sort_keys=False).encode()


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
