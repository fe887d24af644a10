"""`dlctl show ENV...`."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Components,
    CreateNamespace,
    Environments,
    Set,
    Verify,
)
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import UsageError

if TYPE_CHECKING:  # not imported for completion
    from dlctl.manifest import JsonObject, Manifest
    from dlctl.render.rendering import Rendering
    from dlctl.render.target import Renderer

app = application()
_AT_ONCE = 500
"""Objects that are written together."""


class ShowFormat(StrEnum):
    """The output formats of `show`."""

    YAML = "yaml"
    JSON = "json"
    NAME = "name"


@app.command(
    epilog="Examples: dlctl show minikube; dlctl show gke -c cnn --set cnn.num_gpus=2; "
    "dlctl show gke -o name; dlctl show gke --output-dir manifests --skip-secrets"
)
def show(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
    output: Annotated[
        ShowFormat, typer.Option("-o", "--output", help="yaml, one JSON List, or names only.")
    ] = ShowFormat.YAML,
    output_dir: Annotated[
        str | None,
        typer.Option(
            "--output-dir",
            metavar="DIR",
            help="Write one file per object to this folder, below one for each environment; "
            "stale files of earlier runs are removed.",
            click_type=complete.FOLDER,
        ),
    ] = None,
    create_namespace: CreateNamespace = True,
    skip_secrets: Annotated[
        bool,
        typer.Option("--skip-secrets", help="With --output-dir: leave out objects that hold secrets."),
    ] = False,
    verify: Verify = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Also print the prototype and package of each component.")
    ] = False,
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal-secrets",
            help="Print secret values unmasked, except values from fromEnv, fromFile and SOPS, which only "
            "diff and apply read.",
        ),
    ] = False,
) -> None:
    """Print the objects that would be applied, without a cluster; the output is reproducible."""
    from dlctl.app.environments import load_target
    from dlctl.cli.output.notes import log_event
    from dlctl.cli.session import environments_of
    from dlctl.render.target import Renderer
    from dlctl.workflow.render import Selection, render_target

    runtime = runtime_of(ctx)
    if output_dir is not None:
        _check_folder(output_dir, output)
        if reveal and skip_secrets:
            raise UsageError("--reveal-secrets and --skip-secrets cannot be used together")
    elif skip_secrets:
        raise UsageError("--skip-secrets is used with --output-dir")
    app = runtime.app()
    renderer = Renderer(runtime.catalogue(log_event, verify=verify), store=runtime.rendering_store())
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    names = environments_of(app, environments, all_=all_)
    renderings = [render_target(renderer, load_target(app, name), selection) for name in names]
    _log_notes(renderings)
    if verbose:
        _log_prototypes(renderings)
    if output_dir is not None:
        from dlctl.cli.commands.show_files import FileOptions, write_renderings

        options = FileOptions(reveal, skip_secrets, create_namespace)
        write_renderings(runtime.cwd / output_dir, renderings, options, frozenset(selection.components))
        return
    if output is ShowFormat.NAME:
        data("".join(f"{name}\n" for rendering in renderings for name in _names(rendering, reveal)))
    elif output is ShowFormat.JSON:
        _print_json(runtime, [body for rendering in renderings for body in _bodies(rendering, reveal)])
    else:
        _print_yaml(runtime, renderer, renderings, reveal)


def _log_notes(renderings: "Sequence[Rendering]") -> None:
    """Print on stderr what was left out of objects, and the kinds that clusters lack."""
    from dlctl.cli.output.notes import log_event
    from dlctl.events import Note, WarningNote

    if any(rendering.target.cluster.known for rendering in renderings):
        from dlctl.workflow.recorded_kinds import recorded_kind_warnings

        for warning in (text for rendering in renderings for text in recorded_kind_warnings(rendering)):
            log_event(WarningNote(warning))
    for note in dict.fromkeys(text for rendering in renderings for text in rendering.notes):
        log_event(Note(note))


def _log_prototypes(renderings: "Sequence[Rendering]") -> None:
    """Print on stderr what each component is rendered with."""
    from dlctl.cli.output.streams import log
    from dlctl.cli.output.views.prototype import shown_package

    for rendering in renderings:
        environment = rendering.target.environment.name
        for part in rendering.components:
            package = shown_package(part.prototype)
            log(
                f"{environment}: component {part.component.name}: prototype {part.prototype.name} ({package})"
            )


def _check_folder(name: str, output: ShowFormat) -> None:
    if not name:  # probably an unset variable in a script
        raise UsageError("--output-dir needs a folder", hint="use '.' for the current folder")
    if output is not ShowFormat.YAML:
        raise UsageError(
            f"--output-dir writes YAML files and cannot be used with -o {output.value}", hint="remove -o"
        )


def _bodies(rendering: "Rendering", reveal: bool) -> "Iterator[JsonObject]":
    from dlctl.workflow.render import redactor_of

    redactor = redactor_of(rendering)
    unread = _unread(rendering) if reveal else frozenset()
    for manifest in rendering.manifests:
        body = manifest.body
        shown = reveal and manifest.component not in unread
        yield body if shown or redactor.leaves(body) else redactor.mask_manifest(body)


def _unread(rendering: "Rendering") -> "frozenset[str]":
    """The components with secrets that were not read; a note says what is masked in spite of the flag.

    What stands in the place of such a secret must not be applied: masked, an API server refuses it.
    """
    from dlctl.cli.commands.show_unread import unread_secrets
    from dlctl.cli.output.notes import log_event
    from dlctl.events import Note

    unread = tuple(unread_secrets(rendering))
    for component, param in unread:
        log_event(
            Note(
                f"parameter '{param.spec.name}' of component '{component}' refers to a secret that show does "
                "not read: the objects with it are masked"
            )
        )
    return frozenset(component for component, _ in unread)


def _names(rendering: "Rendering", reveal: bool) -> "list[str]":
    from dlctl.workflow.render import redactor_of

    names = [object_name(manifest) for manifest in rendering.manifests]
    redactor = redactor_of(rendering)
    return names if reveal else [redactor.mask_text(name) for name in names]


def _print_yaml(runtime: Runtime, renderer: "Renderer", renderings: "list[Rendering]", reveal: bool) -> None:
    """Print the objects; the texts in which nothing is masked are stored for later commands."""
    texts: list[str] = []
    for rendering in renderings:
        stored = renderer.stored(rendering.target) is not None
        unmasked: list[tuple[Manifest, str]] = []
        for manifest, body in zip(rendering.manifests, _bodies(rendering, reveal), strict=True):
            plain = body is manifest.body or body == manifest.body
            texts.append(manifest.text if plain and manifest.text else _yaml(body))
            if plain and stored:
                unmasked.append((manifest, texts[-1]))
        renderer.store_texts(rendering, unmasked)
    if runtime.json.wanted:  # with -o yaml a failure is a document; nothing may be written after this
        runtime.json.begin()
    for start in range(0, len(texts), _AT_ONCE):  # to join all of them would take their memory twice more
        data(("---\n" if start else "") + "---\n".join(texts[start : start + _AT_ONCE]))


def _yaml(body: "JsonObject") -> str:
    from dlctl.yamlio.dump import dump

    return dump(body)


def _print_json(runtime: Runtime, bodies: "list[JsonObject]") -> None:
    from dlctl.cli.output.envelope import write_json
    from dlctl.yamlio.dump import dump_json

    write_json(runtime.json, dump_json({"apiVersion": "v1", "kind": "List", "items": bodies}))


def object_name(manifest: "Manifest") -> str:
    """A name as printed by kubectl's `-o name`: `deployment.apps/inception`."""
    group = f".{manifest.ref.group}" if manifest.ref.group else ""
    return f"{manifest.ref.kind.lower()}{group}/{manifest.ref.name}"
