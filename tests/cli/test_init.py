"""`dlctl init`: a new app whole, or nothing at all."""

import os
from pathlib import Path

import pytest

from tests.project import Project

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: lab
contexts:
- {name: lab, context: {cluster: lab, namespace: team, user: me}}
clusters:
- {name: lab, cluster: {server: "http://127.0.0.1:9"}}
users:
- {name: me, user: {}}
"""


def own_files(project: Project) -> list[str]:
    """All files but the schemas for editors."""
    return [name for name in project.files() if "/.dlctl/schemas/" not in name]


def test_makes_an_app_that_further_commands_read(project: Project) -> None:
    outcome = project.run("init", "my-kubeflow").ok()
    assert outcome.out == ""
    assert "created app my-kubeflow" in outcome.err
    assert "cd my-kubeflow" in outcome.err
    assert own_files(project) == ["my-kubeflow/dlctl.yaml"]
    project.run("component", "list", cwd="my-kubeflow").ok()
    project.run("generate", "tf-cnn", "cnn", cwd="my-kubeflow").ok()


def test_the_new_folder_has_the_usual_permissions(project: Project) -> None:
    project.run("init", "open").ok()
    umask = os.umask(0)
    os.umask(umask)
    assert (project.root / "open").stat().st_mode & 0o777 == 0o777 & ~umask


@pytest.mark.parametrize("name", ["", "Upper", "with space", "ünï", "-dash", "a" * 64, "a/b", "..", "."])
def test_refuses_a_name_that_kubernetes_would_refuse_as_a_label(project: Project, name: str) -> None:
    outcome = project.run("init", "--", name)
    assert outcome.code == 1
    assert f"'{name}' is not a valid name for an app" in outcome.err
    assert "lowercase letters" in outcome.err
    assert list(project.root.iterdir()) == []


def test_refuses_to_work_inside_an_app(app: Project) -> None:
    before = app.files()
    (app.root / "deep/er").mkdir(parents=True)
    outcome = app.run("init", "inner", cwd="deep/er")
    assert outcome.code == 1
    assert "is inside the app" in outcome.err
    assert str(app.root) in outcome.err
    assert app.files() == before


def test_refuses_a_folder_that_is_not_empty(project: Project) -> None:
    project.write({"taken/notes.txt": "mine"})
    outcome = project.run("init", "taken")
    assert outcome.code == 1
    assert "already exists" in outcome.err
    assert project.files() == {"taken/notes.txt": b"mine"}


def test_refuses_a_file_in_the_way(project: Project) -> None:
    project.write({"taken": "mine"})
    assert project.run("init", "taken").code == 1
    assert project.files() == {"taken": b"mine"}


def test_takes_an_empty_folder(project: Project) -> None:
    (project.root / "empty").mkdir()
    project.run("init", "empty").ok()
    assert own_files(project) == ["empty/dlctl.yaml"]


def test_dir_names_the_apps_folder_itself(project: Project, tmp_path: Path) -> None:
    place = tmp_path / "some place" / "here"
    outcome = project.run("init", "demo", "--dir", str(place)).ok()
    assert "name: demo" in (place / "dlctl.yaml").read_text()
    assert f"cd '{place}'" in outcome.err
    assert project.files() == {}


def test_dir_of_another_app_is_refused(app: Project) -> None:
    before = app.files()
    outcome = app.run("--dir", str(app.root), "init", "demo")
    assert outcome.code == 1
    assert "already contains an app" in outcome.err
    assert app.files() == before


def test_context_and_namespace_make_the_first_environment(project: Project) -> None:
    Path(project.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    outcome = project.run(
        "init", "demo", "--context", "lab", "--namespace", "ml", "--env", "us-west/prod"
    ).ok()
    assert "not pinned" in outcome.err
    text = project.read("demo/environments/us-west/prod/environment.yaml")
    assert "context: lab" in text
    assert "namespace: ml" in text
    assert "clusterId" not in text


def test_first_environment_is_called_default_and_takes_the_contexts_namespace(project: Project) -> None:
    Path(project.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    project.run("init", "demo", "--context", "lab").ok()
    assert "namespace: team" in project.read("demo/environments/default/environment.yaml")


@pytest.mark.parametrize(
    "words",
    [
        ("--context", "nowhere"),
        ("--namespace", "Bad Name", "--context", "lab"),
        ("--env", "../up", "--context", "lab"),
    ],
)
def test_nothing_is_left_if_the_first_environment_fails(project: Project, words: tuple[str, ...]) -> None:
    Path(project.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    assert project.run("init", "demo", *words).code == 1
    assert list(project.root.iterdir()) == []


@pytest.mark.parametrize("words", [(), ("--dir", "new/folders/demo")])
def test_nothing_is_left_behind_when_a_file_cannot_be_written(
    project: Project, words: tuple[str, ...]
) -> None:
    # 20 bytes is less than dlctl.yaml needs: the process may not write larger files.
    import resource

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    import signal

    def ignore_and_limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        small_files()

    # Python itself would cut off the bytecode that it keeps beside dlctl's own modules.
    no_bytecode = {"PYTHONDONTWRITEBYTECODE": "1"}
    outcome = project.spawn("init", "demo", *words, environ=no_bytecode, preexec_fn=ignore_and_limit)
    assert outcome.returncode == 1
    assert "demo: cannot be written: File too large\n  the file size limit" in outcome.stderr
    assert list(project.root.iterdir()) == []
