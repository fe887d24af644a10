"""image-build: what it refuses, what a run is called, and what its scripts do."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.examples import render

GIT = {"git_url": "https://github.com/example/trainer.git"}
BUILD = {**GIT, "image": "registry.example.com/team/trainer:1.0"}
STEP = {"name": "test", "image": "busybox:1.36", "script": "true"}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"registry_username": "me"}, "must be set together"),
    ({"registry_password": "secret"}, "must be set together"),
    (
        {"registry_username": "me", "registry_password": "secret", "registry_secret": "push"},
        "not both",
    ),
    ({"registry": "https://registry.example.com"}, "has no effect without"),
    ({"builder": "steps"}, "needs the programs"),
    ({"builder": "steps", "steps": [STEP], "target": "runtime"}, "and cache are for BuildKit"),
    ({"base_image": BUILD["image"]}, "different names"),
    ({"base_image": "base:1", "build_args": {"BASE_IMAGE": "other:1"}}, "BASE_IMAGE is already set to"),
    ({"cache_image": "registry.example.com/cache:1"}, "unless cache is registry"),
    ({"steps": [STEP, STEP]}, "have the same"),
    ({"steps": [{**STEP, "name": "build"}]}, "use another name"),
    ({"image": "registry.example.com/team/trainer@sha256:" + 64 * "0"}, "cannot be pushed by digest"),
    ({"builder": "kaniko", "base_image": "base:1"}, "Kaniko builds one image"),
    ({"git_url": "https://me:token@git.example.com/x.git"}, "put it into git_secret"),
)


def _objects(params: dict[str, Any], app: Path, name: str = "") -> dict[str, Any]:
    return {manifest.ref.kind: manifest.body for manifest in render("image-build", params, app, name=name)}


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("image-build", {**BUILD, **params}, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(
    "params",
    [
        {"context": "../secrets"},
        {"dockerfile": "/etc/passwd"},
        {"git_revision": "--upload-pack=touch /tmp/x"},
        {"git_url": "-oProxyCommand=x"},
        {"steps": [{**STEP, "command": ["sh"]}]},
        {"build_args": {"NOT-A-NAME": "1"}},
    ],
)
def test_value_is_refused(params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DlctlError):
        render("image-build", {**BUILD, **params}, tmp_path)


def test_another_build_is_another_run_of_the_same_task(tmp_path: Path) -> None:
    builds: list[dict[str, Any]] = [
        {},
        {"git_revision": "v2"},
        {"image": "registry.example.com/x:2"},
        {"build_number": 2},
    ]
    made = [_objects({**BUILD, **params}, tmp_path / str(i)) for i, params in enumerate(builds)]
    assert len({each["PipelineRun"]["metadata"]["name"] for each in made}) == len(builds)
    assert {each["Task"]["metadata"]["name"] for each in made} == {"image-build"}


def test_more_memory_is_no_other_build(tmp_path: Path) -> None:
    first = _objects(BUILD, tmp_path / "first")["PipelineRun"]
    second = _objects({**BUILD, "memory": "4Gi"}, tmp_path / "second")["PipelineRun"]
    assert first["metadata"]["name"] == second["metadata"]["name"]
    assert second["spec"]["taskRunSpecs"][0]["computeResources"] == {"requests": {"memory": "4Gi"}}


def test_long_name_leaves_room_for_the_digest(tmp_path: Path) -> None:
    run = _objects(BUILD, tmp_path / "fits", name="n" * 54)["PipelineRun"]
    assert len(run["metadata"]["name"]) == 63
    with pytest.raises(ParamError, match="use a shorter --name"):
        render("image-build", BUILD, tmp_path / "long", name="n" * 55)


@pytest.mark.parametrize(
    ("image", "server"),
    [
        ("team/trainer:1", "https://index.docker.io/v1/"),
        ("trainer:1", "https://index.docker.io/v1/"),
        ("registry.example.com/trainer:1", "https://registry.example.com"),
        ("localhost/trainer:1", "https://localhost"),
        ("registry:5000/team/trainer:1", "https://registry:5000"),
    ],
)
def test_password_is_for_the_registry_of_the_image(image: str, server: str, tmp_path: Path) -> None:
    params = {**GIT, "image": image, "registry_username": "me", "registry_password": "secret"}
    secret = _objects(params, tmp_path)["Secret"]
    assert secret["metadata"]["annotations"] == {"tekton.dev/docker-0": server}


def test_every_parameter_of_the_task_is_given_and_every_given_one_declared(tmp_path: Path) -> None:
    made = _objects({**BUILD, "base_image": "base:1", "target": "x", "git_revision": "v1"}, tmp_path)
    declared = {param["name"] for param in made["Task"]["spec"]["params"]}
    (task,) = made["PipelineRun"]["spec"]["pipelineSpec"]["tasks"]
    assert {param["name"] for param in task["params"]} == declared
    assert {each["name"] for each in task["workspaces"]} == {
        each["name"] for each in made["Task"]["spec"]["workspaces"]
    }


@pytest.mark.parametrize("step", ["clone", "build"])
def test_script_is_a_script_for_a_plain_shell(step: str, tmp_path: Path) -> None:
    task = _objects(BUILD, tmp_path)["Task"]
    (script,) = (each["script"] for each in task["spec"]["steps"] if each["name"] == step)
    done = subprocess.run(["sh", "-n"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_build_pushes_and_tells_the_digest(tmp_path: Path) -> None:
    """The script itself, with a stand-in for buildctl that notes its arguments and writes metadata."""
    task = _objects(BUILD, tmp_path / "app")["Task"]
    (script,) = (each["script"] for each in task["spec"]["steps"] if each["name"] == "build")
    digest = "sha256:" + 64 * "a"
    stand_in = tmp_path / "buildctl-daemonless.sh"
    stand_in.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$@" > {tmp_path}/arguments\n'
        'for a in "$@"; do case $a in --metadata-file=*) file=${a#*=};; esac; done\n'
        "cat > \"$file\" <<'END'\n"
        '{\n  "containerimage.config.digest": "sha256:bbbb",\n'
        '  "containerimage.descriptor": {"digest": "sha256:cccc"},\n'
        f'  "containerimage.digest": "{digest}",\n  "image.name": "x"\n}}\nEND\n'
    )
    stand_in.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{Path(str(shutil.which('sed'))).parent}:/usr/bin:/bin",
        "SOURCE": "/workspace/source",
        "CONTEXT": ".",
        "DOCKERFILE": "Dockerfile",
        "IMAGE": BUILD["image"],
        "DIGEST_FILE": str(tmp_path / "digest"),
        "URL_FILE": str(tmp_path / "url"),
    }
    arguments = ["--opt=build-arg:A=two words", "--opt=target=x"]
    subprocess.run(["sh", "-c", script, "build", *arguments], env=environment, check=True)
    assert (tmp_path / "digest").read_text() == digest
    assert (tmp_path / "url").read_text() == BUILD["image"]
    passed = (tmp_path / "arguments").read_text().splitlines()
    assert passed[-2:] == arguments
    assert f"--output=type=image,name={BUILD['image']},push=true" in passed
