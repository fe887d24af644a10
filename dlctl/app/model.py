"""The model of an app: components, environments, and the target that commands work on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dlctl.app.cluster_snapshot import UNKNOWN, ClusterSnapshot
from dlctl.app.package_model import Pin, RegistryEntry
from dlctl.errors import Location
from dlctl.labels import environment_label
from dlctl.manifest import Patch
from dlctl.yamlio.load import Document

FROM_SOPS = "fromSops"
"""The key of a reference to params.sops.yaml; its value is FILE#PATH, the path in the decrypted file."""


class Block(Struct, frozen=True):
    """A mapping in a file, with the location of each value.

    `values` is the mapping at `path` of `document`. A block that the file does not have is empty and
    has no document.
    """

    values: Mapping[str, Any]
    document: Document | None = None
    path: tuple[str | int, ...] = ()

    def location(self, *path: str | int) -> Location | None:
        """The location of the value at `path` below this block."""
        return self.document.location((*self.path, *path)) if self.document else None


class Component(Struct, frozen=True):
    """A component as declared in dlctl.yaml.

    `base_name` is the base of its objects' names (`name:` in the file, else the component's name);
    an empty `namespace` means the namespace of the environment.
    """

    name: str
    prototype: str
    base_name: str
    namespace: str
    params: Block
    patches: tuple[Patch, ...]
    location: Location


class Destination(Struct, frozen=True):
    """The cluster of an environment: a real one (`context`, `server`, `cluster_id`) or a `sandbox`.

    `cluster_id` pins the cluster: it is the UID of its namespace kube-system; empty if not pinned.
    """

    context: str = ""
    server: str = ""
    cluster_id: str = ""
    sandbox: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is a cluster or a sandbox; an environment that others extend may have none."""
        return bool(self.context or self.server or self.sandbox)


class EnvironmentLayer(Struct, frozen=True):
    """The parameters in one params.yaml: for every component, and for single components.

    `secrets` are those of the params.sops.yaml beside it, as references.
    """

    environment: str
    params: Block
    components: Mapping[str, Block]
    secrets: "EnvironmentLayer | None" = None

    @property
    def parts(self) -> "tuple[EnvironmentLayer, ...]":
        """Itself, and its secrets if there are some."""
        return (self,) if self.secrets is None else (self, self.secrets)


class Environment(Struct, frozen=True):
    """A cluster and a namespace, with their parameters.

    `layers` are those of the extended environments, then the environment's own. `packages` replaces entries
    of the app's `packages`. `prunes`: an apply deletes what is no longer rendered. `approvers` are SSH keys,
    or files with them: only plans that one of these signed are applied.
    """

    name: str
    folder: Path
    destination: Destination
    namespace: str
    layers: tuple[EnvironmentLayer, ...]
    extends: tuple[str, ...] = ()
    labels: Mapping[str, str] | None = None
    protected: bool = False
    disabled: frozenset[str] = frozenset()
    patches: Mapping[str, tuple[Patch, ...]] | None = None
    location: Location | None = None
    packages: Mapping[str, Pin] = field(default_factory=dict)
    prunes: bool = False
    drift: tuple["DriftRule", ...] = ()
    approvers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name as a label value: `us-west/prod` becomes `us-west.prod`."""
        return environment_label(self.name)


class Move(Struct, frozen=True):
    """A component or environment that has another name now: `components/A` and `components/B`."""

    source: str
    target: str


class Release(Struct, frozen=True):
    """An object that leaves the app and stays on clusters: `kind` is KIND or GROUP/KIND."""

    kind: str
    name: str
    component: str = ""


class DriftRule(Struct, frozen=True):
    """Who decides about fields that others change: `rule` is ours, adopt or ignore.

    `kind` is KIND or GROUP/KIND; `fields` are JSON pointers, with `*` for one step; none means all. So do no
    `managers`.
    """

    kind: str
    fields: tuple[str, ...]
    managers: tuple[str, ...]
    rule: str


class App(Struct, frozen=True):
    """The content of dlctl.yaml. Environments are loaded separately: most commands need only one.

    `id` is a UUID that tells apart apps of one name; empty in apps that were made before there were ids.
    """

    root: Path
    name: str
    components: Mapping[str, Component]
    document: Document
    id: str = ""
    registries: Mapping[str, RegistryEntry] = field(default_factory=dict)
    packages: Mapping[str, Pin] = field(default_factory=dict)
    moved: tuple[Move, ...] = ()
    released: tuple[Release, ...] = ()
    drift: tuple[DriftRule, ...] = ()

    @property
    def prototypes(self) -> dict[str, str]:
        """The name of each component's prototype, by component."""
        return {component.name: component.prototype for component in self.components.values()}

    @property
    def prototypes_folder(self) -> Path:
        """The folder of the app's own prototypes; may not exist."""
        return self.root / "prototypes"

    @property
    def environments_folder(self) -> Path:
        """The folder of the environments; may not exist."""
        return self.root / "environments"


class Target(Struct, frozen=True):
    """An environment of an app: the unit that is rendered, compared and applied.

    `cluster` is what its cluster.yaml holds.
    """

    app: App
    environment: Environment
    cluster: ClusterSnapshot = UNKNOWN
