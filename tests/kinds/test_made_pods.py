"""Which pods an object makes, for every kind of the table and every example of the library."""

from typing import Any

import pytest

from dlctl.kinds.made_pods import pods_of
from dlctl.kinds.pod_templates import POD_KINDS
from dlctl.manifest import ref_of
from dlctl.yamlio.load import load_all
from tests.conftest import REPOSITORY

Body = dict[str, Any]
POD = {"containers": [{"name": "a", "image": "x"}]}
TEMPLATE = {"metadata": {"labels": {"app": "a"}}, "spec": POD}


def made(api_version: str, kind: str, spec: Body, **metadata: Any) -> Body:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "n", **metadata}, "spec": spec}


def replicas(**roles: int | None) -> Body:
    return {
        name: {"template": TEMPLATE, **({} if count is None else {"replicas": count})}
        for name, count in roles.items()
    }


def ray(**workers: Any) -> Body:
    return {
        "headGroupSpec": {"template": TEMPLATE},
        "workerGroupSpecs": [{"groupName": "gpu", "template": TEMPLATE, **workers}],
    }


QUEUE = {"labels": {"kueue.x-k8s.io/queue-name": "q"}}
CASES: list[tuple[Body, list[tuple[str, int | None]], int]] = [
    (made("v1", "Pod", POD), [("pod", 1)], 0),
    (made("v1", "ReplicationController", {"replicas": 2, "template": TEMPLATE}), [("", 2)], 0),
    (made("apps/v1", "ReplicaSet", {"template": TEMPLATE}), [("", 1)], 0),
    (made("apps/v1", "Deployment", {"replicas": 3, "template": TEMPLATE}), [("", 3)], 0),
    (made("apps/v1", "Deployment", {"replicas": 0, "template": TEMPLATE}), [("", 0)], 0),
    (made("apps/v1", "StatefulSet", {"replicas": 2, "template": TEMPLATE}), [("", 2)], 0),
    (made("apps/v1", "DaemonSet", {"template": TEMPLATE}), [("", None)], 0),
    (made("batch/v1", "Job", {"template": TEMPLATE}), [("", 1)], 0),
    (made("batch/v1", "Job", {"parallelism": 4, "completions": 2, "template": TEMPLATE}), [("", 2)], 0),
    (made("batch/v1", "Job", {"completions": 5, "template": TEMPLATE}), [("", 1)], 0),
    (made("batch/v1", "Job", {"parallelism": 4, "template": TEMPLATE}, **QUEUE), [("", 4)], 4),
    (
        made("batch/v1", "CronJob", {"jobTemplate": {"spec": {"parallelism": 2, "template": TEMPLATE}}}),
        [("", 2)],
        0,
    ),
    (
        made("batch/v1", "CronJob", {"jobTemplate": {"spec": {"template": TEMPLATE}}}),
        [("", 1)],
        0,
    ),
    (
        made("kubeflow.org/v1", "TFJob", {"tfReplicaSpecs": replicas(PS=1, Worker=4)}),
        [("PS", 1), ("Worker", 4)],
        0,
    ),
    (
        made(
            "kubeflow.org/v1",
            "TFJob",
            {
                "runPolicy": {"schedulingPolicy": {"minAvailable": 3}},
                "tfReplicaSpecs": replicas(PS=1, Worker=4),
            },
        ),
        [("PS", 1), ("Worker", 4)],
        3,
    ),
    (
        made(
            "kubeflow.org/v1",
            "PyTorchJob",
            {
                "runPolicy": {"schedulingPolicy": {"queue": "q"}},
                "pytorchReplicaSpecs": replicas(Master=1, Worker=3),
            },
        ),
        [("Master", 1), ("Worker", 3)],
        4,
    ),
    (made("kubeflow.org/v1", "PaddleJob", {"paddleReplicaSpecs": replicas(Worker=None)}), [("Worker", 1)], 0),
    (made("kubeflow.org/v1", "XGBoostJob", {"xgbReplicaSpecs": replicas(Master=1)}), [("Master", 1)], 0),
    (made("kubeflow.org/v1", "JAXJob", {"jaxReplicaSpecs": replicas(Worker=2)}), [("Worker", 2)], 0),
    (
        made("kubeflow.org/v2beta1", "MPIJob", {"mpiReplicaSpecs": replicas(Launcher=None, Worker=None)}),
        [("Launcher", 1), ("Worker", 0)],
        0,
    ),
    (
        made("batch.paddlepaddle.org/v1", "PaddleJob", replicas(ps=2, worker=3)),
        [("ps", 2), ("worker", 3)],
        0,
    ),
    (
        made(
            "batch.volcano.sh/v1alpha1",
            "Job",
            {
                "tasks": [
                    {"name": "ps", "template": TEMPLATE},
                    {"name": "w", "replicas": 3, "template": TEMPLATE},
                ]
            },
        ),
        [("ps", 1), ("w", 3)],
        4,
    ),
    (
        made(
            "batch.volcano.sh/v1alpha1",
            "Job",
            {"minAvailable": 2, "tasks": [{"name": "w", "replicas": 3, "template": TEMPLATE}]},
        ),
        [("w", 3)],
        2,
    ),
    (
        made(
            "batch.volcano.sh/v1alpha1",
            "CronJob",
            {
                "jobTemplate": {
                    "spec": {"minAvailable": 2, "tasks": [{"name": "w", "replicas": 3, "template": TEMPLATE}]}
                }
            },
        ),
        [("w", 3)],
        2,
    ),
    (
        made(
            "jobset.x-k8s.io/v1alpha2",
            "JobSet",
            {
                "replicatedJobs": [
                    {
                        "name": "w",
                        "replicas": 2,
                        "template": {"spec": {"parallelism": 4, "template": TEMPLATE}},
                    }
                ]
            },
        ),
        [("w", 8)],
        0,
    ),
    (
        made(
            "leaderworkerset.x-k8s.io/v1",
            "LeaderWorkerSet",
            {"replicas": 2, "leaderWorkerTemplate": {"size": 4, "workerTemplate": TEMPLATE}},
        ),
        [("leader", 2), ("worker", 6)],
        0,
    ),
    (
        made(
            "leaderworkerset.x-k8s.io/v1",
            "LeaderWorkerSet",
            {"replicas": 2, "leaderWorkerTemplate": {"size": 4, "workerTemplate": TEMPLATE}},
            **QUEUE,
        ),
        [("leader", 2), ("worker", 6)],
        4,
    ),
    (
        made(
            "leaderworkerset.x-k8s.io/v1",
            "LeaderWorkerSet",
            {
                "replicas": 3,
                "leaderWorkerTemplate": {
                    "leaderTemplate": TEMPLATE,
                    "workerTemplate": {"spec": {**POD, "schedulerName": "volcano"}},
                    "size": 2,
                },
            },
        ),
        [("leader", 3), ("worker", 3)],
        2,
    ),
    (made("ray.io/v1", "RayCluster", ray(replicas=2, numOfHosts=2)), [("head", 1), ("gpu", 4)], 0),
    (made("ray.io/v1", "RayJob", {"rayClusterSpec": ray()}), [("head", 1), ("gpu", 0)], 0),
    (
        made("ray.io/v1", "RayJob", {"rayClusterSpec": ray(minReplicas=2), "submitterPodTemplate": TEMPLATE}),
        [("head", 1), ("gpu", 2), ("submitter", 1)],
        0,
    ),
    (
        made(
            "ray.io/v1", "RayCluster", ray(replicas=3, template={"spec": {**POD, "schedulerName": "volcano"}})
        ),
        [("head", 1), ("gpu", 3)],
        4,
    ),
    (
        made("ray.io/v1", "RayCronJob", {"jobTemplate": {"rayClusterSpec": ray(replicas=3)}}),
        [("head", 1), ("gpu", 3)],
        0,
    ),
    (made("ray.io/v1", "RayService", {"rayClusterConfig": ray(replicas=1)}), [("head", 1), ("gpu", 1)], 0),
    (
        made(
            "trainer.kubeflow.org/v1alpha1",
            "TrainJob",
            {"trainer": {"numNodes": 3, "resourcesPerNode": {"limits": {"nvidia.com/gpu": 1}}}},
        ),
        [("node", 3)],
        0,
    ),
    (made("serving.knative.dev/v1", "Service", {"template": TEMPLATE}), [("revision", 1)], 0),
    (
        made(
            "serving.knative.dev/v1",
            "Configuration",
            {
                "template": {
                    "metadata": {"annotations": {"autoscaling.knative.dev/min-scale": "3"}},
                    "spec": POD,
                }
            },
        ),
        [("revision", 3)],
        0,
    ),
    (
        made(
            "serving.kserve.io/v1beta1",
            "InferenceService",
            {"predictor": {"minReplicas": 2, "model": {"resources": {}}}, "transformer": POD},
        ),
        [("predictor", 2), ("transformer", 1)],
        0,
    ),
    (
        made("serving.kserve.io/v1alpha1", "LLMInferenceService", {"replicas": 2, "template": POD}),
        [("main", 2)],
        0,
    ),
    (
        made(
            "serving.kserve.io/v1alpha2",
            "LLMInferenceService",
            {
                "replicas": 2,
                "parallelism": {"data": 32, "dataLocal": 8},
                "template": POD,
                "worker": POD,
                "prefill": {"replicas": 3, "parallelism": {"pipeline": 2}, "template": POD, "worker": POD},
                "router": {"scheduler": {"replicas": 2, "template": POD}},
            },
        ),
        [("main", 2), ("worker", 6), ("prefill", 3), ("prefill-worker", 3), ("scheduler", 2)],
        0,
    ),
    (made("kubeflow.org/v1", "Notebook", {"template": {"spec": POD}}), [("notebook", 1)], 0),
    (made("sources.knative.dev/v1", "ContainerSource", {"template": TEMPLATE}), [("source", 1)], 0),
    (made("keda.sh/v1alpha1", "ScaledJob", {"jobTargetRef": {"template": TEMPLATE}}), [("job", 1)], 0),
]


