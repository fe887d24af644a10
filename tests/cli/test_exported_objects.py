"""Objects as `kubectl get -o yaml` prints them: what only the cluster writes is left out, with a note."""

import pytest

from tests.project import Project

EXPORTED = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: conf
  uid: 575717d2-1609-496a-9884-2d74f61506ab
  resourceVersion: "386"
  generation: 1
  creationTimestamp: "2026-11-28T14:27:14Z"
  managedFields: [{manager: kubectl-create}]
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", mine: kept}
data: {a: b}
status: {phase: Active}
"""
LEFT_OUT = (
    "creationTimestamp",
    "generation",
    "kubectl.kubernetes.io/last-applied-configuration",
    "managedFields",
    "resourceVersion",
    "status",
    "uid",
)
FOLDER = "prototypes/pages/page/templates"


def indented(text: str) -> str:
    return "- " + text.rstrip().replace("\n", "\n  ") + "\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("exported.yaml", EXPORTED),
        ("exported.yaml.j2", EXPORTED),
        ("exported.yaml", "apiVersion: v1\nkind: List\nitems:\n" + indented(EXPORTED)),
        ("exported.yaml", "apiVersion: v1\nkind: ConfigMapList\nitems:\n" + indented(EXPORTED)),
    ],
)
def test_server_fields_are_left_out_with_one_note(app: Project, file: str, text: str) -> None:
    app.write({f"{FOLDER}/{file}": text})
    shown = app.run("show", "dev").ok()
    assert not any(field in shown.out for field in LEFT_OUT)
    assert "mine: kept" in shown.out
    (note,) = [line for line in shown.err.splitlines() if "left out" in line]
    assert note == (f"note: {FOLDER}/{file}: left out what only the cluster writes: {', '.join(LEFT_OUT)}")
    assert note in app.run("validate", "dev").err.splitlines()


def test_placeholders_of_generators_are_left_out_silently(app: Project) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, creationTimestamp: null}\nstatus: {x: []}\n"
    app.write({f"{FOLDER}/generated.yaml": text})
    shown = app.run("show", "dev").ok()
    assert shown.err == ""
    assert "creationTimestamp" not in shown.out
    assert "status" not in shown.out


def test_items_of_a_typed_list_need_no_kind(app: Project) -> None:
    items = "[{metadata: {name: one}}, {metadata: {name: two}}]"
    app.write({f"{FOLDER}/all.yaml": f"apiVersion: v1\nkind: SecretList\nitems: {items}\n"})
    assert app.run("show", "dev", "-o", "name").ok().out.count("secret/") == 2
