"""`roles`: the values of one role's pods, through the command line."""

from collections.abc import Iterator
from typing import Any

import pytest

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.errors import ParamError
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.render.target import Renderer
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
        ("{cpus: null}", "unknown key 'cpus'\n  did you mean 'cpu'?"),
        ("{num_workers: 2}", "unknown key 'num_workers'"),
        ("{cpu: many}", "parameter 'roles.launcher.cpu'"),
        (
            "{sidecars: [{name: a, image: b, livenessProbe: {grpc: {port: 1}, successTreshold: 2}}]}",
            "unknown key 'successTreshold'",
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


def test_a_role_takes_the_other_names_of_parameters(project: Project) -> None:
    write(project, "{memory: 2Gi, env_variables: {A: b}}")
    job = project.run("show", "dev", "-o", "json").ok().json["items"][0]
    launcher = job["spec"]["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"][0]
    assert launcher["resources"]["requests"]["memory"] == "2Gi"
    assert launcher["env"] == [{"name": "A", "value": "b"}]


def test_a_role_takes_no_name_that_is_none_of_a_parameter(project: Project) -> None:
    write(project, "{memoryLimit: 2Gi}")
    assert "unknown key 'memoryLimit'" in project.run("show", "dev").err


def test_a_role_cannot_have_a_parameter_by_two_names(project: Project) -> None:
    write(project, "{env_vars: {A: b}, env_variables: {A: c}}")
    answer = project.run("show", "dev")
    assert answer.code == 1
    assert "role 'launcher' has parameter 'env_vars' by two of its names" in answer.err


SECRET = """\
apiVersion: dlctl.dev/v1
kind: Prototype
name: pair
summary: Two pods with a token each
description: Creates two Secrets. Runs on any cluster.
params:
  token:
    {type: string, minLength: 4, pattern: "^t-", writeOnly: true, x-per-role: true, x-aliases: [key],
     description: Token}
  size: {type: integer, maximum: 9, x-per-role: true, default: 1, description: Size}
rules:
- when: params.token is not none
  require: params.token | length < 40
  params: [token]
  message: the token is too long
roles: {front: {description: Front}, back: {description: Back}}
"""
TOKENS = """\
{% for name in ["front", "back"] %}
apiVersion: v1
kind: Secret
metadata: {name: {{ name }}}
stringData: {token: {{ roles[name].token }}, size: {{ roles[name].size | string }}}
---
{% endfor %}
"""


def test_a_secret_of_a_role_may_stand_somewhere_else(project: Project) -> None:
    """`{fromEnv: X}` in a role is read as elsewhere: by diff and apply, while show has a stand-in for it."""
    project.write(
        {
            "dlctl.yaml": LAUNCHER[: LAUNCHER.index("  mpi:")]
            + "  pair:\n    prototype: pair\n    params:\n"
            + "      token: t-shared\n      roles: {front: {key: {fromEnv: FRONT_TOKEN}}}\n",
            "environments/dev/environment.yaml": "context: dev\n",
            "prototypes/own/pair/prototype.yaml": SECRET,
            "prototypes/own/pair/templates/secrets.yaml.j2": TOKENS,
        }
    )
    assert project.run("show", "dev").ok().out.count("kind: Secret") == 2
    project.run("param", "set", "pair", "roles.back.token", "{fromEnv: NO_SUCH_TOKEN}").ok()
    assert "NO_SUCH_TOKEN" in (project.root / "dlctl.yaml").read_text()
    project.run("show", "dev").ok()
    wrong = project.run("show", "dev", "--set", "pair.roles.front.size=12")
    assert wrong.code == 1
    assert "roles.front.size" in wrong.err
    project.run("param", "unset", "pair", "roles.back").ok()
    assert _read_tokens(project, "t-of-the-front") == {"front": "t-of-the-front", "back": "t-shared"}
    with pytest.raises(ParamError, match=r"roles\.front\.token"):
        _read_tokens(project, "short and without its prefix")


def _read_tokens(project: Project, value: str) -> dict[str, str]:
    """The tokens in the Secrets of a plan, in which each reference is read as `value`."""
    app = load_app(project.root)
    renderer = Renderer(catalogue_of(app.prototypes_folder)).reading(lambda reference, place: value)
    rendering = renderer.render(load_target(app, "dev"), app.components.values())
    return {each.body["metadata"]["name"]: each.body["stringData"]["token"] for each in rendering.manifests}


OF_LAUNCHER = "components: {mpi: {roles: {launcher: {restart_policy: Never}}}}\n"


def test_null_leaves_a_field_of_one_role_out(project: Project) -> None:
    write(project, "{restart_policy: null, command: [mpirun, a], env_vars: null}")
    (job,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    replicas = job["spec"]["mpiReplicaSpecs"]
    assert "restartPolicy" not in replicas["Launcher"]
    project.write({"environments/dev/params.yaml": OF_LAUNCHER})
    (job,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    assert job["spec"]["mpiReplicaSpecs"]["Launcher"]["restartPolicy"] == "Never"


def test_null_in_an_environment_takes_the_shared_value_of_a_role_away(project: Project) -> None:
    write(project, "{memory: 2Gi}")
    project.write({"environments/dev/params.yaml": "components: {mpi: {roles: {worker: {cpu: null}}}}\n"})
    (job,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    (worker,) = job["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
    assert worker["resources"] == {"limits": {"nvidia.com/gpu": 8}}


def test_a_role_is_without_what_others_share_where_it_says_null(project: Project) -> None:
    write(project, "{node_selector: null, tolerations: null, cpu: null}")
    shared = ["--set", "mpi.node_selector={pool: gpu}", "--set", "mpi.affinity={}"]
    (job,) = project.run("show", "dev", *shared, "-o", "json").ok().json["items"]
    replicas = job["spec"]["mpiReplicaSpecs"]
    launcher, worker = (replicas[name]["template"]["spec"] for name in ("Launcher", "Worker"))
    assert "nodeSelector" not in launcher
    assert worker["nodeSelector"] == {"pool": "gpu"}
    assert worker["affinity"] == {}


@pytest.mark.parametrize(
    ("tolerations", "expected"),
    [
        ("null", None),
        ("[]", []),
        ("[{operator: Exists}]", [{"operator": "Exists"}]),
        (
            "[{key: nvidia.com/gpu, operator: Equal, value: a}]",
            [{"key": "nvidia.com/gpu", "operator": "Equal", "value": "a"}],
        ),
        (
            "[{key: sku, operator: Exists}]",
            [
                {"key": "sku", "operator": "Exists"},
                {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
            ],
        ),
    ],
)
def test_the_toleration_of_nodes_with_gpus_is_added_unless_others_say_it(
    project: Project, tolerations: str, expected: Any
) -> None:
    write(project, f"{{num_gpus: 1, tolerations: {tolerations}}}")
    (job,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    launcher = job["spec"]["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]
    assert launcher.get("tolerations") == expected