@pytest.mark.parametrize(
    ("body", "roles", "minimum"), CASES, ids=[str(ref_of(body).group_kind) for body, _, _ in CASES]
)
def test_roles_counts_and_gangs(body: Body, roles: list[tuple[str, int | None]], minimum: int) -> None:
    found = pods_of(body)
    assert found.checked
    assert [(each.role, each.count) for each in found.pods] == roles
    assert found.minimum == minimum
    assert all(each.spec["containers"] for each in found.pods)


def test_every_kind_of_the_table_has_a_case() -> None:
    assert {ref_of(body).group_kind for body, _, _ in CASES} == set(POD_KINDS)


def test_paths_lead_to_the_pod_and_to_the_count() -> None:
    tasks = [{"name": "w", "replicas": 3, "template": TEMPLATE}]
    (found,) = pods_of(made("batch.volcano.sh/v1alpha1", "Job", {"tasks": tasks})).pods
    assert (found.path, found.count_path) == ("spec.tasks[0].template.spec", "spec.tasks[0].replicas")
    (bare,) = pods_of(made("v1", "Pod", POD)).pods
    assert (bare.path, bare.count_path) == ("spec", "")


@pytest.mark.parametrize(
    "body",
    [
        made("example.com/v1", "Trainer", {"workers": [{"template": TEMPLATE}]}),
        made("tekton.dev/v1", "PipelineRun", {}),
        made("trainer.kubeflow.org/v1alpha1", "TrainJob", {"runtimeRef": {"name": "torch"}}),
    ],
)
def test_pods_that_are_not_known_are_not_passed_over(body: Body) -> None:
    assert not pods_of(body).checked


