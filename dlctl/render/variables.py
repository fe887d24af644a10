"""What templates and rules get: the names in scope, and the folders of their files."""

from collections.abc import Mapping
from typing import Any

from dlctl.app.model import Component, Target
from dlctl.params.model import ParamSet
from dlctl.registry.prototypes.model import NULLS_OF_ROLES, ROLES, Prototype
from dlctl.registry.prototypes.roles import stated_roles, values_of_roles
from dlctl.render.cluster_variable import cluster_variable
from dlctl.render.engine.template_set import TemplateSet
from dlctl.render.objects import namespace_of


def template_set(prototype: Prototype) -> TemplateSet:
    """The folders of a prototype's templates and fragments, for the engine."""
    return TemplateSet(prototype.templates_folder, prototype.fragment_folders, prototype.source.show)


def template_variables(
    target: Target,
    component: Component,
    prototype: Prototype,
    params: ParamSet,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The names in scope of templates and rules. `values` stand for those of `params`: marked, or others."""
    environment = target.environment
    values = params.values if values is None else values
    return {
        "params": values,
        "nulls": list(params.nulls),
        **(_of_roles(prototype, params, values) if prototype.roles else {}),
        "component": {"name": component.base_name, "namespace": namespace_of(target, component)},
        "environment": {"name": environment.name, "namespace": environment.namespace},
        "cluster": cluster_variable(target.cluster),
    }


def _of_roles(prototype: Prototype, params: ParamSet, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of each role, and the names of its parameters that are null."""
    roles = values_of_roles(prototype, values)
    stated = stated_roles(values)
    nulls = {
        role: [name for name in {**dict.fromkeys(params.nulls), **stated.get(role, {})} if own[name] is None]
        for role, own in roles.items()
    }
    return {ROLES: roles, NULLS_OF_ROLES: nulls}
