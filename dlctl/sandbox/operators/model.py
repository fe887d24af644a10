"""The operators, and how each is built and installed."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.errors import SandboxError
from dlctl.sandbox.operators import names
from dlctl.sandbox.programs.build import ModuleFiles, Recipe
from dlctl.suggest import did_you_mean
from dlctl.text import listed

MUTATING = "MutatingWebhookConfiguration"
VALIDATING = "ValidatingWebhookConfiguration"


class Webhooks(Struct, frozen=True):
    """A module's webhook configurations: their file, and the changes of upstream's kustomization.

    `patches` has a file of JSON patches for each kind of configuration; `prefix` is added to their names.
    """

    file: str
    patches: Mapping[str, str]
    prefix: str = ""


class Presets(Struct, frozen=True):
    """Objects that upstream installs with its controllers, one per file; `overlay` is its kustomization."""

    patterns: tuple[str, ...]
    overlay: str


class Part(Struct, frozen=True):
    """The files that an operator uses from one Go module; paths are relative to the module's folder.

    `definitions` is a glob pattern of CustomResourceDefinitions, one per file. Without `webhooks` upstream
    installs none by default.
    """

    module: str
    definitions: str
    webhooks: Webhooks | None = None
    presets: Presets | None = None

    @property
    def module_files(self) -> ModuleFiles:
        """The files that are stored next to the operator's binary."""
        presets = (*self.presets.patterns, self.presets.overlay) if self.presets else ()
        hooks = (self.webhooks.file, *self.webhooks.patches.values()) if self.webhooks else ()
        return ModuleFiles(self.module, (self.definitions, *hooks, *presets))


class Operator(Struct, frozen=True):
    """One operator: how its program is built, and its manifests."""

    name: str
    title: str
    parts: tuple[Part, ...]

    @property
    def recipe(self) -> Recipe:
        """How its program is built; the sources are in a folder of its name."""
        module_files = tuple(part.module_files for part in self.parts)
        return Recipe(self.title, Path(__file__).parent / self.name, ("-help",), module_files)


TRAINING_OPERATOR = Operator(
    name=names.TRAINING_OPERATOR,
    title="the training operator",
    parts=(
        Part(
            module="github.com/kubeflow/training-operator",
            definitions="manifests/base/crds/*_*.yaml",
            webhooks=Webhooks(
                "manifests/base/webhook/manifests.yaml",
                {VALIDATING: "manifests/base/webhook/patch.yaml"},
            ),
        ),
    ),
)

TRAINER = Operator(
    name=names.TRAINER,
    title="Kubeflow Trainer",
    parts=(
        Part(
            module="sigs.k8s.io/jobset",
            definitions="config/components/crd/bases/*.yaml",
            webhooks=Webhooks(
                "config/components/webhook/manifests.yaml",
                {
                    MUTATING: "config/components/webhook/patches/mutating-patch.yaml",
                    VALIDATING: "config/components/webhook/patches/validating-patch.yaml",
                },
                prefix="jobset-",
            ),
        ),
        Part(
            module="github.com/kubeflow/trainer/v2",
            definitions="manifests/base/crds/*_*.yaml",
            webhooks=Webhooks(
                "manifests/base/webhook/manifests.yaml",
                {
                    MUTATING: "manifests/base/webhook/patch_mutating.yaml",
                    VALIDATING: "manifests/base/webhook/patch_validating.yaml",
                },
            ),
            presets=Presets(
                ("manifests/base/runtimes/*_distributed.yaml", "manifests/base/runtimes/torchtune/*/*.yaml"),
                "manifests/overlays/runtimes/kustomization.yaml",
            ),
        ),
    ),
)

KUBERAY = Operator(
    name=names.KUBERAY,
    title="KubeRay",
    parts=(
        Part(module="github.com/ray-project/kuberay/ray-operator", definitions="config/crd/bases/*_*.yaml"),
    ),
)

OPERATORS: Mapping[str, Operator] = {
    operator.name: operator for operator in (TRAINING_OPERATOR, TRAINER, KUBERAY)
}


def chosen(wanted: Iterable[str]) -> tuple[Operator, ...]:
    """The operators of these names, each once. Raises SandboxError for an unknown name."""
    return tuple(_operator(name) for name in dict.fromkeys(wanted))


def _operator(name: str) -> Operator:
    if name not in OPERATORS:
        hint = did_you_mean(name, OPERATORS, otherwise=f"operators: {listed(OPERATORS)}")
        raise SandboxError(f"unknown sandbox operator '{name}'", hint=hint)
    return OPERATORS[name]