def test_the_pods_of_a_train_job_are_those_of_its_runtime() -> None:
    def job(name: str, **more: Any) -> Body:
        main = {"name": "node", "image": "x", "resources": {"limits": {"nvidia.com/gpu": 1}}}
        pod = {"containers": [main, {"name": "log", "image": "x"}], "nodeSelector": {"pool": "gpu"}}
        return {"name": name, "template": {"spec": {"template": {"spec": pod}}}, **more}

    first = {"dependsOn": [{"name": "data", "status": "Complete"}]}
    jobs = [job("data"), job("node", **first), job("launcher", replicas=2)]
    runtime = {"spec": {"mlPolicy": {"numNodes": 2}, "template": {"spec": {"replicatedJobs": jobs}}}}
    train = made("trainer.kubeflow.org/v1alpha1", "TrainJob", {"runtimeRef": {"name": "torch"}})
    node, launcher = pods_of(train, runtime).pods
    assert (node.role, node.count, node.spec["nodeSelector"]) == ("node", 2, {"pool": "gpu"})
    assert (launcher.role, launcher.count) == ("launcher", 2)
    eight = {"limits": {"nvidia.com/gpu": 8}}
    train["spec"]["trainer"] = {"numNodes": 4, "resourcesPerNode": eight}
    node, _ = pods_of(train, runtime).pods
    assert (node.count, node.count_path) == (4, "spec.trainer.numNodes")
    assert [each.get("resources") for each in node.spec["containers"]] == [eight, None]


@pytest.mark.parametrize(
    "body",
    [
        made("v1", "Service", {"ports": []}),
        {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "n"}, "template": TEMPLATE},
        made("serving.kserve.io/v1alpha1", "ServingRuntime", POD),
        made("example.com/v1", "Thing", {"containers": {"properties": {}}}),
    ],
)
def test_objects_that_make_no_pods(body: Body) -> None:
    found = pods_of(body)
    assert found.checked
    assert found.pods == ()


LIBRARY = sorted((REPOSITORY / "prototypes").glob("*/*/examples/*/expected.yaml"))


def test_all_pods_of_the_library_are_known_but_those_of_a_few_controllers() -> None:
    unknown = set()
    for path in LIBRARY:
        for document in load_all(path.read_text(), str(path)):
            if document.value is not None:
                found = pods_of(document.value)
                assert all(each.spec.get("containers") for each in found.pods), path
                unknown |= set() if found.checked else {str(ref_of(document.value).group_kind)}
    assert unknown == {
        "AlluxioRuntime.data.fluid.io",
        "AppWrapper.workload.codeflare.dev",
        "Build.build.knative.dev",
        "DataLoad.data.fluid.io",
        "DataProcess.data.fluid.io",
        "DisaggregatedSet.disaggregatedset.x-k8s.io",
        "Experiment.kubeflow.org",
        "Function.core.openfunction.io",
        "IntegrationSource.sources.knative.dev",
        "JobSink.sinks.knative.dev",
        "JindoRuntime.data.fluid.io",
        "JuiceFSRuntime.data.fluid.io",
        "TaskRun.tekton.dev",
        "PipelineRun.tekton.dev",
        "ThinRuntime.data.fluid.io",
        "TrainJob.trainer.kubeflow.org",
        "TrainingJob.paddlepaddle.org",
    }
