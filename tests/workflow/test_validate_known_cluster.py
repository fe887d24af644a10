"""What `validate` says where an environment's files tell which kinds and nodes its cluster has."""

from collections.abc import Iterable

import pytest

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.render.target import Renderer
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.render import Selection
from dlctl.workflow.validate import validate_environment
from dlctl.workflow.validation.known_cluster import KnownCluster, KnownNodes
from dlctl.workflow.validation.model import Validation
from tests.project import Project

KINDS = frozenset({("v1", "ConfigMap"), ("apps/v1", "Deployment"), ("example.com/v1beta1", "Widget")})
REQUIRES = """\
requires:
- {kind: example.com/v1/Widget, upstream: Widgets (example.com), when: params.debug}
- {resource: example.com/gpu, upstream: the device plugin, when: params.replicas > 2}
- {node_label: [kubernetes.io/arch, kubernetes.io/os], values: [big, huge], when: params.replicas > 2}
"""


@pytest.fixture
def needy(app: Project) -> Project:
    file = "prototypes/pages/page/prototype.yaml"
    app.write({file: app.read(file) + REQUIRES})
    return app


def validated(project: Project, known: KnownCluster, *settings: str) -> Validation:
    app = load_app(project.root)
    renderer = Renderer(catalogue_of(project.root / "prototypes"))
    selection = Selection(settings=settings)
    return validate_environment(renderer, load_target(app, "dev"), selection, SchemaStore(()), known)


def messages(found: Validation) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in found.findings]


def nodes(*each: tuple[dict[str, str], Iterable[str]]) -> tuple[KnownNodes, ...]:
    return tuple(KnownNodes(labels, frozenset(resources)) for labels, resources in each)


def test_a_cluster_that_has_everything(needy: Project) -> None:
    there = nodes(({}, ["cpu"]), ({"kubernetes.io/os": "huge"}, ["cpu", "example.com/gpu"]))
    found = validated(needy, KnownCluster("v1.36.3", KINDS, there), "web.debug=true")
    assert found.findings == ()
    assert (found.version, found.valid) == ("v1.36.3", True)


def test_nodes_without_the_resource_and_without_the_label(needy: Project) -> None:
    found = validated(needy, KnownCluster("", KINDS, nodes(({"kubernetes.io/arch": "small"}, ["cpu"]))))
    assert messages(found) == [
        (
            "missing-resource",
            "no node of the cluster of dev has example.com/gpu, which component web needs; "
            "the device plugin provides it",
        ),
        (
            "missing-node-label",
            "no node of the cluster of dev has label kubernetes.io/arch or kubernetes.io/os = big or huge, "
            "which component web needs",
        ),
    ]
    assert str(found.findings[0].location).startswith("dlctl.yaml:")


def test_a_required_kind_in_another_version_is_enough(needy: Project) -> None:
    known = KnownCluster("", KINDS, None)
    assert messages(validated(needy, known, "web.debug=true")) == []
    without = KnownCluster("", KINDS - {("example.com/v1beta1", "Widget")}, None)
    ((code, message),) = messages(validated(needy, without, "web.debug=true"))
    assert code == "missing-kind"
    assert message == (
        "the cluster of dev does not serve example.com/v1 Widget, which component web needs; "
        "Widgets (example.com) provides it"
    )


def test_an_object_of_a_kind_that_is_not_served(needy: Project) -> None:
    found = validated(needy, KnownCluster("", frozenset({("v1", "ConfigMap")}), None), "web.replicas=1")
    ((code, message),) = messages(found)
    assert code == "missing-kind"
    assert "does not serve apps/v1 Deployment, which component web needs" in message
    assert str(found.findings[0].location) == "prototypes/pages/page/templates/page.yaml.j2:9"


def test_what_is_not_known_is_named(needy: Project) -> None:
    found = validated(needy, KnownCluster("v1.36.3", None, None), "web.debug=true")
    assert found.findings == ()
    assert found.not_checked[-2:] == (
        "whether the cluster serves example.com/v1 Widget",
        "whether nodes have example.com/gpu and label kubernetes.io/arch or kubernetes.io/os = big or huge",
    )
