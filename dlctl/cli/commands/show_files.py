"""`show --output-dir`: what is written, which is meant to be applied."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.cli.commands.show_unread import unread_secrets
from dlctl.cli.output.manifest_files import check_folder, remove_flat_layout, write_objects
from dlctl.cli.output.notes import log_event
from dlctl.errors import UsageError
from dlctl.events import Note
from dlctl.kinds import NAMESPACE
from dlctl.manifest import Manifest
from dlctl.plan.live.namespaces import namespace_manifest
from dlctl.render.rendering import Rendering
from dlctl.text import enumerated
from dlctl.workflow.render import redactor_of

_ALWAYS_THERE = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
"""Namespaces that every cluster has."""
_SHOWN = 5


class FileOptions(Struct, frozen=True):
    """Write secrets in plain text, leave out objects with secrets, and write the namespaces, too."""

    reveal: bool
    skip_secrets: bool
    create_namespace: bool


def write_renderings(
    folder: Path, renderings: Sequence[Rendering], options: FileOptions, selected: Collection[str]
) -> None:
    """Write the objects of each environment to a folder of its own, the same for one and for several.

    Raises UsageError if an object holds a secret and the options do not say what becomes of it: a masked
    one could not be applied.
    """
    check_folder(folder)
    folder = folder.resolve() if ".." in folder.parts else folder
    chosen = [tuple(_written(rendering, options)) for rendering in renderings]
    if not selected:
        remove_flat_layout(folder)
    for rendering, manifests in zip(renderings, chosen, strict=True):
        write_objects(folder / rendering.target.environment.label, manifests, selected)


def _written(rendering: Rendering, options: FileOptions) -> Iterator[Manifest]:
    if options.reveal:
        _refuse_unread(rendering)
    secret = [] if options.reveal else _with_secrets(rendering)
    if secret:
        _refuse_or_note(rendering, secret, options)
    manifests = [each for each in rendering.manifests if each not in secret]
    if options.create_namespace:
        yield from _namespaces(manifests)
    yield from manifests


def _refuse_unread(rendering: Rendering) -> None:
    """Raise UsageError for a secret that a parameter refers to: only plans read it."""
    name = rendering.target.environment.name
    for component, param in unread_secrets(rendering):
        raise UsageError(
            f"{name}: parameter '{param.spec.name}' of component '{component}' refers to a secret that show "
            "does not read, so that it cannot be written",
            location=param.origin.location,
            hint=f"'dlctl apply {name}' reads it; --skip-secrets leaves out the objects with it",
        )


def _with_secrets(rendering: Rendering) -> list[Manifest]:
    redactor = redactor_of(rendering)
    return [each for each in rendering.manifests if redactor.mask_manifest(each.body) != each.body]


def _refuse_or_note(rendering: Rendering, secret: Sequence[Manifest], options: FileOptions) -> None:
    redactor = redactor_of(rendering)
    names = enumerated([str(redactor.mask_ref(each.ref)) for each in secret], limit=_SHOWN)
    environment = rendering.target.environment.name
    if not options.skip_secrets:
        raise UsageError(
            f"{environment}: objects hold secrets: {names}",
            hint="--reveal-secrets writes them in plain text; --skip-secrets leaves these objects out",
        )
    log_event(Note(f"{environment}: left out, since they hold secrets: {names}"))


def _namespaces(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    """The namespaces that 'apply' would create if they were missing."""
    rendered = {each.ref.name for each in manifests if each.ref.group_kind == NAMESPACE}
    used = {each.ref.namespace for each in manifests} - {""}
    for name in sorted(used - rendered - _ALWAYS_THERE):
        yield namespace_manifest(name)
