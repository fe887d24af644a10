"""Shell completion: the scripts in `completions/` are current, and the questions they ask are answered."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.project import Project

pytestmark = pytest.mark.slow


def complete(project: Project, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    """What bash would offer for the last word of `line`."""
    words = line.split(" ")
    monkeypatch.setenv("_DLCTL_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    outcome = project.run().ok()
    assert outcome.err == ""
    return [entry.removeprefix("plain,") for entry in outcome.out.split()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_in_the_repository_are_current(project: Project, shell: str) -> None:
    assert (
        project.run("completion", shell).ok().out == (REPOSITORY / f"completions/dlctl.{shell}").read_text()
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dlctl sh", ["show"]),
        ("dlctl show ", ["dev", "prod"]),
        ("dlctl show p", ["prod"]),
        ("dlctl show dev p", ["prod"]),
        ("dlctl show p* ", ["dev", "prod"]),
        ("dlctl show p*", []),
        ("dlctl diff --all d", ["dev"]),
        ("dlctl apply p* d", ["dev"]),
        ("dlctl show dev -c ", ["web"]),
        ("dlctl show dev --comp", ["--component"]),
        ("dlctl apply ", ["dev", "prod"]),
        ("dlctl diff d", ["dev"]),
        ("dlctl env describe ", ["dev", "prod"]),
        ("dlctl env rm p", ["prod"]),
        ("dlctl component rm ", ["web"]),
        ("dlctl job logs ", ["web"]),
        ("dlctl component ", ["list", "set", "rm", "mv", "eject"]),
        ("dlctl param set ", ["web"]),
        ("dlctl param set web re", ["replicas"]),
        ("dlctl param set --env ", ["dev", "prod"]),
        ("dlctl param set web title ", []),
        ("dlctl param set web debug ", ["true", "false"]),
        ("dlctl param set web debug true ", []),
        ("dlctl param set web debug=true re", ["replicas"]),
        ("dlctl param unset web title re", ["replicas"]),
        ("dlctl param set web debug=", ["debug=true", "debug=false"]),
        ("dlctl param set web title=", []),
        ("dlctl param set --env dev debug f", ["false"]),
        ("dlctl param set debug ", []),
        ("dlctl param set --env dev debug=", ["debug=true", "debug=false"]),
        ("dlctl param set --env dev debug=t", ["debug=true"]),
        ("dlctl param set --env dev de", ["debug"]),
        ("dlctl param set --env dev w", ["web"]),
        ("dlctl param set --env dev ratio=0.5 debug=f", ["debug=false"]),
        ("dlctl param set debug=", []),
        ("dlctl show dev --set ti", ["title="]),
        ("dlctl show dev --set debug=", ["debug=true", "debug=false"]),
        ("dlctl show dev --set=debug=f", ["--set=debug=false"]),
        ("dlctl diff dev --set web.de", ["web.debug="]),
        ("dlctl apply dev --set web.debug=t", ["web.debug=true"]),
        ("dlctl show dev --set web.title=", []),
        ("dlctl show dev --set nothing.", []),
        ("dlctl show dev --set nothing.debug=", []),
        ("dlctl job submit web --set rat", ["ratio="]),
        ("dlctl job sweep web --grid rat", ["ratio="]),
        ("dlctl param explain web t", ["title", "tags", "token"]),
        ("dlctl param explain web title ", []),
        ("dlctl param diff dev ", ["dev", "prod"]),
        ("dlctl generate tf-", ["tf-cnn", "tf-job", "tf-serving"]),
        ("dlctl generate page new --re", ["--replicas"]),
        ("dlctl generate page ", []),
        ("dlctl generate page new --debug ", ["true", "false"]),
        ("dlctl generate page new --debug=f", ["--debug=false"]),
        ("dlctl generate page new --title ", []),
        ("dlctl generate page new --nothing ", []),
        ("dlctl prototype preview page --debug t", ["true"]),
        ("dlctl prototype preview pag", ["page"]),
        ("dlctl prototype preview page --env", ["--env-vars"]),
        ("dlctl prototype describe tf-c", ["tf-cnn"]),
        ("dlctl completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_suggestions(app: Project, monkeypatch: pytest.MonkeyPatch, line: str, expected: list[str]) -> None:
    assert complete(app, monkeypatch, line) == expected


@pytest.mark.parametrize(
    "line", ["dlctl show ", "dlctl param set ", "dlctl component rm ", "dlctl param set web x"]
)
def test_no_suggestions_outside_an_app(project: Project, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    assert complete(project, monkeypatch, line) == []


def test_prototypes_outside_an_app(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complete(project, monkeypatch, "dlctl generate tf-s") == ["tf-serving"]


def _kubeconfig(*contexts: str) -> str:
    listed = "".join(f"- {{name: {name}, context: {{cluster: c}}}}\n" for name in contexts)
    return f"contexts:\n{listed}clusters:\n- {{name: c, cluster: {{server: 'https://127.0.0.1:1'}}}}\n"


def test_contexts_of_the_selected_kubeconfig(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    app.write({"../kubeconfig": _kubeconfig("gke", "minikube"), "mine": _kubeconfig("gpu-lab", "gpu-prod")})
    assert complete(app, monkeypatch, "dlctl env add x --context ") == ["gke", "minikube"]
    assert complete(app, monkeypatch, "dlctl apply dev --context g") == ["gke"]
    assert complete(app, monkeypatch, "dlctl apply dev --kubeconfig mine --context gpu-p") == ["gpu-prod"]
    app.write({"../kubeconfig": "contexts: [\n"})
    assert complete(app, monkeypatch, "dlctl apply dev --context ") == []


def test_sandboxes_that_have_a_folder(app: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCTL_SANDBOX_HOME", str(tmp_path / "sandboxes"))
    for name in ("lab", "gpus"):
        (tmp_path / "sandboxes" / name).mkdir(parents=True)
    for line in ("down ", "kubectl ", "kubeconfig ", "up "):
        assert complete(app, monkeypatch, f"dlctl sandbox {line}") == ["gpus", "lab"]
    assert complete(app, monkeypatch, "dlctl env add x --sandbox g") == ["gpus"]


@pytest.mark.parametrize("file", ["dlctl.yaml", "prototypes/pages/page/prototype.yaml"])
def test_broken_file_prints_no_message(app: Project, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    app.write({file: "a: [\n"})
    for line in ("dlctl show ", "dlctl param set web ", "dlctl generate page --"):
        complete(app, monkeypatch, line)


def test_broken_prototype_does_not_hide_others(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    app.write({"prototypes/pages/page/prototype.yaml": "a: [\n"})
    assert complete(app, monkeypatch, "dlctl generate pag") == ["page"]
    assert complete(app, monkeypatch, "dlctl generate tf-s") == ["tf-serving"]


def test_choices_are_those_of_the_schema_but_for_secrets(
    app: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "prototypes/pages/page/prototype.yaml"
    enum = "{type: string, enum: [one, two]}"
    secret = "{type: string, writeOnly: true, enum: [one, two]}"
    app.write({file: f"summary: x\nparams: {{size: {enum}, token: {secret}}}\n"})
    assert complete(app, monkeypatch, "dlctl param set web size ") == ["one", "two"]
    assert complete(app, monkeypatch, "dlctl param set web token ") == []


def test_choices_of_lists_of_alternatives_and_of_what_may_be_null(
    app: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_be_null = '{type: [boolean, "null"]}'
    several = "{anyOf: [{type: boolean}, {enum: [auto, null]}]}"
    items = "{type: array, items: {type: string, enum: [x, y]}}"
    file = "prototypes/pages/page/prototype.yaml"
    app.write({file: f"summary: x\nparams: {{a: {may_be_null}, b_b: {several}, c: {items}}}\n"})
    assert complete(app, monkeypatch, "dlctl param set web a ") == ["true", "false"]
    assert complete(app, monkeypatch, "dlctl generate page new --b-b ") == ["true", "false", "auto"]
    assert complete(app, monkeypatch, "dlctl show dev --set c=") == ["c=x", "c=y"]


def test_settings_of_several_components(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run("generate", "config-map", "settings", "--data", "{a: b}").ok()
    assert complete(app, monkeypatch, "dlctl show dev --set ")[:2] == ["web.", "settings."]
    assert complete(app, monkeypatch, "dlctl show dev --set ent") == ["entries="]
    assert complete(app, monkeypatch, "dlctl show dev -c web --set ent") == []
    assert complete(app, monkeypatch, "dlctl show dev -c web --set d") == ["debug="]
    app.write({"prototypes/pages/page/prototype.yaml": "a: [\n"})
    assert complete(app, monkeypatch, "dlctl show dev --set ent") == ["entries="], "of those that can be read"


@pytest.mark.parametrize("command", ["submit {}", "sweep {}", "rerun {}-r3"])
def test_settings_of_a_run_are_those_of_its_component(
    app: Project, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    other = "{type: string, enum: [one, two]}"
    app.write({"prototypes/pages/other/prototype.yaml": f"summary: x\nparams: {{debug: {other}}}\n"})
    app.run("generate", "other", "web-more").ok()
    for option in ("--set", "--grid") if command.startswith("sweep") else ("--set",):
        of_web, of_more = (f"dlctl job {command.format(name)} {option} " for name in ("web", "web-more"))
        assert complete(app, monkeypatch, of_web + "ti") == ["title="]
        assert complete(app, monkeypatch, of_more + "ti") == []
        assert complete(app, monkeypatch, of_web + "debug=") == ["debug=true", "debug=false"]
        assert complete(app, monkeypatch, of_more + "debug=") == ["debug=one", "debug=two"]
    assert complete(app, monkeypatch, "dlctl job rerun mine --set debug=") == [
        f"debug={value}" for value in ("true", "false", "one", "two")
    ], "the name of the run does not tell its component"


def test_a_description_is_one_line(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """zsh reads three lines for each suggestion: its type, itself, and its description."""
    file = "prototypes/pages/page/prototype.yaml"
    app.write({file: app.read(file).replace("What it says.", '"first\\nsecond"')})
    monkeypatch.setenv("_DLCTL_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "dlctl param set web ti")
    monkeypatch.setenv("COMP_CWORD", "4")
    assert app.run().ok().out == "plain\ntitle\nfirst second\n"


@pytest.mark.parametrize(
    ("shell", "expected"),
    [("zsh", "plain\n--env=dev\n_\nplain\n--env=prod\n_\n"), ("fish", "plain,--env=dev\nplain,--env=prod\n")],
)
def test_the_value_of_an_option_is_offered_with_the_option(
    app: Project, monkeypatch: pytest.MonkeyPatch, shell: str, expected: str
) -> None:
    """zsh puts a suggestion in place of the whole word; fish offers what begins with it."""
    monkeypatch.setenv("_DLCTL_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "dlctl param set --env=")
    monkeypatch.setenv("COMP_CWORD", "3" if shell == "zsh" else "--env=")
    assert app.run().ok().out == expected


@pytest.mark.parametrize("instruction", ["bash_complete", "nonsense", "", "zsh_complete", "tcsh_complete"])
def test_invalid_completion_request(app: Project, instruction: str) -> None:
    outcome = app.spawn("component", "list", environ={"_DLCTL_COMPLETE": instruction})
    assert "Traceback" not in outcome.stderr + outcome.stdout


@pytest.fixture
def bash(app: Project, tmp_path: Path) -> Callable[[str], list[str]]:
    """What bash itself would put in place of the last piece of a line."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not here")
    dlctl = tmp_path / "dlctl"
    dlctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m dlctl.cli.main "$@"\n')
    dlctl.chmod(0o755)

    def complete(line: str) -> list[str]:
        script = (
            f"source {REPOSITORY}/completions/dlctl.bash; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; "
            '_dlctl_completion dlctl; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        outcome = subprocess.run(
            [shell, "--norc", "-ic", script],
            cwd=app.root,
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return outcome.stdout.split()

    return complete


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dlctl show p", ["prod"]),
        ("dlctl param set --env=", ["dev", "prod"]),
        ("dlctl param set --env=p", ["prod"]),
        (
            "dlctl env add x --context arn",
            ["arn:aws:eks:us-west-2:1:cluster/gpus", "arn:aws:eks:us-west-2:1:cluster/web"],
        ),
        ("dlctl env add x --context arn:aws:eks:us-west-2:1:cluster/g", ["cluster/gpus"]),
        ("dlctl env add x --context=arn:aws:eks:us-west-2:1:cluster/g", ["cluster/gpus"]),
        (
            "dlctl env add x --context arn:aws:",
            ["eks:us-west-2:1:cluster/gpus", "eks:us-west-2:1:cluster/web"],
        ),
        ("dlctl param set web debug ", ["true", "false"]),
        ("dlctl param set web debug=", ["true", "false"]),
        ("dlctl show dev --set web.ti", ["web.title="]),
        ("dlctl show dev --set=web.ti", ["web.title="]),
        ("dlctl show dev --set=web.debug=t", ["true"]),
        ('dlctl param set web title="a b" re', ["replicas"]),
    ],
)
def test_bash_itself_completes(
    app: Project, bash: Callable[[str], list[str]], line: str, expected: list[str]
) -> None:
    """Bash ends words at `:` and `=`, which contexts of EKS and options have in them."""
    eks = "arn:aws:eks:us-west-2:1:cluster/"
    app.write({"../kubeconfig": _kubeconfig(f'"{eks}gpus"', f'"{eks}web"')})
    assert bash(line) == expected
