"""Runs on a real cluster: submitted, listed, compared, made again and pruned, beside what `apply` applies."""

import json
from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.on_cluster.test_jobs import plain_job
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

TEMPLATE = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name ~ "-settings" }}
data:
  lr: {{ params.lr | string }}
  first: {{ component.name ~ "-0." ~ component.name ~ "-board" }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ component.name ~ "-token" }}
stringData:
  token: {{ params.token }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ component.name ~ "-data" }}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: Service
metadata:
  name: {{ component.name ~ "-board" }}
spec:
  selector:
    app: board
  ports:
  - port: 80
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ component.name }}
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations:
        sandbox.dlctl.dev/story: {{ params.story }}
    spec:
      restartPolicy: Never
      tolerations:
      - operator: Exists
      containers:
      - name: main
        image: example.test/a:1
        env:
        - name: BOARD
          value: {{ "http://" ~ component.name ~ "-board:80" }}
        - name: SELF
          value: {{ component.name ~ "-0." ~ component.name }}
        envFrom:
        - configMapRef:
            name: {{ component.name ~ "-settings" }}
        - secretRef:
            name: {{ component.name ~ "-token" }}
        volumeMounts:
        - name: data
          mountPath: /data
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: {{ component.name ~ "-data" }}
"""
PARAMS: dict[str, Any] = {
    "lr": {"type": "number", "default": 0.5, "description": "Learning rate"},
    "batch": {"type": "integer", "default": 32, "description": "Batch size"},
    "story": {"type": "string", "default": "hang", "description": "Story"},
    "token": {"type": "string", "default": "none", "writeOnly": True, "description": "Token"},
}
PATCH = """patches:
  train:
  - target: {kind: Job, name: train}
    merge: {spec: {activeDeadlineSeconds: 3600}}
"""


@pytest.fixture
def train(cluster_app: AppOnCluster) -> AppOnCluster:
    """An app whose component `train` is a job with configuration of its own, a claim and a Service."""
    cluster_app.component("train", plain_job("train", "hang"), **PARAMS)
    cluster_app.template("train", TEMPLATE)
    environment = "environments/dev/environment.yaml"
    cluster_app.project.write({environment: cluster_app.project.read(environment) + PATCH})
    return cluster_app


def test_a_run_has_a_name_and_configuration_of_its_own(train: AppOnCluster) -> None:
    tried = train.run("job", "submit", "train", "--env", "dev", "--dry-run", "-o", "json").ok()
    assert checked(tried.out, "Run")["run"] == "train-r1"
    assert train.names("jobs") == []

    first = checked(train.run("job", "submit", "train", "--env", "dev", "-o", "json").ok().out, "Run")
    words = ("--set", "lr=0.1", "--set", "train.token=hunter2-hunter2")
    second = train.run("job", "submit", "train", "--env", "dev", *words).ok()

    assert (first["run"], first["object"]["name"]) == ("train-r1", "train-r1")
    assert "dev: run train-r2 submitted: Job.batch/train-r2 " in second.out
    assert train.names("jobs") == ["train-r1", "train-r2"]
    assert train.names("configmaps") == ["train-r1-settings", "train-r2-settings"]
    assert train.names("secrets") == ["train-r1-token", "train-r2-token"]
    assert train.names("persistentvolumeclaims") == ["train-data"]
    assert train.names("services") == ["train-board"]
    job = train.get("job", "train-r2")
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert {each["name"]: each["value"] for each in container["env"]} == {
        "BOARD": "http://train-board:80",
        "SELF": "train-r2-0.train-r2",
    }
    assert [next(iter(each.values()))["name"] for each in container["envFrom"]] == [
        "train-r2-settings",
        "train-r2-token",
    ]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == "train-data"
    assert job["spec"]["activeDeadlineSeconds"] == 3600, "a patch by name reaches the run"
    labels = job["metadata"]["labels"]
    assert (labels["dlctl.dev/run"], labels["dlctl.dev/component"]) == ("train-r2", "train")
    assert "applyset.kubernetes.io/part-of" not in labels
    made = json.loads(job["metadata"]["annotations"]["dlctl.dev/made-from"])
    assert (made["values"], made["hidden"], made["params"]["lr"]) == ({"lr": 0.1}, ["token"], 0.1)
    assert "hunter2" not in json.dumps(job)
    owner = train.get("configmap", "train-r2-settings")["metadata"]["ownerReferences"][0]
    assert owner["uid"] == job["metadata"]["uid"]
    assert train.get("configmap", "train-r2-settings")["data"]["first"] == "train-r2-0.train-board"
    listed = checked(train.run("job", "list", "dev", "-o", "json").ok().out, "JobList")["items"]
    assert [each["object"]["name"] for each in listed] == ["train-r2", "train-r1"]
