"""Parse `--kinds`."""

from collections.abc import Iterable

from dlctl.errors import UsageError
from dlctl.sandbox.kinds.definitions import Kind, all_kinds
from dlctl.suggest import did_you_mean
from dlctl.text import shown_name

ALL = "all"


def chosen_kinds(wanted: Iterable[str]) -> tuple[Kind, ...]:
    """The kinds of these names: `all`, a kind, a plural, a CRD's name or a group. Raises UsageError."""
    every = all_kinds()
    names = [name for text in wanted for name in text.split(",") if name]
    found = [kind for name in names for kind in _named(name, every)]
    return tuple({kind.definition_name: kind for kind in found}.values())


def _named(name: str, every: tuple[Kind, ...]) -> tuple[Kind, ...]:
    low = name.lower()
    if found := tuple(kind for kind in every if low == ALL or low in _names(kind)):
        return found
    names = [ALL, *(kind.name for kind in every), *dict.fromkeys(kind.group for kind in every)]
    hint = did_you_mean(name, names, "use all, a kind (TFJob), a CRD's name or a group (kubeflow.org)")
    raise UsageError(f"unknown kind {shown_name(name)}", hint=hint)


def _names(kind: Kind) -> frozenset[str]:
    plural = str(kind.entry["plural"])
    return frozenset((kind.name.lower(), plural, kind.group, kind.definition_name))
