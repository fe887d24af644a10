"""Runs as values: own and shared objects, names, grids, records; a run is created whole or not at all."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.app.load import load_app
from dlctl.app.model import Environment
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.create_run import create_run
from dlctl.errors import AlreadyExists, KubeconfigError, UsageError
from dlctl.events import Emit, Listener
from dlctl.jobs.runs.grid import combinations
from dlctl.jobs.runs.names import next_number
from dlctl.jobs.runs.parts import parts_of
from dlctl.jobs.runs.record import RunRecord, annotation_of, record_of
from dlctl.labels import COMPONENT, MADE_FROM, RUN, SUBMISSION
from dlctl.manifest import JsonObject, Manifest, ref_of
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.render import RenderedRun, RunSource, render_run, source_of_runs
from dlctl.workflow.session import Session
from dlctl.yamlio.dump import dump
from dlctl.yamlio.load import load_file
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs.made import rules
from tests.prototypes.examples import CATALOGUE, EXAMPLES, Example

MANY = ",".join(map(str, range(11)))
JOBS = ("batch-job", "mpi-job", "paddle-job", "pytorch-job", "tf-cnn", "tf-job", "train-job", "volcano-job")


class NoCluster:
    """What connects to nothing."""

    def __call__(self, environment: Environment, emit: Emit) -> Cluster:
        raise KubeconfigError("there is no cluster")

    def forget(self) -> None:
        """Nothing is kept."""


def no_listener(environment: str, objects: int) -> Listener:
    return lambda event: None


def session_of(folder: Path, component: dict[str, Any], name: str = "base", **environment: Any) -> Session:
    """A session of an app with one component and the environment `dev`."""
    (folder / "environments/dev").mkdir(parents=True)
    app = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "a", "components": {name: component}}
    (folder / "dlctl.yaml").write_text(dump(app))
    place = {"context": "c", "namespace": "n", **environment}
    (folder / "environments/dev/environment.yaml").write_text(dump(place))
    return Session(load_app(folder), CATALOGUE, NoCluster(), no_listener)


def made(session: Session, run: str = "base-r7") -> tuple[RunSource, RenderedRun]:
    source = source_of_runs(session, "dev", Selection(("base",)))
    return source, render_run(session, source, RunRecord(run, "base", "dev"), "s")


def chosen_examples() -> list[Example]:
    """The example of each job's prototype that renders most."""
    return [
        max(
            (each for each in EXAMPLES if each.prototype == name),
            key=lambda each: (each.expected.read_text().count("\n---"), each.expected.stat().st_size),
        )
        for name in JOBS
    ]


@pytest.mark.slow
@pytest.mark.parametrize("example", chosen_examples(), ids=str)
def test_every_job_of_the_library_has_runs_of_one_name(example: Example, tmp_path: Path) -> None:
    component = {"prototype": example.prototype, "params": load_file(example.params).value}
    source, run = made(session_of(tmp_path, component))
    objects = (run.objects.job, *run.objects.own)
    assert run.objects.job.ref.name == "base-r7"
    assert len({each.ref for each in objects} | {each.ref for each in source.parts.shared}) == len(
        source.rendering.manifests
    )
    for each in objects:
        labels = each.body["metadata"]["labels"]
        assert (labels[RUN], labels[COMPONENT], each.ref.name) == (
            "base-r7",
            "base",
            each.body["metadata"]["name"],
        )
        text = json.dumps(
            {**each.body, "metadata": {**each.body["metadata"], "labels": {}, "annotations": {}}}
        )
        shared = {other.ref.name for other in source.parts.shared}
        left = set(re.findall(r"(?<![\w-])base(?!-r7)[\w-]*", text)) - shared
        assert left == set(), f"{each.ref} still refers to the component's own name"


def test_names_that_templates_do_not_make_get_the_runs_name(tmp_path: Path) -> None:
    folder = tmp_path / "prototypes/fixed/fixed"
    (folder / "templates").mkdir(parents=True)
    (folder / "prototype.yaml").write_text(dump({"summary": "s", "description": "d", "params": {}}))
    source = {"configMapRef": {"name": "fixed-settings"}}
    pod = {
        "containers": [
            {"name": "main", "image": "a", "envFrom": [source, {"configMapRef": {"name": "both"}}]}
        ],
        "volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "keys"}}]}}],
    }
    bodies = [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "fixed"},
            "spec": {"template": {"spec": pod}},
        },
        *(
            {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
            for kind, name in (("ConfigMap", "fixed-settings"), ("ConfigMap", "both"), ("Secret", "keys"))
        ),
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "other"},
            "spec": {
                "containers": [{"name": "m", "image": "a", "envFrom": [{"configMapRef": {"name": "both"}}]}]
            },
        },
    ]
    (folder / "templates/a.yaml").write_text("---\n".join(map(dump, bodies)))
    session = session_of(tmp_path, {"prototype": "fixed"})
    own = Session(session.app, _with_own(tmp_path), NoCluster(), no_listener)
    source_, run = made(own)
    assert {each.ref.name for each in source_.parts.shared} == {"both", "other"}, "what others use is shared"
    assert {each.ref.name for each in run.objects.own} == {"base-r7-settings", "base-r7-keys"}
    spec = run.objects.job.body["spec"]["template"]["spec"]
    names = [each["configMapRef"]["name"] for each in spec["containers"][0]["envFrom"]]
    assert names == ["base-r7-settings", "both"]
    assert spec["volumes"][0]["projected"]["sources"][0]["secret"]["name"] == "base-r7-keys"


