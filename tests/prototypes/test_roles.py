"""`roles`: the values of one role's pods, through the command line."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.project import Project

LAUNCHER = """\
apiVersion: dlctl.dev/v1
kind: App
name: made
components:
  mpi:
    prototype: mpi-job
    params:
      image: example.com/a:1
      command: [python, train.py]
      num_gpus: 8
      cpu: 16
      roles:
        launcher: {LAUNCHER}
"""


def write(project: Project, launcher: str) -> None:
    project.write(
        {
            "dlctl.yaml": LAUNCHER.replace("{LAUNCHER}", launcher),
            "environments/dev/environment.yaml": "context: dev\n",
        }
    )


def shown(project: Project, launcher: str) -> dict[str, dict[str, object]]:
    """The pod specs of the launcher and of the workers."""
    write(project, launcher)
    (job,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    replicas = job["spec"]["mpiReplicaSpecs"]
    return {name: replicas[name]["template"]["spec"]["containers"][0] for name in ("Launcher", "Worker")}


def test_a_role_takes_the_shared_values_except_its_own(project: Project) -> None:
    found = shown(project, "{memory: 2Gi, env_vars: {A: b}}")
    assert found["Launcher"]["resources"] == {"requests": {"memory": "2Gi"}}
    assert found["Launcher"]["env"] == [{"name": "A", "value": "b"}]
    assert found["Worker"]["resources"] == {"requests": {"cpu": "16"}, "limits": {"nvidia.com/gpu": 8}}
    assert "env" not in found["Worker"]


@pytest.mark.parametrize(
    ("launcher", "message"),
    [
        ("{cpu: 2, cpu_limit: 1}", "cpu must not be larger than cpu_limit (role launcher)"),
        ("{cpus: 2}", "unknown key 'cpus'\n  did you mean 'cpu'?"),
        ("{num_workers: 2}", "unknown key 'num_workers'"),
        ("{cpu: many}", "parameter 'roles.launcher.cpu'"),
        (
            "{sidecars: [{name: a, image: b, livenessProbe: {grpc: {port: 1}, successThreshold: 2}}]}",
            "unknown key 'successThreshold'",
        ),
    ],
)
def test_wrong_values_are_refused_with_their_place(project: Project, launcher: str, message: str) -> None:
    write(project, launcher)
    answer = project.run("show", "dev")
    assert answer.code == 1
    assert message in answer.err
    assert "dlctl.yaml:1" in answer.err or "cpu_limit = 1, from component mpi" in answer.err


def test_param_set_reaches_a_role(project: Project) -> None:
    shown(project, "{}")
    project.run("param", "set", "mpi", "roles.launcher.cpu", "2").ok()
    found = project.run("show", "dev", "--set", "mpi.roles.launcher.memory=1Gi", "-o", "json").ok().json
    launcher = found["items"][0]["spec"]["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"][0]
    assert launcher["resources"] == {"requests": {"cpu": "2", "memory": "1Gi"}}
    assert project.run("param", "set", "mpi", "roles.launcher.num_gpus", "many").code == 1


def test_a_package_whose_role_names_no_parameter_is_refused(project: Project) -> None:
    head = "apiVersion: dlctl.dev/v1\nkind: Prototype\nname: odd\nsummary: Odd\n"
    write(project, "{}")
    project.write(
        {
            "prototypes/own/odd/prototype.yaml": head + "roles:\n  worker: {own: [cpu]}\n",
            "prototypes/own/odd/templates/a.yaml.j2": "kind: ConfigMap\n",
        }
    )
    answer = project.run("prototype", "describe", "odd")
    assert answer.code == 1
    assert "prototype.yaml:6:11: role 'worker' refers to unknown parameter 'cpu'" in answer.err


def test_explain_and_editors_know_the_values_of_a_role(project: Project) -> None:
    write(project, "{memory: 2Gi}")
    explained = project.run("param", "explain", "mpi", "roles.launcher.memory", "--env", "dev").ok().out
    assert "roles.launcher.memory in environment dev: 2Gi" in explained
    assert "Memory request of each pod" in explained
    schema = project.run("schema", "params").ok().json
    (roles,) = {str(each["properties"]["roles"]) for each in _with_roles(schema)}
    assert "'launcher': {'description': " in roles
    assert "'additionalProperties': False" in roles


def _with_roles(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "roles" in schema.get("properties", {}):
            yield schema
        for each in schema.values():
            yield from _with_roles(each)
