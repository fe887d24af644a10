"""Patches: what no parameter reaches."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import Location, RenderError
from dlctl.manifest import Patch
from dlctl.render.engine.model import Rendered
from dlctl.render.patching.patches import apply_patches
from dlctl.yamlio.load import load_text
from tests.controlplane import ControlPlane
from tests.project import Project
from tests.render.single_template import write_app

TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {replicas: 1, paused: true, template: {spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b}
spec: {replicas: 1}
"""


def patched(project: Project, patches: str, environment: str = "") -> dict[str, dict[str, object]]:
    write_app(project, TEMPLATE)
    project.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: made\n"
            f"components:\n  one:\n    prototype: free\n    patches: {patches}\n",
            "environments/dev/environment.yaml": f"context: dev\n{environment}",
        }
    )
    items = project.run("show", "dev", "-o", "json").ok().json["items"]
    return {item["metadata"]["name"]: item["spec"] for item in items}


def failure(project: Project, patches: str) -> str:
    write_app(project, TEMPLATE)
    project.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: made\n"
            f"components:\n  one:\n    prototype: free\n    patches: {patches}\n"
        }
    )
    outcome = project.run("show", "dev")
    assert outcome.code == 1
    return outcome.err


def test_merge_changes_adds_and_removes(project: Project) -> None:
    specs = patched(
        project, "[{target: {kind: Deployment, name: a}, merge: {spec: {replicas: 5, paused: null, x: y}}}]"
    )
    assert (specs["a"]["replicas"], specs["a"]["x"], "paused" in specs["a"]) == (5, "y", False)
    assert specs["b"] == {"replicas": 1}


def test_patch_without_name_matches_all_objects_of_the_kind(project: Project) -> None:
    specs = patched(project, "[{target: {kind: Deployment}, merge: {spec: {replicas: 5}}}]")
    assert (specs["a"]["replicas"], specs["b"]["replicas"]) == (5, 5)


def test_json_reaches_into_lists(project: Project) -> None:
    path = "/spec/template/spec/containers/0/image"
    specs = patched(
        project,
        "[{target: {kind: Deployment, name: a}, json: ["
        f"{{op: test, path: {path}, value: i}}, {{op: replace, path: {path}, value: j}}]}}]",
    )
    assert specs["a"]["template"] == {"spec": {"containers": [{"name": "c", "image": "j"}]}}


def test_an_environments_patch_comes_after_the_components(project: Project) -> None:
    specs = patched(
        project,
        "[{target: {kind: Deployment, name: a}, merge: {spec: {replicas: 5, x: y}}}]",
        "patches: {one: [{target: {kind: Deployment, name: a}, merge: {spec: {replicas: 6}}}]}\n",
    )
    assert (specs["a"]["replicas"], specs["a"]["x"]) == (6, "y")


def test_patches_apply_in_order(project: Project) -> None:
    specs = patched(
        project,
        "[{target: {kind: Deployment, name: a}, merge: {spec: {replicas: 5}}},"
        " {target: {kind: Deployment, name: a}, json: [{op: test, path: /spec/replicas, value: 5}]}]",
    )
    assert specs["a"]["replicas"] == 5


@pytest.mark.parametrize(
    ("patches", "message"),
    [
        (
            "[{target: {kind: Service}, merge: {}}]",
            "patch matches no object: component 'one' has no Service",
        ),
        ("[{target: {kind: Deployment, name: c}, merge: {}}]", "its objects: Deployment a, Deployment b"),
        (
            "[{target: {kind: Deployment}, json: [{op: test, path: /spec/replicas, value: 2}]}]",
            "cannot test /spec/replicas of Deployment (any): the value is different",
        ),
        (
            "[{target: {kind: Deployment}, json: [{op: remove, path: /spec/nope}]}]",
            "cannot remove /spec/nope of Deployment (any): the path does not exist (component one",
        ),
        (
            "[{target: {kind: Deployment}, json: [{op: add, path: /spec/nope/deep, value: 1}]}]",
            "cannot add /spec/nope/deep of Deployment (any)",
        ),
        (
            "[{target: {kind: Deployment}, json: [{op: add, path: /spec/a~2b, value: 1}]}]",
            "cannot add /spec/a~2b",
        ),
        (
            "[{target: {kind: Deployment}, json: [{op: replace, path: /metadata/name/x, value: 1}]}]",
            "cannot replace /metadata/name/x",
        ),
        ("[{target: {kind: Deployment, name: a}, json: [{op: remove, path: ''}]}]", "cannot remove all of"),
        (
            "[{target: {kind: Deployment, name: a}, json: [{op: copy, from: /nope, path: /x}]}]",
            "cannot copy /nope to /x of Deployment a",
        ),
        (
            "[{target: {kind: Deployment, name: a}, json: [{op: move, from: /spec, path: /spec/x}]}]",
            "cannot move /spec to /spec/x of Deployment a",
        ),
        ("[{target: {kind: A}, merge: null}]", "'merge' of the patch is empty"),
        ("[{target: {kind: A}, json: null}]", "'json' of the patch is empty"),
        ("[{target: {kind: A}, json: [{op: [add], path: /a}]}]", "is not a JSON patch operation"),
        ("[{target: {kind: A}, json: [{path: /a}]}]", "operation has no 'op'"),
        ("[{target: {kind: Deployment}, merge: {metadata: {name: null}}}]", "metadata.name"),
        ("[{target: {kind: Deployment}, merge: {metadata: null}}]", "metadata"),
        ("[{target: {kind: Deployment}, merge: {kind: null}}]", "kind"),
        ("[{target: {kind: Deployment}, merge: {metadata: {labels: {a: 1}}}}]", "labels"),
        ("[{target: {}, merge: {}}]", "patch has no target"),
        ("[{merge: {}}]", "patch has no target"),
        ("[{target: {kind: A}}]", "one of 'strategic', 'merge' and 'json'"),
        ("[{target: {kind: A}, merge: {}, json: []}]", "has merge and json, and may have only one of them"),
        ("[{target: {kind: A, nam: b}, merge: {}}]", "unknown field 'nam'"),
        ("[{target: {kind: A}, json: [{op: ad, path: /a}]}]", "'ad' is not a JSON patch operation"),
        ("[{target: {kind: A}, json: [{op: add, path: a, value: 1}]}]", "JSON pointer"),
        ("[{target: {kind: A}, json: [{op: add, path: /a}]}]", "needs a value"),
        ("[{target: {kind: A}, json: [3]}]", "must be a mapping"),
        ("[3]", "patch must be a mapping"),
    ],
)
def test_invalid_patch_error_has_location(project: Project, patches: str, message: str) -> None:
    text = failure(project, patches)
    assert "dlctl.yaml:7:" in text
    assert message in text


