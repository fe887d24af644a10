"""Which target an object belongs to, by its labels."""

from enum import Enum

from dlctl.labels import APP, APP_ID, ENVIRONMENT, RUN, annotations_of, labels_of
from dlctl.manifest import JsonObject
from dlctl.plan.live.managed_fields import applied_fields
from dlctl.plan.model import Scope


class Owner(Enum):
    """This target, none (without our labels, or only some of them), or another app or environment."""

    OURS = 1
    NOBODY = 2
    OTHER = 3


def owner_of(body: JsonObject, scope: Scope) -> Owner:
    """The owner of the object, relative to `scope`."""
    labels = labels_of(body)
    if carries(body, scope):
        return Owner.OTHER if is_of_a_twin(body, scope) else Owner.OURS
    other = any(labels.get(key) not in (None, "", value) for key, value in scope.labels.items())
    return Owner.OTHER if other else Owner.NOBODY


def carries(body: JsonObject, scope: Scope) -> bool:
    """Whether an object has the labels of the target, or of an earlier name of its environment."""
    labels = labels_of(body)
    return labels.get(APP) == scope.app and labels.get(ENVIRONMENT) in scope.environment_labels


def is_of_a_twin(body: JsonObject, scope: Scope) -> bool:
    """Whether an object with our labels belongs to another app of the same name, by the apps' ids."""
    app_id = annotations_of(body).get(APP_ID)
    return bool(app_id) and app_id != scope.app_id


def adoptable_environment(body: JsonObject, scope: Scope) -> str:
    """The label of another environment of this app, which the object belongs to; empty if it does not.

    Only the app's id tells that it is the same app.
    """
    labels, app_id = labels_of(body), annotations_of(body).get(APP_ID)
    same = bool(scope.app_id) and app_id == scope.app_id and labels.get(APP) == scope.app
    return str(labels.get(ENVIRONMENT) or "") if same and not carries(body, scope) else ""


def owner_text(body: JsonObject) -> str:
    """The owner as text: `app shop, environment prod`, with the app's id if it is known."""
    labels = labels_of(body)
    app_id = str(annotations_of(body).get(APP_ID) or "")
    parts = [("app", labels.get(APP)), ("environment", labels.get(ENVIRONMENT)), ("app id", app_id)]
    return ", ".join(f"{word} {value}" for word, value in parts if value)


def was_applied_by_us(body: JsonObject, scope: Scope) -> bool:
    """Whether this object was applied for the target.

    Controllers copy labels to objects that they create (a Service's to its EndpointSlices, a template's to
    pods). Such an object has a controller owner reference, or was never applied by our field manager. What
    belongs to a run was created for it.
    """
    owners = (body.get("metadata") or {}).get("ownerReferences") or ()
    if any(owner.get("controller") for owner in owners) or is_of_a_twin(body, scope) or is_of_a_run(body):
        return False
    return any(applied_fields(body, manager) is not None for manager in scope.managers.all)


def is_of_a_run(body: JsonObject) -> bool:
    """Whether an object belongs to a run, or was made of one that does."""
    return bool(labels_of(body).get(RUN))


def is_run_of_ours(body: JsonObject, scope: Scope) -> bool:
    """Whether an object was made for a run of the target; not what a controller made, with copied labels."""
    owners = (body.get("metadata") or {}).get("ownerReferences") or ()
    controlled = any(owner.get("controller") for owner in owners)
    return is_of_a_run(body) and not controlled and owner_of(body, scope) is Owner.OURS


def selected(body: JsonObject, scope: Scope) -> bool:
    """Whether an object's component is selected."""
    return scope.components is None or scope.component_of(body) in scope.components
