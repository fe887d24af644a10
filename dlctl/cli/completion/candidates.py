"""Shell completion of components, environments, prototypes, parameters, contexts and sandboxes.

Completion must never fail or print messages: on any error there are no suggestions.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import typer
from click.shell_completion import CompletionItem
from typer.core import TyperCommand

from dlctl.cli.runtime import Runtime, read_runtime
from dlctl.errors import DlctlError

if TYPE_CHECKING:
    from dlctl.registry.prototypes.model import ParamSpec

Suggestions = list[tuple[str, str]]


def environments(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the app's environments."""
    return _suggest(ctx, incomplete, _environments)


def components(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the app's components, with their prototypes."""
    return _suggest(ctx, incomplete, _components)


def job_names(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the jobs that the app's components may make, by its files, then of those on its clusters."""
    return _suggest(ctx, incomplete, lambda runtime: _job_names(runtime, ctx))


def run_names(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the runs on the app's clusters."""
    return _suggest(
        ctx,
        incomplete,
        lambda runtime: ((name, kind) for name, kind, run in _on_clusters(runtime, ctx) if run),
    )


def prototypes(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of prototypes, with their summaries."""
    return _suggest(ctx, incomplete, _prototypes)


def contexts(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the contexts in the user's kubeconfig, or in that of `--kubeconfig`."""
    return _suggest(ctx, incomplete, lambda runtime: _contexts(runtime, ctx.params.get("kubeconfig")))


def packages(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the app's installed packages, with their versions."""
    return _suggest(ctx, incomplete, _packages)


def registries(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the app's registries."""
    return _suggest(ctx, incomplete, lambda runtime: ((name, "") for name in runtime.app().registries))


def cache_parts(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of the parts of the cache."""
    from dlctl.files.cache import cache_parts as parts

    return _suggest(
        ctx, incomplete, lambda runtime: ((each.name, each.content) for each in parts(runtime.cache_folder))
    )


def sandboxes(ctx: typer.Context, incomplete: str) -> Suggestions:
    """Names of this machine's sandboxes."""
    return _suggest(ctx, incomplete, _sandboxes)


def param_words(ctx: typer.Context, incomplete: str) -> Suggestions:
    """For `param`: a component, then the names of its parameters; for `set` also values."""
    words = list(ctx.params.get("words") or ())
    if not words:
        return components(ctx, incomplete)
    after_a_name = len(words) > 1 and "=" not in words[-1]
    if ctx.info_name == "set" and after_a_name:
        return _suggest(ctx, incomplete, lambda runtime: _choices(runtime, *words)) if len(words) == 2 else []
    if ctx.info_name == "explain" and after_a_name:
        return []
    return _suggest(ctx, incomplete, lambda runtime: _params(runtime, words[0]))


class PrototypeWordsCommand(TyperCommand):
    """A command whose options are a prototype's parameters."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Options, once a prototype is given; click calls this only for words that start with a dash."""
        words = [word for word in ctx.params.get("words") or () if not word.startswith("-")]
        if not words:
            return []
        found = _suggest(ctx, incomplete, lambda runtime: _options(runtime, words[0]))
        return [CompletionItem(name, help=text) for name, text in found]


def generate_words(ctx: typer.Context, incomplete: str) -> Suggestions:
    """For `generate`: the prototype; nothing for the component's name and for values."""
    words = [word for word in ctx.params.get("words") or () if not word.startswith("-")]
    return [] if words else prototypes(ctx, incomplete)


def _suggest(
    ctx: click.Context, incomplete: str, names: Callable[[Runtime], Iterable[tuple[str, str]]]
) -> Suggestions:
    runtime = ctx.find_object(Runtime) or read_runtime(ctx.find_root().params.get("directory"))
    try:
        # Scripts read line by line, so a description must not contain line ends.
        return [
            (name, " ".join(text.split())) for name, text in names(runtime) if name.startswith(incomplete)
        ]
    except (DlctlError, OSError):
        return []


def _environments(runtime: Runtime) -> Iterable[tuple[str, str]]:
    from dlctl.app.discover import environment_names_of

    return ((name, "") for name in environment_names_of(runtime.root()))


def _components(runtime: Runtime) -> Iterable[tuple[str, str]]:
    return ((name, component.prototype) for name, component in runtime.app().components.items())


def _job_names(runtime: Runtime, ctx: click.Context) -> Iterable[tuple[str, str]]:
    found = {each.base_name: each.prototype for each in runtime.app().components.values()}
    for name, kind, _ in _on_clusters(runtime, ctx):
        found.setdefault(name, kind)
    return found.items()


def _on_clusters(runtime: Runtime, ctx: click.Context) -> Iterable[tuple[str, str, str]]:
    """Each name of a job, its kind, and its run."""
    from dlctl.cli.completion.on_clusters import Search, names_on_clusters

    kubeconfig = ctx.params.get("kubeconfig")
    search = Search(
        ctx.params.get("environment") or "",
        runtime.cwd / kubeconfig if kubeconfig else None,
        bool(ctx.params.get("unmanaged")),
    )
    return ((each.name, each.kind, each.run) for each in names_on_clusters(runtime, search))


def _packages(runtime: Runtime) -> Iterable[tuple[str, str]]:
    return ((name, pin.version) for name, pin in runtime.app().packages.items())


def _prototypes(runtime: Runtime) -> Iterable[tuple[str, str]]:
    catalogue = runtime.catalogue()
    for name in catalogue.names:
        try:
            yield name, catalogue.find(name).summary
        except DlctlError:  # still suggest the others
            yield name, ""


def _contexts(runtime: Runtime, kubeconfig: Path | str | None) -> Iterable[tuple[str, str]]:
    from dlctl.cluster.kubeconfig.load import load_kubeconfig

    file = runtime.cwd / kubeconfig if kubeconfig else None
    return ((name, "") for name in load_kubeconfig(file, runtime.environ, runtime.home).contexts)


def _sandboxes(runtime: Runtime) -> Iterable[tuple[str, str]]:
    from dlctl.sandbox.host.home import Home

    return ((name, "") for name in Home.from_environ(runtime.environ).names())


def _params(runtime: Runtime, component: str) -> Iterable[tuple[str, str]]:
    return ((spec.name, spec.description) for spec in _specs(runtime, component))


def _choices(runtime: Runtime, component: str, name: str) -> Iterable[tuple[str, str]]:
    """The values in a parameter's `enum`; none for a secret."""
    for spec in _specs(runtime, component):
        if name in (spec.name, *spec.aliases):
            choices = ["true", "false"] if spec.types == ("boolean",) else spec.shown_schema.get("enum", ())
            yield from ((str(choice), "") for choice in choices)


def _specs(runtime: Runtime, component: str) -> "Iterable[ParamSpec]":
    app = runtime.app()
    if component not in app.components:
        return ()
    return runtime.catalogue().find(app.components[component].prototype).params.values()


def _options(runtime: Runtime, prototype: str) -> Iterable[tuple[str, str]]:
    specs = runtime.catalogue().find(prototype).params.values()
    return ((f"--{spec.name.replace('_', '-')}", spec.description) for spec in specs)
