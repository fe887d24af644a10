"""What the simulated kubelets do with nodes and pods: kwok's Stage objects."""

from pathlib import Path
from typing import Any

import yaml

STAGES = Path(__file__).parent / "stages"
_END_OF_JOB_PODS = "ownerReferences"
_OF_NO_JOB_SET = {"key": '.metadata.labels["jobset.sigs.k8s.io/jobset-name"]', "operator": "DoesNotExist"}


def stages(printed: bytes | None) -> bytes:
    """The YAML that kwok reads: the stages that it `printed` itself, else ours, and those of training jobs.

    A stage that ends the pods of every Job at once leaves those of JobSets to the training jobs' stage.
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
