"""Every command, done and failing, with a secret that templates change, that is old, or that is quoted."""

import json
import os
import shutil
from pathlib import Path

import click
import pytest
import yaml

from dlctl.cli.commands.table import load_command
from tests.cli.test_help import EVERY
from tests.cluster.scripted_server import Answer, Seen
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.on_cluster.canary_rows import ROWS
from tests.on_cluster.faults import between
from tests.on_cluster.test_canary import CANARY, HOW, OTHER, _quoting, _through, seen_in, write
from tests.on_cluster.test_secret_references import encrypted, fake_sops

OWN = ("dlctl.yaml", "prototypes/", "values.yaml", "wrong.yaml")
"""Files that hold the secret because the user wrote it there; so do params.yaml of environments."""
PEM = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"


def is_group(path: tuple[str, ...]) -> bool:
    command: click.Command = load_command(path[0])
    for name in path[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return isinstance(command, click.Group)


def test_every_command_has_a_row() -> None:
    commands = {" ".join(path) for path in EVERY if not is_group(path)}
    assert set(ROWS) == commands
    for name, lines in ROWS.items():
        assert all(line.startswith(name) for line in lines), name


@pytest.fixture
def prepared(
    cluster_app: AppOnCluster, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AppOnCluster:
    """An app with the secret in dlctl.yaml, in environments (in one encrypted), and in files of values."""
    sops = fake_sops(tmp_path_factory.mktemp("sops"), monkeypatch)
    monkeypatch.setenv("FAKE_RUNS", str(sops.with_name("runs")))
    for name in ("other", "sealed"):
        cluster_app.environment(name, pin=cluster_app.control_plane)
    write(cluster_app, CANARY)
    given = {"word": CANARY, "many": [CANARY], "pin": 48151623}
    files = {
        "values.yaml": yaml.safe_dump(given),
        "wrong.yaml": yaml.safe_dump({**given, "pin": CANARY, CANARY: 1}),
        "environments/other/params.yaml": yaml.safe_dump(
            {"components": {"web": {"params": {"word": CANARY}}}}
        ),
        "environments/sealed/params.sops.yaml": "components:\n  web:\n"
        f"    word: {encrypted(json.dumps(CANARY))}\nsops: {{version: 3.9.0}}\n",
    }
    cluster_app.project.write(files)
    return cluster_app


def asks_a_cluster(name: str) -> bool:
    """Whether a command has an option for the kubeconfig."""
    first, *below = name.split()
    command: click.Command = load_command(first)
    for step in below:
        assert isinstance(command, click.Group)
        command = command.commands[step]
    return any(param.name == "kubeconfig" for param in command.params)


SOME = tuple(tuple(ROWS)[start::8] for start in range(8))
"""The commands, in parts of which each uses one app."""
ASKING = tuple(name for name in ROWS if asks_a_cluster(name) and name != "delete")


def run_row(app: AppOnCluster, name: str) -> None:
    """Run the command lines of a command on the app as it is; its files are put back after each."""
    if any("dev.plan" in line for line in ROWS[name]):
        app.run("diff", "dev", "--save", "dev.plan")
    before = app.project.files()
    for line in ROWS[name]:
        for secret in (CANARY, PEM) if "CANARY" in line else (CANARY,):
            words = [word.replace("CANARY", secret) for word in line.split()]
            outcome = app.run(*words)
            assert outcome.code in range(5), (line, outcome.err)
            assert "Traceback" not in outcome.err, line
            assert seen_in(outcome.out + outcome.err) == [], line
            _check_files(app, line)
            _put_back(app, before)


def _check_files(app: AppOnCluster, line: str) -> None:
    for name, content in app.project.files().items():
        if not name.startswith(OWN) and not name.endswith(("/params.yaml", "/params.sops.yaml")):
            assert seen_in(content.decode("utf-8", "replace")) == [], (line, name)


def _put_back(app: AppOnCluster, before: dict[str, bytes]) -> None:
    root = app.project.root
    if app.project.files() == before:
        return
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    app.project.write({name: content.decode() for name, content in before.items()})
    os.chdir(root)


@pytest.mark.controlplane
@pytest.mark.parametrize("names", SOME, ids=lambda names: str(names[0]))
def test_a_secret_that_templates_change(prepared: AppOnCluster, names: tuple[str, ...]) -> None:
    for name in names:
        prepared.run("apply", "dev").ok()
        run_row(prepared, name)


@pytest.mark.controlplane
@pytest.mark.parametrize(("part", "value"), [(0, OTHER), (1, None), (2, OTHER), (3, None)])
def test_a_secret_that_is_old_on_the_cluster(cluster_app: AppOnCluster, part: int, value: str | None) -> None:
    """Half of the commands find another value in the files, the other half none."""
    cluster_app.environment("other", pin=cluster_app.control_plane)
    for name in ASKING[part::4]:
        write(cluster_app, CANARY)
        cluster_app.run("apply", "dev").ok()
        write(cluster_app, value)
        run_row(cluster_app, name)
    run_row(cluster_app, "delete")


@pytest.mark.controlplane
def test_a_secret_that_the_server_quotes(prepared: AppOnCluster, tmp_path: Path) -> None:
    """All that has a body is refused, dry runs too, in one spelling after the other."""
    served: list[str] = []
    spelling = HOW[0]

    def fault(seen: Seen) -> Answer | None:
        if seen.method == "GET" or not seen.body:
            return None
        text = _quoting(seen.body, spelling, len(served))
        served.append(text)
        body = {"kind": "Status", "apiVersion": "v1", "reason": "Invalid", "message": f"denied: {text}"}
        return Answer(422, json.dumps(body))

    with between(prepared.control_plane, tmp_path, fault) as server:
        _through(prepared, server.url)
        for number, name in enumerate((*ASKING, "delete")):
            spelling = HOW[number % len(HOW)]  # read by fault; test_canary.py has each of them
            run_row(prepared, name)
    assert sum(bool(seen_in(text)) for text in served) > len(HOW)
