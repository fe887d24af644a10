"""The behavior of the simulated kubelets: kwok's Stage objects."""

from pathlib import Path
from typing import Any

import yaml

STAGES = Path(__file__).parent / "stages"
_END_OF_JOB_PODS = "ownerReferences"
_OF_NO_JOB_SET = {"key": '.metadata.labels["jobset.sigs.k8s.io/jobset-name"]', "operator": "DoesNotExist"}


def stages(printed: bytes | None) -> bytes:
    """The stages for kwok: the ones that it `printed` itself, else dlctl's own, and those of training jobs.

    The stage that completes pods of Jobs at once does not apply to pods of JobSets; the training jobs'
    stage completes those.
    """
    general = printed if printed is not None else (STAGES / "kubelet.yaml").read_bytes()
    own = (STAGES / "training-pods.yaml").read_bytes()
    every = [*map(_without_job_sets, yaml.safe_load_all(general)), *yaml.safe_load_all(own)]
    return yaml.safe_dump_all(every, sort_keys=False).encode()


def _without_job_sets(stage: Any) -> Any:
    expressions = stage["spec"]["selector"].get("matchExpressions", [])
    if not any(_END_OF_JOB_PODS in each["key"] for each in expressions):
        return stage
    selector = {**stage["spec"]["selector"], "matchExpressions": [*expressions, _OF_NO_JOB_SET]}
    return {**stage, "spec": {**stage["spec"], "selector": selector}}