@pytest.mark.parametrize("key", ["labels", "annotations"])
def test_a_patch_with_a_number_for_a_string_is_no_template(project: Project, key: str) -> None:
    text = failure(project, f"[{{target: {{kind: Deployment}}, merge: {{metadata: {{{key}: {{a: 1}}}}}}}}]")
    assert "'a' is not a string" in text
    assert text.endswith("\n  put it in quotes\n")


POINTERS = st.text(alphabet="/~019-xa", max_size=6).map(lambda text: f"/{text}") | st.sampled_from(
    ["", "/spec", "/spec/replicas", "/metadata/name", "/spec/template/spec/containers", "/nope"]
)
OPERATIONS: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
        "path": POINTERS,
        "from": POINTERS,
        "value": st.none() | st.integers() | st.just({"a": []}) | st.just([1]),
    }
)


@given(operations=st.lists(OPERATIONS, max_size=4))
def test_any_operations_end_in_an_object_or_an_error(operations: list[dict[str, object]]) -> None:
    body = {"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}, "spec": {"replicas": [1, {"x": 2}]}}
    patch = Patch("A", "", None, tuple(operations), Location("f", 1))
    with contextlib.suppress(RenderError):
        (patched,) = apply_patches([Rendered(body, Location("t", 1))], [patch], "one")
        assert patched.value["metadata"]["name"]
    assert body["spec"] == {"replicas": [1, {"x": 2}]}


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  template:
    spec:
      containers:
      - name: web
        image: "i:1"
        env: [{name: A, value: "1"}, {name: B, value: "2"}]
        ports: [{containerPort: 80}]
      - {name: proxy, image: "p:1"}
      volumes: [{name: data, emptyDir: {}}]
      tolerations: [{key: a, operator: Exists}]
"""
STRATEGIC = {
    "an item is merged by its key": "{containers: [{name: web, image: 'i:2'}]}",
    "an item is added": "{containers: [{name: log, image: 'l:1'}]}",
    "items of items": "{containers: [{name: web, env: [{name: B, value: '3'}, {name: C, value: '4'}]}]}",
    "an item is deleted": "{containers: [{name: proxy, $patch: delete}]}",
    "a list without keys is replaced": "{tolerations: [{key: b, operator: Exists}]}",
    "a list is replaced": "{containers: [{name: other, image: 'o:1'}, {$patch: replace}]}",
    "a mapping is replaced": "{containers: [{name: web, ports: [{containerPort: 80, name: http}]}]}",
    "null removes": "{volumes: null, containers: [{name: web, env: null}]}",
    "a volume": "{volumes: [{name: data, $retainKeys: [name, nfs], nfs: {server: s, path: /d}}]}",
}


def spec_of(patch: str) -> dict[str, Any]:
    body = load_text(DEPLOYMENT, "").value
    stated = {"spec": {"template": {"spec": load_text(patch, "").value}}}
    changed = Patch("Deployment", "a", None, None, None, stated)
    (found,) = apply_patches([Rendered(body, Location("made.yaml"))], [changed], "one")
    return dict(found.value)


@pytest.mark.controlplane
def test_a_strategic_patch_does_what_kubectl_does(control_plane: ControlPlane, tmp_path: Path) -> None:
    file = tmp_path / "deployment.yaml"
    file.write_text(DEPLOYMENT)
    for case, patch in STRATEGIC.items():
        stated = json.dumps({"spec": {"template": {"spec": load_text(patch, "").value}}})
        how = ("--type=strategic", "-p", stated, "-o", "json")
        theirs = json.loads(control_plane.kubectl("patch", "--local", "-f", str(file), *how).stdout)
        ours = spec_of(patch)
        for key, value in ours["spec"]["template"]["spec"].items():
            their_value = theirs["spec"]["template"]["spec"].get(key)
            assert by_name(value) == by_name(their_value), case


def by_name(value: Any) -> Any:
    """The value with lists in the order of their names, without the fields that kubectl adds empty."""
    if isinstance(value, list):
        return sorted((by_name(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, dict):
        return {
            key: by_name(item) for key, item in value.items() if item not in ({}, None) or key == "emptyDir"
        }
    return value


def test_a_custom_kinds_lists_are_joined_as_its_definition_says() -> None:
    definition = load_text(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          names: {kind: Widget, plural: widgets}
          versions:
          - name: v1
            schema:
              openAPIV3Schema:
                properties:
                  spec:
                    properties:
                      parts: {x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id]}
                      env: {x-kubernetes-list-type: atomic}
        """,
        "",
    ).value
    body = load_text(
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, "
        "spec: {parts: [{id: 1, a: 1}], env: [{name: x}]}}",
        "",
    ).value
    stated = {"spec": {"parts": [{"id": 1, "b": 2}, {"id": 2}], "env": [{"name": "y"}]}}
    patch = Patch("Widget", "", None, None, None, stated)
    (found,) = apply_patches([Rendered(body, Location("made.yaml"))], [patch], "one", lambda: [definition])
    assert found.value["spec"] == {"parts": [{"id": 1, "a": 1, "b": 2}, {"id": 2}], "env": [{"name": "y"}]}


