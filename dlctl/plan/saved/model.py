"""A plan as a file holds it: versioned JSON, without a secret in plain text."""

from typing import Any

from msgspec import Struct

from dlctl import API_VERSION
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action

KIND = "SavedPlan"


class SavedFlags(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The flags that a plan was made with; `prune` null: as environment.yaml states."""

    components: tuple[str, ...]
    set: tuple[str, ...]
    adopt: bool
    force_conflicts: bool
    replace: bool
    prune: bool | None
    prune_protected: bool
    prune_all: bool
    allow_crd_downgrade: bool


class SavedApp(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The app of a plan: its name and the id that tells apart apps of one name."""

    name: str
    id: str


class SavedCluster(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The cluster of a plan, as its identity says."""

    id: str
    server: str
    weak: bool


class SavedInputs(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a component was rendered from: a digest for each file, of what it says about the component."""

    component: str
    prototype: str
    files: dict[str, str]


class SavedRef(Struct, frozen=True, rename="camel", forbid_unknown_fields=True, order=True):
    """An object, as in JSON output; secrets in names are masked."""

    group: str
    kind: str
    namespace: str
    name: str

    @property
    def ref(self) -> ObjectRef:
        """The object."""
        return ObjectRef(self.group, self.kind, self.namespace, self.name)


class SavedChange(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A field that changes: its JSON pointer, and a digest of the value; empty: the field is removed."""

    path: str
    value: str


class SavedObject(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is planned for one object.

    `stated` is a digest of the fields that the app states, `result` of the object after the change: by the
    server's dry run where there was one. Empty digests: the app does not render it, or nothing is left.
    `diff` is the masked text that people read before they approve the plan.
    """

    object: SavedRef
    action: Action
    uid: str
    resource_version: str
    stated: str
    result: str
    changes: tuple[SavedChange, ...]
    diff: str


class SavedUse(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A Secret or ConfigMap that the app does not render and pods use; an empty digest: there was none."""

    object: SavedRef
    content: str


class SavedPlan(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A plan of one environment. `plan` is the masked plan, as `diff -o json` prints it.

    `created_at` is a time in UTC. `salt` is that of the plan's scrypt digests, in base64. `prototypes` has
    the digests of each prototype's files, by its reference. `released` objects lose the app's labels.
    """

    api_version: str
    kind: str
    tool_version: str
    created_at: str
    app: SavedApp
    environment: str
    cluster: SavedCluster
    flags: SavedFlags
    salt: str
    inputs: tuple[SavedInputs, ...]
    prototypes: dict[str, dict[str, str]]
    objects: tuple[SavedObject, ...]
    plan: dict[str, Any]
    used: tuple[SavedUse, ...] = ()
    released: tuple[SavedRef, ...] = ()

    @property
    def diff(self) -> str:
        """The diffs of all objects, as `diff` prints them."""
        return "".join(each.diff for each in self.objects)

    @property
    def is_known(self) -> bool:
        """Whether it has the kind and version that this release reads."""
        return (self.api_version, self.kind) == (API_VERSION, KIND)