def _with_own(root: Path) -> Any:
    from dlctl.registry.prototypes.catalogue import catalogue_of

    return catalogue_of(root / "prototypes")


def test_grids() -> None:
    assert combinations(["lr=0.1,0.01", 'args=["a","b"],[]']) == (
        ("lr=0.1", 'args=["a","b"]'),
        ("lr=0.1", "args=[]"),
        ("lr=0.01", 'args=["a","b"]'),
        ("lr=0.01", "args=[]"),
    )
    assert combinations(["a=1,1"]) == (("a=1",),)
    for wrong in (["lr"], ["=1"], ["lr="], ["lr=1", "lr=2"], [f"{name}={MANY}" for name in "abc"]):
        with pytest.raises(UsageError):
            combinations(wrong)


def test_numbers_go_on_after_the_highest() -> None:
    assert next_number("cnn", ["cnn-r2", "cnn-r10", "cnn-big-r40", "mine"]) == 11
    assert next_number("cnn", []) == 1


def test_records_of_jobs_are_read_and_others_are_not() -> None:
    record = RunRecord("cnn-r1", "cnn", "dev", values={"lr": 0.1}, params={"lr": 0.1, "big": "x" * 70_000})
    job = {"metadata": {"labels": {RUN: "cnn-r1"}, "annotations": {MADE_FROM: annotation_of(record)}}}
    found = record_of(job)
    assert found is not None
    assert (found.values, found.params) == ({"lr": 0.1}, None), "too long parameters are left out"
    for broken in ("", "[]", '{"run": 1}', "{"):
        job["metadata"]["annotations"] = {MADE_FROM: broken}
        assert record_of(job) is None


def _object(kind: str, name: str, submission: str = "s") -> Manifest:
    version = "batch/v1" if kind == "Job" else "v1"
    metadata = {"name": name, "namespace": "default", "annotations": {SUBMISSION: submission}}
    body = {"apiVersion": version, "kind": kind, "metadata": metadata}
    return Manifest(ref_of(body), version, body, "cnn")


def test_the_secrets_of_a_shared_service_account_are_shared() -> None:
    account = _object("ServiceAccount", "img")
    lists = {"secrets": [{"name": "keys"}], "imagePullSecrets": [{"name": "pull"}]}
    account = replace(account, body={**account.body, **lists})
    secrets = [_object("Secret", name) for name in ("keys", "pull", "own")]
    parts = parts_of("img", [_object("Job", "img"), account, *secrets], rules())
    assert [each.ref.name for each in parts.shared] == ["img", "keys", "pull"]
    assert [each.ref.name for each in parts.own] == ["own"]


def test_a_run_is_created_whole_or_not_at_all() -> None:
    cluster = MemoryCluster()
    maps, jobs = cluster.resource("v1", "ConfigMap"), cluster.resource("batch/v1", "Job")
    cluster.put(_object("Job", "cnn-r1", "other").body)
    with pytest.raises(AlreadyExists):
        create_run(cluster, _object("Job", "cnn-r1"), [_object("ConfigMap", "cnn-r1-a")], "dlctl")
    assert list(cluster.list(maps, "default")) == [], "nothing of it stays"
    assert len(list(cluster.list(jobs, "default"))) == 1, "the other one stays"

    job = create_run(cluster, _object("Job", "cnn-r2"), [_object("ConfigMap", "cnn-r2-a")], "dlctl")
    (owned,) = cluster.list(maps, "default")
    assert owned["metadata"]["ownerReferences"][0]["uid"] == job["metadata"]["uid"]
    again = create_run(cluster, _object("Job", "cnn-r2"), [_object("ConfigMap", "cnn-r2-a")], "dlctl")
    assert again["metadata"]["uid"] == job["metadata"]["uid"], "a request that is sent again finds its object"


class Interrupted(MemoryCluster):
    """Ctrl-C comes when the server has made the job, and the answer is on its way."""

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        made = super().create(resource, body, dry_run=dry_run, field_manager=field_manager)
        if resource.kind == "Job":
            raise KeyboardInterrupt
        return made


def test_nothing_of_a_run_stays_after_an_interrupt() -> None:
    cluster = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        create_run(cluster, _object("Job", "cnn-r1"), [_object("ConfigMap", "cnn-r1-a")], "dlctl")
    for api_version, kind in (("v1", "ConfigMap"), ("batch/v1", "Job")):
        assert list(cluster.list(cluster.resource(api_version, kind), "default")) == []
