"""Which jobs a name stands for: `NAME`, or `KIND/NAME` where two kinds have it."""

from msgspec.structs import replace

from dlctl.jobs.kinds import short_kind
from dlctl.manifest import ObjectRef


def named(ref: ObjectRef, text: str) -> bool:
    """Whether a job is meant by `NAME`, `tf/NAME` or `tfjob/NAME`."""
    kind, slash, name = text.rpartition("/")
    if not slash:
        return ref.name == text
    kinds = (short_kind(ref.group_kind), ref.kind.lower())
    return ref.name == name and kind.lower() in kinds


def named_by_run(ref: ObjectRef, run: str, text: str) -> bool:
    """Whether a job is meant by the name of its run, which its object has with a generated suffix."""
    return bool(run) and named(replace(ref, name=run), text)


def full_name(ref: ObjectRef) -> str:
    """`tf/cnn`."""
    return f"{short_kind(ref.group_kind)}/{ref.name}"
