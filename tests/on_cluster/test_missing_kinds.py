"""Kinds that components need and the cluster does not serve (those of prototypes: tests/prototypes)."""

import pytest
import yaml

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, custom, definition

pytestmark = pytest.mark.controlplane

KIND = "nobody.example.com/v1/Widget"


def requires(cluster_app: AppOnCluster, component: str, *entries: dict[str, str]) -> None:
    """What a component's prototype needs of its cluster."""
    path = f"prototypes/{component}/{component}/prototype.yaml"
    cluster_app.project.write(
        {path: cluster_app.project.read(path) + yaml.safe_dump({"requires": [*entries]})}
    )


def test_missing_kind_without_known_provider(cluster_app: AppOnCluster) -> None:
    cluster_app.component(
        "job", custom("nobody.example.com", "first"), custom("nobody.example.com", "second")
    )
    cluster_app.component("web", config("page"))
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert answer.err.splitlines() == [
        "Error: nothing was applied to dev: the cluster of dev does not serve nobody.example.com/v1 Widget, "
        "which component job needs",
        "  install its CustomResourceDefinition first",
    ]
    assert cluster_app.names("configmap") == []
    shown = cluster_app.run("diff", "dev")
    assert shown.code == 2, "1 means differences, and nothing else"
    assert (
        shown.err.splitlines()[-1]
        == "dev: 1 kind missing, 1 to create (not checked by the server), 2 unknown"
    )


def test_required_kind_without_objects(cluster_app: AppOnCluster) -> None:
    """Such as a gang's, which an operator makes of a job that is refused or never starts without it."""
    cluster_app.component("job", config("page"))
    requires(cluster_app, "job", {"kind": KIND, "upstream": "Widgets (widgets.example.com)"})
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert answer.err.splitlines()[0] == (
        "Error: nothing was applied to dev: the cluster of dev does not serve nobody.example.com/v1 Widget, "
        "which component job needs; Widgets (widgets.example.com) provides it"
    )
    assert cluster_app.names("configmap") == []
    assert cluster_app.run("diff", "dev").code == 2


def test_kind_is_required_only_if_its_condition_holds(cluster_app: AppOnCluster) -> None:
    flag = {"type": "boolean", "default": False, "description": "A flag."}
    cluster_app.component("job", config("page"), fancy=flag)
    requires(cluster_app, "job", {"kind": KIND, "when": "params.fancy", "from": "widgets"})
    asked = cluster_app.run("apply", "dev", "--set", "job.fancy=true")
    assert asked.code == 1
    assert "which component job needs; prototype 'widgets' provides it" in asked.err
    assert "dev: 1 created" in cluster_app.run("apply", "dev").ok().err
    assert cluster_app.run("diff", "dev").code == 0
    assert cluster_app.run("diff", "dev", "--set", "job.fancy=true").code == 2, "it could not be applied"


def test_invalid_condition_error_has_location(cluster_app: AppOnCluster) -> None:
    cluster_app.component("job", config("page"))
    requires(cluster_app, "job", {"kind": KIND, "when": "params.fancy"})
    for words, code in ((("apply", "dev"), 1), (("diff", "dev"), 2)):
        answer = cluster_app.run(*words)
        assert answer.code == code
        assert "prototypes/job/job/prototype.yaml:" in answer.err
        assert "fancy" in answer.err


def test_kind_defined_in_the_plan_is_not_missing(cluster_app: AppOnCluster, group: str) -> None:
    cluster_app.component("operator", definition(group))
    cluster_app.component("job", config("page"))
    requires(cluster_app, "job", {"kind": f"{group}/v1/Widget", "from": "operator"})
    alone = cluster_app.run("apply", "dev", "-c", "job")
    assert alone.code == 1
    assert alone.err.splitlines()[1] == "  component operator of this app provides it: apply it to dev first"
    assert "2 created" in cluster_app.run("apply", "dev").ok().err
    assert "1 unchanged" in cluster_app.run("apply", "dev", "-c", "job").ok().err


