"""Labels of objects, the recommended ones and dlctl's own.

`app.kubernetes.io/*`: Kubernetes documentation, "Recommended Labels".
"""

from collections.abc import Iterable, Mapping
from typing import Any

NAME = "app.kubernetes.io/name"
INSTANCE = "app.kubernetes.io/instance"
PART_OF = "app.kubernetes.io/part-of"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "dlctl"
"""The value of `managed-by` on every object that dlctl applies."""

APP = "dlctl.dev/app"
ENVIRONMENT = "dlctl.dev/environment"
COMPONENT = "dlctl.dev/component"

RUN = "dlctl.dev/run"
"""The label with the name of the run that an object belongs to: no plan of the app compares or deletes it."""

SWEEP = "dlctl.dev/sweep"
"""The label with the name of the sweep that a run belongs to."""

MADE_FROM = "dlctl.dev/made-from"
"""The annotation of a run's job: values, git revision, who and when, as JSON without secrets."""

SUBMISSION = "dlctl.dev/submission"
"""The annotation with the random id of the command that created an object of a run."""

APP_ID = "dlctl.dev/app-id"
"""The annotation with the app's id, which tells apart apps of one name."""

CHANGED_RUN = "dlctl.dev/changed-run"
"""The annotation of a job whose template was changed after it had started: when it started."""

RESTART = "dlctl.dev/restart-on-secret-change"
"""The annotation `true` of a pod template: a plan adds DIGEST to it."""

_TEMPLATES = (
    ("spec", "template", "metadata"),
    ("spec", "leaderWorkerTemplate", "leaderTemplate", "metadata"),
    ("spec", "leaderWorkerTemplate", "workerTemplate", "metadata"),
    ("spec",),
    ("spec", "prefill"),
    ("spec", "predictor"),
    ("spec", "transformer"),
    ("spec", "explainer"),
    ("spec", "serving"),
)
"""Where annotations of pods are: beside the fields of the pods in KServe's services and a Function."""

DIGEST = "dlctl.dev/secrets-digest"
"""The annotation of a pod template with a keyed digest of the Secrets and ConfigMaps that its pods use."""

RESTART_KEY = "dlctl.dev/restart-key"
"""The annotation `true` of the Secret with the key of a component's digests."""

NODE_SHAPE = "dlctl.dev/node-shape"
"""The label with the shape of a sandbox's simulated node."""

STAND_IN = "sandbox.dlctl.dev/stand-in"
"""The label of a sandbox's CRDs that anybody may replace by the real ones."""


def environment_label(name: str) -> str:
    """An environment's name as a label value: `us-west/prod` becomes `us-west.prod`."""
    return name.replace("/", ".")


def target_labels(app: str, environment: str) -> dict[str, str]:
    """The two labels that assign an object to a target; `environment` is the name, not the label value."""
    return {APP: app, ENVIRONMENT: environment_label(environment)}


def selector_of(labels: Mapping[str, str]) -> str:
    """Labels as a label selector, sorted by key."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def any_of(key: str, values: Iterable[str]) -> str:
    """A requirement of a label selector: one of these values."""
    return f"{key} in ({','.join(sorted(values))})"


def labels_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object's labels; empty if it has none."""
    return (body.get("metadata") or {}).get("labels") or {}


def annotations_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object's annotations; empty if it has none."""
    return (body.get("metadata") or {}).get("annotations") or {}


def component_of(body: Mapping[str, Any]) -> str:
    """The component that an object belongs to, by its label; empty if it has none."""
    return str(labels_of(body).get(COMPONENT) or "")


def restarting(body: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The mappings with annotations of pods which ask for new pods when what they use has changed."""
    if not body.get("spec"):  # all of them are below it
        return ()
    return tuple(place for place in _TEMPLATES if _annotation(body, place, RESTART) == "true")


def _annotation(body: Mapping[str, Any], place: tuple[str, ...], name: str) -> object:
    value: object = body
    for key in (*place, "annotations", name):
        if value is None or not isinstance(value, (dict, Mapping)):  # the first of them costs little
            return None
        value = value.get(key)
    return value
