"""An app as values: components, environments, and the pair of the two that commands work on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlctl.errors import Location
from dlctl.labels import environment_label
from dlctl.yamlio.load import Document


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping in a file, with the place of each of its values.

    `values` is what the file says at `path` of `document`; both are empty for a block that the
    file does not have.
    """

    values: Mapping[str, Any]
    document: Document | None = None
    path: tuple[str | int, ...] = ()

    def location(self, *path: str | int) -> Location | None:
        """Where the value at `path`, below this block, stands."""
        return self.document.location((*self.path, *path)) if self.document else None


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of rendered objects that no parameter reaches.

    `kind` and `name` select objects of the component (an empty `name` matches any); exactly one
    of `merge` (RFC 7386) and `json` (RFC 6902) is not None.
    """

    kind: str
    name: str
    merge: Mapping[str, Any] | None
    json: tuple[Mapping[str, Any], ...] | None
    location: Location | None


@dataclass(frozen=True, slots=True)
class Component:
    """A component as dlctl.yaml states it.

    `base_name` names its objects (`name:` in the file, else the component's own name);
    `namespace` is empty where the environment's is meant.
    """

    name: str
    prototype: str
    base_name: str
    namespace: str
    params: Block
    patches: tuple[Patch, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an environment lives: a cluster (`context`, `server`, `cluster_id`) or a `sandbox`.

    `cluster_id` is the UID of namespace kube-system, the pin; empty where there is none yet.
    """

    context: str = ""
    server: str = ""
    cluster_id: str = ""
    sandbox: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentLayer:
    """What one environment file adds to the parameters: for every component, and for single ones."""

    environment: str
    params: Block
    components: Mapping[str, Block]


@dataclass(frozen=True, slots=True)
class Environment:
    """A cluster and a namespace, with the parameters that hold there.

    `layers` has the parents of `extends` first and the environment's own layer last.
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

    @property
    def label(self) -> str:
        """The name as a label value: `us-west/prod` becomes `us-west.prod`."""
        return environment_label(self.name)


@dataclass(frozen=True, slots=True)
class App:
    """What dlctl.yaml says; environments are loaded one by one, since most commands need one."""

    root: Path
    name: str
    components: Mapping[str, Component]
    document: Document

    @property
    def prototypes_folder(self) -> Path:
        """The app's own prototypes; need not exist."""
        return self.root / "prototypes"

    @property
    def environments_folder(self) -> Path:
        """Where environments are kept; need not exist."""
        return self.root / "environments"


@dataclass(frozen=True, slots=True)
class Target:
    """An environment of an app: what is rendered, compared and applied together."""

    app: App
    environment: Environment