def test_missing_kind_names_component_that_does_not_render_it(cluster_app: AppOnCluster) -> None:
    """As `core` does not with tf_job_operator: false."""
    cluster_app.component("operator", config("settings"))
    cluster_app.component("job", config("page"))
    requires(cluster_app, "job", {"kind": KIND, "from": "operator"})
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    hint = "component operator does not render it with its current parameters"
    assert answer.err.splitlines()[1] == f"  {hint}"


def test_missing_kind_names_other_served_versions(cluster_app: AppOnCluster, group: str) -> None:
    cluster_app.component("operator", definition(group))
    cluster_app.run("apply", "dev").ok()
    newer = {**custom(group, "first"), "apiVersion": f"{group}/v2beta1"}
    cluster_app.component("job", newer)
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert f"does not serve {group}/v2beta1 Widget (of this kind it serves {group}/v1), which" in answer.err


def test_missing_kind_in_one_environment_stops_all(
    cluster_app: AppOnCluster, group: str, control_plane: ControlPlane
) -> None:
    flag = {"type": "boolean", "default": False, "description": "A flag."}
    cluster_app.component("job", config("page"), fancy=flag)
    requires(cluster_app, "job", {"kind": f"{group}/v1/Widget", "when": "params.fancy"})
    cluster_app.environment("other", pin=control_plane)
    cluster_app.project.write({"environments/other/params.yaml": "components: {job: {fancy: true}}\n"})
    answer = cluster_app.run("apply", "dev", "other")
    assert answer.code == 1
    assert f"the cluster of other does not serve {group}/v1 Widget" in answer.err
    assert answer.err.endswith("nothing was applied to any environment\n")
    assert cluster_app.names("configmap") == []


def test_all_missing_kinds_and_other_problems_are_listed(cluster_app: AppOnCluster) -> None:
    cluster_app.component(
        "job", custom("nobody.example.com", "first"), custom("nothing.example.com", "first")
    )
    cluster_app.component("web", config("taken"))
    cluster_app.kubectl("create", "-f", "-", body=config("taken"))
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    lines = answer.err.splitlines()
    assert lines[0] == "Error: nothing was applied to dev: 3 problems"
    assert [line.partition(",")[0] for line in lines if line.startswith("  - ")] == [
        "  - the cluster of dev does not serve nobody.example.com/v1 Widget",
        "  - the cluster of dev does not serve nothing.example.com/v1 Widget",
        f"  - ConfigMap/taken in namespace {cluster_app.namespace}: "
        "already exists but was not applied by this app",
    ]


def test_missing_kind_that_another_setting_avoids(cluster_app: AppOnCluster, group: str) -> None:
    """As MPIJob is v2beta1 of one operator and v1 of another."""
    cluster_app.component("operator", definition(group))
    cluster_app.run("apply", "dev").ok()
    versions = {"type": "string", "enum": ["v2", "v1"], "default": "v2", "description": "A version."}
    cluster_app.component("job", config("page"), api=versions)
    requires(
        cluster_app,
        "job",
        {"kind": f"{group}/v2/Gadget", "when": 'params.api == "v2"'},
        {"kind": f"{group}/v1/Widget", "when": 'params.api == "v1"'},
    )
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert f"with 'api: v1' component job uses {group}/v1 Widget, which the cluster serves; or" in answer.err
    cluster_app.run("apply", "dev", "--set", "job.api=v1").ok()


def test_no_setting_is_named_that_needs_another_missing_kind(cluster_app: AppOnCluster) -> None:
    flag = {"type": "boolean", "default": True, "description": "A flag."}
    cluster_app.component("job", config("page"), fancy=flag)
    requires(
        cluster_app,
        "job",
        {"kind": KIND, "when": "params.fancy"},
        {"kind": KIND.replace("Widget", "Gadget"), "when": "not params.fancy"},
    )
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert "fancy" not in answer.err