def test_a_step_of_a_pointer_selects_an_item_by_a_field(project: Project) -> None:
    path = "/spec/template/spec/containers/[name=c]/image"
    specs = patched(
        project,
        f"[{{target: {{kind: Deployment, name: a}}, json: [{{op: replace, path: '{path}', value: j}}]}}]",
    )
    assert specs["a"]["template"] == {"spec": {"containers": [{"name": "c", "image": "j"}]}}
    wrong = path.replace("name=c", "name=d")
    message = failure(
        project, f"[{{target: {{kind: Deployment, name: a}}, json: [{{op: remove, path: '{wrong}'}}]}}]"
    )
    assert "/spec/template/spec/containers has no item with name d" in message


def test_a_merge_patch_that_leaves_out_items_is_noted(project: Project) -> None:
    merge = "merge: {spec: {template: {spec: {containers: [{name: other, image: i}]}}}}"
    patched(project, f"[{{target: {{kind: Deployment, name: a}}, {merge}}}]")
    shown = project.run("show", "dev").ok()
    assert "dlctl.yaml:7:15: the merge patch of Deployment a leaves out items of containers" in shown.err
    assert "'strategic' joins the items" in shown.err
    patched(project, f"[{{target: {{kind: Deployment, name: a}}, {merge.replace('merge', 'strategic')}}}]")
    assert "leaves out" not in project.run("show", "dev").ok().err


def test_a_strategic_patch_deletes_a_whole_object(project: Project) -> None:
    target = "{kind: Deployment, name: a}"
    assert list(patched(project, f"[{{target: {target}, strategic: {{$patch: delete}}}}]")) == ["b"]
    again = f"{{target: {target}, merge: {{spec: {{replicas: 2}}}}}}"
    message = failure(project, f"[{{target: {target}, strategic: {{$patch: delete}}}}, {again}]")
    assert "component 'one' has no Deployment a" in message


def test_a_strategic_patch_that_cannot_be_applied_has_its_place(project: Project) -> None:
    template = "{spec: {containers: [{image: x}], $patch: drop}}"
    message = failure(
        project, f"[{{target: {{kind: Deployment}}, strategic: {{spec: {{template: {template}}}}}}}]"
    )
    assert "dlctl.yaml:7:15" in message
    assert "'$patch' must be delete, replace or merge" in message
    message = failure(project, "[{target: {kind: Deployment}, strategic: {$setElementOrder/a: [{b: 1}]}}]")
    assert "'$setElementOrder/…' is not supported" in message


def test_an_item_without_the_key_of_its_list_is_refused(project: Project) -> None:
    template = "{spec: {containers: [{nam: c, stdin: true}]}}"
    target = "{kind: Deployment, name: a}"
    message = failure(project, f"[{{target: {target}, strategic: {{spec: {{template: {template}}}}}}}]")
    assert "an item of 'containers' has no 'name', by which the items are joined" in message
    assert "dlctl.yaml:7:15" in message


WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}


def test_a_list_whose_own_items_have_no_such_key_is_replaced() -> None:
    body = {**WIDGET, "spec": {"ports": [{"id": 1}]}}
    patch = Patch("Widget", "", None, None, None, {"spec": {"ports": [{"id": 2}]}})
    (found,) = apply_patches([Rendered(body, Location("made.yaml"))], [patch], "one")
    assert found.value["spec"] == {"ports": [{"id": 2}]}
