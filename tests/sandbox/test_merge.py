"""`up --merge`: our context in the user's kubeconfig, and every other byte as it was."""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import DlctlError
from dlctl.sandbox.host.kubeconfig import Entries, entries
from dlctl.sandbox.lifecycle.merge import with_entries, without_entries
from tests.sandbox.conftest import CommandLine

OURS = entries("dlctl-sandbox", "https://127.0.0.1:6443", b"authority", {"token": "t"})

AWKWARD = {
    "empty": "",
    "only a comment": "# nothing yet\n",
    "kubectl's own empty one": (
        'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\n'
        "preferences: {}\nusers: null\n"
    ),
    "flow lists": "clusters: []\ncontexts: []\nusers: []\n",
    "unindented, commented": (
        "# mine\nclusters:\n# production\n- name: prod # keep\n  cluster: {server: https://p}\n\n# end\n"
        "contexts:\n- context: {cluster: prod, user: me}\n  name: prod\n"
        "current-context: prod\nusers:\n- name: me\n  user:\n    token: |\n      abc\n"
    ),
    "indented": "clusters:\n    - name: a\n      cluster:\n          server: https://a\nusers: []\n",
    "json": '{"clusters": [{"name": "a", "cluster": {}}], "contexts": [], "users": []}\n',
    "windows": "kind: Config\r\nclusters:\r\n- name: a\r\n  cluster: {}\r\nusers: []\r\ncontexts: []\r\n",
}


def merged(text: str, ours: Entries = OURS) -> tuple[str, dict[str, str]]:
    return with_entries(text, ours, "config")


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_merging_adds_only_our_entries(text: str) -> None:
    after, _ = merged(text)

    before, content = yaml.safe_load(text) or {}, yaml.safe_load(after)
    if not before.get("contexts"):  # then the first context is the current one
        assert content.pop("current-context") == "dlctl-sandbox"
        before.pop("current-context", None)
    for key, ours in OURS.lists().items():
        others = [entry for entry in content.pop(key) if entry["name"] != "dlctl-sandbox"]
        assert others == (before.pop(key, None) or [])
        assert ours in yaml.safe_load(after)[key]
    assert content == before


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_undo_restores_the_file_byte_for_byte(text: str) -> None:
    after, emptied = merged(text)

    assert without_entries(after, "dlctl-sandbox", emptied, "config") == text


def test_undo_of_a_missing_list_leaves_null() -> None:
    after, emptied = merged("contexts:\nusers:\n- name: a\n  user: {}")

    undone = without_entries(after, "dlctl-sandbox", emptied, "config")

    assert undone == "contexts: null\nusers:\n- name: a\n  user: {}\n"


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_merging_twice_changes_nothing(text: str) -> None:
    after, _ = merged(text)

    assert merged(after)[0] == after


def test_entries_of_an_earlier_start_are_updated() -> None:
    old = entries("dlctl-sandbox", "https://127.0.0.1:1", b"other", {"token": "old"})
    text, _ = merged(AWKWARD["unindented, commented"], old)

    after, _ = merged(text)

    assert "https://127.0.0.1:1\n" not in after
    assert after == merged(AWKWARD["unindented, commented"])[0]


def test_current_context_is_cleared_when_removed() -> None:
    text, emptied = merged('current-context: "a"  # chosen\n')
    chosen = text.replace('"a"', "dlctl-sandbox")

    assert without_entries(chosen, "dlctl-sandbox", emptied, "config") == 'current-context: ""  # chosen\n'


@given(st.lists(st.sampled_from(["one", "two", "three"]), unique=True), st.sampled_from(["  ", "    ", ""]))
def test_merge_and_undo_of_many_sandboxes(names: list[str], indentation: str) -> None:
    text = original = f"clusters:\n{indentation}- name: a\n{indentation}  cluster: {{}}\nusers: []\n"
    undone: list[tuple[str, dict[str, str]]] = []
    for name in names:
        text, emptied = merged(text, entries(f"dlctl-{name}", "https://127.0.0.1:1", b"", {}))
        undone.append((f"dlctl-{name}", emptied))
    for name, emptied in reversed(undone):
        text = without_entries(text, name, emptied, "config")
    assert text == original


@pytest.mark.parametrize("text", ["- a\n", "clusters: {a: b}\n", "clusters: [1]\n", "clusters: [\n"])
def test_invalid_kubeconfig_is_refused(text: str) -> None:
    with pytest.raises(DlctlError) as caught:
        merged(text)
    assert caught.value.location is not None
    assert caught.value.location.path == "config"


@pytest.mark.controlplane
def test_merge_and_down_leave_the_users_file_as_it_was(sandbox: CommandLine) -> None:
    original = AWKWARD["unindented, commented"]
    config = sandbox.root / "real-config"
    config.write_text(original)
    config.chmod(0o640)
    link = sandbox.root / "link"
    link.symlink_to(config)
    default = sandbox.root / "user" / ".kube" / "config"
    user = CommandLine(sandbox.root, {"KUBECONFIG": f"{link}{os.pathsep}{default}"})

    user.ok("up", "--merge")
    assert link.is_symlink()
    assert config.stat().st_mode & 0o777 == 0o640
    assert yaml.safe_load(config.read_text())["current-context"] == "prod"
    context = ("--kubeconfig", str(config), "--context", "dlctl-sandbox")
    assert (
        sandbox.ok("kubectl", "sandbox", *context, "get", "ns", "default", "-o", "name")
        == "namespace/default\n"
    )

    sandbox.ok("up", "--merge")
    assert default.stat().st_mode & 0o777 == 0o600
    assert not default.with_name("config.lock").exists()

    sandbox.ok("down")
    assert config.read_text() == original
    assert not default.exists()


@pytest.mark.controlplane
def test_unreadable_kubeconfig_stops_up_before_start(sandbox: CommandLine) -> None:
    (sandbox.root / "config").write_text("clusters: [\n")

    answer = sandbox("up", "--merge", "--kubeconfig", "config")

    assert answer.returncode == 1
    assert f"{sandbox.root / 'config'}:2" in answer.stderr
    assert sandbox.processes() == []


@pytest.mark.controlplane
def test_down_reports_a_broken_kubeconfig_and_continues(sandbox: CommandLine) -> None:
    config = Path(sandbox.root / "config")
    sandbox.ok("up", "--merge", "--kubeconfig", str(config))
    config.write_text("clusters: [\n")

    answer = sandbox("down")

    assert answer.returncode == 1
    assert "kubectl config delete-context dlctl-sandbox" in answer.stderr
    assert sandbox.processes() == []
    assert sandbox.files() == []
