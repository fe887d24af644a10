"""The scope of a target: which objects on its cluster are its own."""

from dlctl.app.environments import has_environment
from dlctl.app.history import COMPONENTS, ENVIRONMENTS, moved_to
from dlctl.app.model import Target
from dlctl.plan.model import History, Scope
from dlctl.workflow.render import Selection


def scope_of(target: Target, selection: Selection) -> Scope:
    """The labels and namespace that identify a target's objects."""
    return Scope(
        app=target.app.name,
        environment=target.environment.name,
        namespace=target.environment.namespace,
        components=frozenset(selection.components) or None,
        app_id=target.app.id,
        history=_history(target),
    )


def _history(target: Target) -> History:
    app, name = target.app, target.environment.name
    environments = moved_to(app.moved, ENVIRONMENTS, lambda each: has_environment(app, each))
    return History(
        moved_to(app.moved, COMPONENTS, app.components.__contains__),
        tuple(sorted(before for before, now in environments.items() if now == name)),
        app.released,
    )
