"""Kinds that components need and the cluster does not serve (those of prototypes: tests/prototypes)."""

import pytest
import yaml

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import Desk, config, custom, definition

pytestmark = pytest.mark.controlplane

KIND = "nobody.example.com/v1/Widget"


def requires(desk: Desk, component: str, *entries: dict[str, str]) -> None:
    """What a component's prototype needs of its cluster."""
    path = f"prototypes/{component}/{component}/prototype.yaml"
    desk.project.write({path: desk.project.read(path) + yaml.safe_dump({"requires": [*entries]})})


def test_missing_kind_without_known_provider(desk: Desk) -> None:
    desk.component("job", custom("nobody.example.com", "first"), custom("nobody.example.com", "second"))
    desk.component("web", config("page"))
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    assert answer.err.splitlines() == [
        "Error: nothing was applied to dev: the cluster of dev does not serve nobody.example.com/v1 Widget, "
        "which component job needs",
        "  install its CustomResourceDefinition first",
    ]
    assert desk.names("configmap") == []
    shown = desk.run("diff", "dev")
    assert shown.code == 1
    assert shown.err.splitlines()[-1] == "dev: 1 kind missing, 1 to create, 2 unknown"


def test_required_kind_without_objects(desk: Desk) -> None:
    """Such as a gang's, which an operator makes of a job that is refused or never starts without it."""
    desk.component("job", config("page"))
    requires(desk, "job", {"kind": KIND, "upstream": "Widgets (widgets.example.com)"})
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    assert answer.err.splitlines()[0] == (
        "Error: nothing was applied to dev: the cluster of dev does not serve nobody.example.com/v1 Widget, "
        "which component job needs; Widgets (widgets.example.com) provides it"
    )
    assert desk.names("configmap") == []
    assert desk.run("diff", "dev").code == 1


def test_kind_is_required_only_if_its_condition_holds(desk: Desk) -> None:
    flag = {"type": "boolean", "default": False, "description": "A flag."}
    desk.component("job", config("page"), fancy=flag)
    requires(desk, "job", {"kind": KIND, "when": "params.fancy", "from": "widgets"})
    asked = desk.run("apply", "dev", "--set", "job.fancy=true")
    assert asked.code == 1
    assert "which component job needs; prototype 'widgets' provides it" in asked.err
    assert "dev: 1 created" in desk.run("apply", "dev").ok().err
    assert desk.run("diff", "dev").code == 0
    assert desk.run("diff", "dev", "--set", "job.fancy=true").code == 1, "it could not be applied"


def test_invalid_condition_error_has_location(desk: Desk) -> None:
    desk.component("job", config("page"))
    requires(desk, "job", {"kind": KIND, "when": "params.fancy"})
    for words, code in ((("apply", "dev"), 1), (("diff", "dev"), 2)):
        answer = desk.run(*words)
        assert answer.code == code
        assert "prototypes/job/job/prototype.yaml:" in answer.err
        assert "fancy" in answer.err


def test_kind_defined_in_the_plan_is_not_missing(desk: Desk, group: str) -> None:
    desk.component("operator", definition(group))
    desk.component("job", config("page"))
    requires(desk, "job", {"kind": f"{group}/v1/Widget", "from": "operator"})
    alone = desk.run("apply", "dev", "-c", "job")
    assert alone.code == 1
    assert alone.err.splitlines()[1] == "  component operator of this app provides it: apply it to dev first"
    assert "2 created" in desk.run("apply", "dev").ok().err
    assert "1 unchanged" in desk.run("apply", "dev", "-c", "job").ok().err


def test_missing_kind_names_component_that_does_not_render_it(desk: Desk) -> None:
    """As `core` does not with tf_job_operator: false."""
    desk.component("operator", config("settings"))
    desk.component("job", config("page"))
    requires(desk, "job", {"kind": KIND, "from": "operator"})
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    hint = "component operator does not render it with its current parameters"
    assert answer.err.splitlines()[1] == f"  {hint}"


def test_missing_kind_names_other_served_versions(desk: Desk, group: str) -> None:
    desk.component("operator", definition(group))
    desk.run("apply", "dev").ok()
    newer = {**custom(group, "first"), "apiVersion": f"{group}/v2beta1"}
    desk.component("job", newer)
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    assert f"does not serve {group}/v2beta1 Widget (of this kind it serves {group}/v1), which" in answer.err


def test_missing_kind_in_one_environment_stops_all(
    desk: Desk, group: str, control_plane: ControlPlane
) -> None:
    flag = {"type": "boolean", "default": False, "description": "A flag."}
    desk.component("job", config("page"), fancy=flag)
    requires(desk, "job", {"kind": f"{group}/v1/Widget", "when": "params.fancy"})
    desk.environment("other", pin=control_plane)
    desk.project.write({"environments/other/params.yaml": "components: {job: {fancy: true}}\n"})
    answer = desk.run("apply", "dev", "other")
    assert answer.code == 1
    assert f"the cluster of other does not serve {group}/v1 Widget" in answer.err
    assert answer.err.endswith("nothing was applied to any environment\n")
    assert desk.names("configmap") == []


def test_all_missing_kinds_and_other_problems_are_listed(desk: Desk) -> None:
    desk.component("job", custom("nobody.example.com", "first"), custom("nothing.example.com", "first"))
    desk.component("web", config("taken"))
    desk.kubectl("create", "-f", "-", body=config("taken"))
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    lines = answer.err.splitlines()
    assert lines[0] == "Error: nothing was applied to dev: 3 problems"
    assert [line.partition(",")[0] for line in lines if line.startswith("  - ")] == [
        "  - the cluster of dev does not serve nobody.example.com/v1 Widget",
        "  - the cluster of dev does not serve nothing.example.com/v1 Widget",
        f"  - ConfigMap/taken in namespace {desk.namespace}: it already exists and does not carry "
        "this app's labels",
    ]
