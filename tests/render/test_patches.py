"""Patches: what no parameter reaches."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.app.model import Patch
from dlctl.errors import Location, RenderError
from dlctl.render.engine.model import Rendered
from dlctl.render.patches import apply_patches
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
        ("[{target: {kind: A}}]", "either 'merge' or 'json'"),
        ("[{target: {kind: A}, merge: {}, json: []}]", "either 'merge' or 'json'"),
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
