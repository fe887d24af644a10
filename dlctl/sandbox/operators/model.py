"""Which operators there are, and what each is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dlctl.errors import SandboxError
from dlctl.sandbox.build import Carried, Recipe


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: how it is built, and its manifests below the folder of its binary.

    `definitions` is a glob pattern of CustomResourceDefinitions, one a file; `webhooks` is the file of its
    ValidatingWebhookConfiguration, which gets the name `webhooks_name`.
    """

    name: str
    recipe: Recipe
    definitions: str
    webhooks: str
    webhooks_name: str


_DEFINITIONS = "manifests/base/crds/*_*.yaml"
_WEBHOOKS = "manifests/base/webhook/manifests.yaml"

TRAINING_OPERATOR = Operator(
    name="training-operator",
    recipe=Recipe(
        title="the training operator",
        sources=Path(__file__).parent / "training-operator",
        check=("-help",),
        carried=Carried("github.com/kubeflow/training-operator", (_DEFINITIONS, _WEBHOOKS)),
    ),
    definitions=_DEFINITIONS,
    webhooks=_WEBHOOKS,
    # The name that upstream's manifests/base/webhook/patch.yaml gives it.
    webhooks_name="validator.training-operator.kubeflow.org",
)

OPERATORS: Mapping[str, Operator] = {operator.name: operator for operator in (TRAINING_OPERATOR,)}


def chosen(names: Iterable[str]) -> tuple[Operator, ...]:
    """The operators of these names, each once; SandboxError for a name that none has."""
    return tuple(_operator(name) for name in dict.fromkeys(names))


def _operator(name: str) -> Operator:
    if name not in OPERATORS:
        raise SandboxError(
            f"there is no operator '{name}' for sandboxes", hint=f"there is {', '.join(OPERATORS)}"
        )
    return OPERATORS[name]
