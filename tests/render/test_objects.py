"""What becomes of rendered documents: namespace, labels, lists, and what is refused."""

import pytest

from tests.project import Project
from tests.render.single_template import refused, shown, write_app

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, labels: {app: mine, app.kubernetes.io/name: own, dlctl.dev/component: stolen}}
spec:
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec: {containers: [{name: c, image: i}]}
"""


def test_labels_and_namespace_on_every_object(project: Project) -> None:
    (body,) = shown(project, DEPLOYMENT)
    assert body["metadata"] == {
        "name": "d",
        "namespace": "space",
        "labels": {
            "app": "mine",
            "app.kubernetes.io/name": "own",
            "app.kubernetes.io/instance": "one",
            "app.kubernetes.io/part-of": "made",
            "app.kubernetes.io/managed-by": "dlctl",
            "dlctl.dev/app": "made",
            "dlctl.dev/environment": "dev",
            "dlctl.dev/component": "one",
        },
    }


def test_selectors_and_pod_templates_are_never_touched(project: Project) -> None:
    (body,) = shown(project, DEPLOYMENT)
    assert body["spec"] == {
        "selector": {"matchLabels": {"app": "d"}},
        "template": {
            "metadata": {"labels": {"app": "d"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    }


def test_environment_labels_and_a_path_as_a_label(project: Project) -> None:
    write_app(project, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {tier: own}}\n")
    project.write({"environments/us/west/environment.yaml": "context: x\nlabels: {team: ml, tier: env}\n"})
    body = project.run("show", "us/west", "-o", "json").ok().json["items"][0]
    labels = body["metadata"]["labels"]
    assert labels["dlctl.dev/environment"] == "us.west"
    assert (labels["team"], labels["tier"]) == ("ml", "own")


def test_component_namespace_and_base_name(project: Project) -> None:
    write_app(project, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ component.name }}}\n")
    project.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: made\n"
            "components:\n  one: {prototype: free, name: base, namespace: apart}\n"
        }
    )
    (body,) = project.run("show", "dev", "-o", "json").ok().json["items"]
    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("base", "apart")
    assert body["metadata"]["labels"]["app.kubernetes.io/instance"] == "base"
    assert body["metadata"]["labels"]["dlctl.dev/component"] == "one"


def test_an_objects_own_namespace_stays(project: Project) -> None:
    (body,) = shown(project, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: kube-public}\n")
    assert body["metadata"]["namespace"] == "kube-public"


def test_a_list_is_flattened_also_a_nested_one(project: Project) -> None:
    found = shown(
        project,
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}]}\n"
        "- {apiVersion: v1, kind: List}\n",
    )
    assert [entry["metadata"]["name"] for entry in found] == ["a", "b"]


def test_local_config_is_left_out(project: Project) -> None:
    found = shown(
        project,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: "
        "{config.kubernetes.io/local-config: 'true'}}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    )
    assert [entry["metadata"]["name"] for entry in found] == ["b"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n---\n", "{% if false %}\na: 1\n{% endif %}\n"])
def test_nothing_renders_to_nothing(project: Project, text: str) -> None:
    assert shown(project, text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "does not render a Kubernetes object"),
        ("just text\n", "does not render a Kubernetes object"),
        ("kind: A\nmetadata: {name: x}\n", "object has no 'apiVersion'"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "object has no 'kind'"),
        ("apiVersion: 1\nkind: A\nmetadata: {name: x}\n", "object has no 'apiVersion'"),
        ("apiVersion: v1\nkind: A\n", "A has no 'metadata'"),
        ("apiVersion: v1\nkind: A\nmetadata: [a]\n", "A has no 'metadata'"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 3}\n", "metadata.name of A must be a non-empty string"),
        ("apiVersion: v1\nkind: A\nmetadata: {}\n", "metadata.name of A must be a non-empty string"),
        ("apiVersion: v1\nkind: A\nmetadata: {generateName: x-}\n", "generateName"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, labels: {a: 1}}\n", "'a' is not a string"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, annotations: {a: true}}\n", "'a' is not a string"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, labels: [a]}\n", "labels"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, labels: a}\n", "labels"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: 3}\n", "namespace"),
        ("apiVersion: v1\nkind: List\nitems: 3\n", "items"),
        ("apiVersion: v1\nkind: List\nitems: [3]\n", "does not render a Kubernetes object"),
        ("apiVersion: v1\nkind: List\nitems: {a: 1}\n", "'items' of the List is not a list"),
        ("apiVersion: a/b/c\nkind: A\nmetadata: {name: x}\n", "apiVersion"),
    ],
)
def test_invalid_object_error_names_its_template(project: Project, text: str, message: str) -> None:
    outcome = refused(project, text)
    assert message in outcome.err
    assert "prototypes/p/free/templates/a.yaml.j2:" in outcome.err


def test_duplicates_across_components_name_both(project: Project) -> None:
    write_app(project, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same}\n")
    text = project.read("dlctl.yaml") + "  two: {prototype: free}\n"
    project.write({"dlctl.yaml": text})
    outcome = project.run("show", "dev")
    assert outcome.code == 1
    assert "components 'one' and 'two' both render ConfigMap/same in namespace space" in outcome.err
    assert "base name" in outcome.err
    project.write({"dlctl.yaml": text.replace("two: {", "two: {namespace: other, ")})
    project.run("show", "dev").ok()


def test_a_duplicate_inside_a_component_names_both_places(project: Project) -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same}\n"
    outcome = refused(project, f"{one}---\n{one}")
    assert "component 'one' renders ConfigMap/same in namespace space twice, first at" in outcome.err


def test_another_version_of_the_same_kind_is_the_same_object(project: Project) -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
    assert "twice" in refused(project, f"{text}---\n{text.replace('v1', 'v1beta1')}").err
