"""Training jobs whose pods have a story."""

from typing import Any

from dlctl.sandbox.story_names import STORY

Json = dict[str, Any]


def pytorch_job(name: str, story: str, restart: str = "Never", workers: int = 1, **policy: Any) -> Json:
    """A PyTorchJob of a master and workers; `policy` is its runPolicy."""
    template = {
        "metadata": {"annotations": {STORY: story}},
        "spec": {"containers": [{"name": "pytorch", "image": "example.test/train:1"}]},
    }
    replicas = {"restartPolicy": restart, "template": template}
    specs = {"Master": {"replicas": 1, **replicas}, "Worker": {"replicas": workers, **replicas}}
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "PyTorchJob",
        "metadata": {"name": name},
        "spec": {"runPolicy": policy, "pytorchReplicaSpecs": specs},
    }


def train_job(name: str, runtime: str, **spec: Any) -> Json:
    """A TrainJob of two nodes."""
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": {"name": name},
        "spec": {
            "runtimeRef": {"name": runtime, "kind": "TrainingRuntime"},
            "trainer": {"numNodes": 2},
            **spec,
        },
    }


def runtime(name: str, story: str) -> Json:
    """A TrainingRuntime whose pods have this story, and are not replaced when they fail."""
    pod = {"restartPolicy": "Never", "containers": [{"name": "node", "image": "example.test/train:1"}]}
    pod_template = {"metadata": {"annotations": {STORY: story}}, "spec": pod}
    labels = {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}
    job_template = {"metadata": {"labels": labels}, "spec": {"backoffLimit": 0, "template": pod_template}}
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainingRuntime",
        "metadata": {"name": name, "labels": {"trainer.kubeflow.org/framework": "torch"}},
        "spec": {
            "mlPolicy": {"numNodes": 2, "torch": {}},
            "template": {"spec": {"replicatedJobs": [{"name": "node", "template": job_template}]}},
        },
    }
