"""Whether the pod templates of an object, and what else decides about pods, have the types they must have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.kinds.admission_shape import ADMISSION
from dlctl.kinds.field_path import ANY_ITEM, ANY_KEY, follow, steps, written
from dlctl.kinds.made_pods import TRAIN_JOB as TRAIN_JOB_KIND
from dlctl.kinds.pod_shape import AROUND_PODS, INLINE_SPEC, POD_TEMPLATE, TRAIN_JOB
from dlctl.kinds.pod_templates import POD_KINDS, PodKind, Role, pod_kind
from dlctl.kinds.pod_templates import Shape as Place
from dlctl.kinds.shape import COUNT, Path, Violation, type_of, violations
from dlctl.manifest import GroupKind, JsonObject, PodPlace, ref_of

_WITHOUT_TEMPLATE = frozenset(
    {
        GroupKind("serving.kserve.io", "LLMInferenceService"),
        GroupKind("ray.io", "RayJob"),
        GroupKind("ray.io", "RayCronJob"),
    }
)
"""Kinds whose pods may be those of other objects."""


def object_violations(body: JsonObject, stated: Sequence[PodPlace] | None = None) -> tuple[Violation, ...]:
    """Every place where an object that makes pods, or decides about them, is not as it must be.

    Nothing for any other object: which pods it makes is not known from it. `stated` is what a package states
    of a kind that the table does not have.
    """
    return tuple(dict.fromkeys(_violations(body, stated)))


def _violations(body: JsonObject, stated: Sequence[PodPlace] | None) -> Iterator[Violation]:
    kind = ref_of(body).group_kind
    known = pod_kind(kind, stated)
    if kind in ADMISSION:
        yield from violations(body, ADMISSION[kind])
    elif known is not None:
        yield from violations(body, AROUND_PODS)
        if kind == TRAIN_JOB_KIND:
            yield from violations(body, TRAIN_JOB)
        else:
            yield from _of_roles(body, kind, known)


def _of_roles(body: JsonObject, kind: GroupKind, known: PodKind) -> Iterator[Violation]:
    found: list[Violation | Path] = [each for role in known.roles for each in _of_role(body, role)]
    yield from (each for each in found if isinstance(each, Violation))
    if not found and kind in POD_KINDS and kind not in _WITHOUT_TEMPLATE:
        places = dict.fromkeys(_fixed_part(path) for role in known.roles for path in role.path.split("|"))
        yield Violation(("spec",), f"has no pods: a {kind.kind} has them in {' or '.join(places)}")


def _fixed_part(path: str) -> str:
    """The path as far as its steps are the same in all objects."""
    fixed = []
    for step in steps(path):
        if step in (ANY_KEY, ANY_ITEM):
            break
        fixed.append(step)
    return written(fixed)


def _of_role(body: JsonObject, role: Role) -> Iterator[Violation | Path]:
    """Violations, and the places of the templates of a role."""
    for path in role.path.split("|"):
        found = list(_reached(body, steps(path), (), inside=False))
        for each in found:
            yield each
            if not isinstance(each, Violation):
                shape = POD_TEMPLATE if role.shape is Place.TEMPLATE else INLINE_SPEC
                yield from violations(follow(body, each), shape, each)
                yield from _of_counts(body, role, each)
        if found:
            return


def _reached(value: Any, rest: Sequence[str], taken: Path, *, inside: bool) -> Iterator[Violation | Path]:
    """The places that a path leads to, and what is in the way. Below a key or item nothing may be missing."""
    if not rest:
        yield taken
    elif rest[0] == ANY_ITEM:
        if not isinstance(value, list):
            yield Violation(taken, f"must be a list, not {type_of(value)}")
            return
        for index, item in enumerate(value):
            yield from _reached(item, rest[1:], (*taken, index), inside=True)
    elif not isinstance(value, Mapping):
        yield Violation(taken, f"must be a mapping, not {type_of(value)}")
    elif rest[0] == ANY_KEY:
        for key in value:
            yield from _reached(value[key], rest[1:], (*taken, key), inside=True)
    elif value.get(rest[0]) is not None:
        yield from _reached(value[rest[0]], rest[1:], (*taken, rest[0]), inside=inside)
    elif inside:
        yield Violation((*taken, rest[0]), "is missing")


def _of_counts(body: JsonObject, role: Role, taken: Path) -> Iterator[Violation]:
    """The fields that say how many pods a template makes."""
    for path in (path for count in role.counts for path in count.paths):
        bound = _bound(steps(path), taken)
        parent = follow(body, bound[:-1])
        if isinstance(parent, Mapping) and bound[-1] in parent:
            yield from _of_count(parent[str(bound[-1])], bound)


def _bound(path: Sequence[str], taken: Path) -> Path:
    return tuple(taken[n] if step in (ANY_KEY, ANY_ITEM) else step for n, step in enumerate(path))


def _of_count(value: Any, path: Path) -> Iterator[Violation]:
    if "annotations" in path and isinstance(value, str):
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            yield Violation(path, "must be a whole number")
    else:
        yield from violations(value, COUNT, path)
