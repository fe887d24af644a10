"""Environments that extend others: order, diamonds, circles, what is inherited and what is not."""

from pathlib import Path

import pytest

from dlctl.app.environments import environment_names, load_environment
from dlctl.app.load import load_app
from dlctl.errors import AppError
from tests.project import Project


def write_environments(app: Project, **extends: str) -> None:
    app.write(
        {
            f"environments/{name}/environment.yaml": f"context: {name}\nextends: {parents}\n"
            for name, parents in extends.items()
        }
    )


def layers(app: Project, name: str) -> list[str]:
    return [layer.environment for layer in load_environment(load_app(app.root), name).layers]


def test_parents_come_first_in_their_order_and_the_child_last(app: Project) -> None:
    write_environments(app, a="[]", b="[]", child="[a, b]")
    assert layers(app, "child") == ["a", "b", "child"]


def test_a_diamond_counts_its_top_once_where_it_comes_first(app: Project) -> None:
    write_environments(app, top="[]", left="[top]", right="[top]", bottom="[left, right]")
    assert layers(app, "bottom") == ["top", "left", "right", "bottom"]


@pytest.mark.parametrize("loop", [{"a": "[a]"}, {"a": "[b]", "b": "[c]", "c": "[a]"}, {"a": "a"}])
def test_cycle_error_shows_the_chain(app: Project, loop: dict[str, str]) -> None:
    write_environments(app, **loop)
    with pytest.raises(AppError, match=r"in a cycle: a → .*a$") as caught:
        load_environment(load_app(app.root), "a")
    assert caught.value.location is not None


def test_unknown_parent_error_has_line_and_suggestion(app: Project) -> None:
    write_environments(app, child="[dve]")
    with pytest.raises(AppError, match="environment 'dve' not found") as caught:
        load_environment(load_app(app.root), "child")
    assert str(caught.value.location) == "environments/child/environment.yaml:2:11"
    assert caught.value.hint == "did you mean 'dev'?"


@pytest.mark.parametrize("name", ["../dev", "a b", "/dev", ""])
def test_invalid_parent_name_error_has_location(app: Project, name: str) -> None:
    write_environments(app, child=f"[prod, {name!r}]")
    with pytest.raises(AppError, match="is not a valid name for an environment") as caught:
        load_environment(load_app(app.root), "child")
    assert str(caught.value.location) == "environments/child/environment.yaml:2:17"


def test_shared_parent_is_read_once(app: Project) -> None:
    """Two by two, thirty times over: by every way to the top there would be a thousand million of them."""
    for number in range(30):
        parents = f"[a{number + 1}, b{number + 1}]" if number < 29 else "[]"
        write_environments(app, **{f"{name}{number}": parents for name in "ab"})
    found = layers(app, "a0")
    assert len(found) == len(set(found)) == 59
    assert (found[0], found[-2:]) == ("a29", ["b1", "a0"])


def test_long_extends_chain_is_an_error(app: Project) -> None:
    write_environments(app, **{f"e{number}": f"[e{number + 1}]" for number in range(2000)}, e2000="[]")
    assert len(layers(app, "e1900")) == 101
    with pytest.raises(AppError, match="more than 100 levels deep") as caught:
        load_environment(load_app(app.root), "e0")
    assert str(caught.value.location) == "environments/e100/environment.yaml:2:11"


def test_the_child_wins_key_by_key(app: Project) -> None:
    app.write(
        {
            "environments/base/environment.yaml": "context: b\n",
            "environments/base/params.yaml": "params: {title: Base, env_vars: {A: '1', B: '1'}}\n"
            "components: {web: {replicas: 8, tags: [a, b]}}\n",
            "environments/child/environment.yaml": "context: c\nextends: base\n",
            "environments/child/params.yaml": "params: {env_vars: {B: '2'}}\n"
            "components: {web: {tags: [c]}}\n",
        }
    )
    items = app.run("param", "list", "web", "--env", "child", "-o", "json").ok().json["items"]
    values = {item["name"]: item["value"] for item in items}
    assert values["title"] == "Base"
    assert values["env_vars"] == {"A": "1", "B": "2"}
    assert (values["replicas"], values["tags"]) == (8, ["c"])


def test_environment_wide_value_of_child_wins_over_parents_component(app: Project) -> None:
    app.write(
        {
            "environments/base/environment.yaml": "context: b\n",
            "environments/base/params.yaml": "components: {web: {title: parent}}\n",
            "environments/child/environment.yaml": "context: c\nextends: base\n",
            "environments/child/params.yaml": "params: {title: child}\n",
        }
    )
    assert "child: child" in app.run("param", "explain", "web", "title", "-e", "child").ok().out


def test_destination_is_not_inherited(app: Project) -> None:
    app.write(
        {
            "environments/base/environment.yaml": "context: b\nnamespace: base-space\n"
            "labels: {team: ml, tier: x}\n"
            "disabled: [web]\npatches: {web: [{target: {kind: Deployment}, merge: {spec: null}}]}\n",
            "environments/child/environment.yaml": "extends: [base]\nlabels: {tier: y}\n",
        }
    )
    child = load_environment(load_app(app.root), "child")
    assert child.labels == {"team": "ml", "tier": "y"}
    assert child.disabled == {"web"}
    assert len((child.patches or {})["web"]) == 1
    assert (child.destination.context, child.namespace) == ("", "default")


def test_the_shared_top_of_a_diamond_patches_once(app: Project) -> None:
    patch = "patches: {web: [{target: {kind: Deployment}, json: [{op: add, path: /spec/x, value: 1}]}]}\n"
    app.write({"environments/top/environment.yaml": f"context: t\n{patch}"})
    write_environments(app, left="[top]", right="[top]", bottom="[left, right]")
    bottom = load_environment(load_app(app.root), "bottom")
    assert len((bottom.patches or {})["web"]) == 1


def test_a_nested_path_inherits_nothing_by_itself(app: Project) -> None:
    app.write({"environments/dev/deep/environment.yaml": "context: x\n"})
    assert layers(app, "dev/deep") == ["dev/deep"]
    assert environment_names(load_app(app.root)) == ("dev", "dev/deep", "prod")


def test_hidden_folders_are_ignored(app: Project, tmp_path: Path) -> None:
    app.write({"environments/.git/environment.yaml": "context: x\n"})
    assert environment_names(load_app(app.root)) == ("dev", "prod")
