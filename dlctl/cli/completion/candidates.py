"""Shell completion of components, environments, prototypes, parameters, contexts, sandboxes and files.

Completion must never fail or print messages: on any error there are no suggestions.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import typer
from click.shell_completion import CompletionItem
from typer.core import TyperCommand

from dlctl.cli.runtime import Runtime, read_runtime
from dlctl.errors import DlctlError

Suggestions = list[tuple[str, str]]


class LocalPath(click.ParamType[str]):
    """The type of a parameter that names a file (`file`) or a folder (`dir`) of this machine.

    The shell itself completes it, after `names` of what it may be instead. The type checks nothing.
    """

    def __init__(self, kind: str, names: Callable[[click.Context, str], Suggestions] | None = None) -> None:
        self.name = self.kind = kind
        self.names = names

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Its names, and the request that the shell completes files or folders."""
        names = self.names(ctx, incomplete) if self.names else []
        return [*_items(names), CompletionItem(incomplete, type=self.kind)]


FILE, FOLDER = LocalPath("file"), LocalPath("dir")


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


def registries(ctx: click.Context, incomplete: str) -> Suggestions:
    """Names of the app's registries."""
    return _suggest(ctx, incomplete, lambda runtime: ((name, "") for name in runtime.app().registries))


REGISTRY_OR_FOLDER = LocalPath("dir", registries)


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
    """For `param`: a component, then the names of its parameters; for `set` also values.

    With `--env` and no component, `set` sets a parameter of every component.
    """
    words = list(ctx.params.get("words") or ())
    of_every = ctx.info_name == "set" and ctx.params.get("env") and incomplete
    if not words and not of_every:
        return components(ctx, incomplete)
    return _suggest(ctx, incomplete, lambda runtime: _param_words(runtime, ctx, words, incomplete))


def settings(ctx: typer.Context, incomplete: str) -> Suggestions:
    """For `--set` and `--grid`: names of parameters, then values; names also after a component's."""
    selected = _given(ctx, "component") or ()
    chosen = [selected] if isinstance(selected, str) else list(selected)
    run = _given(ctx, "name") if ctx.info_name == "rerun" else None

    def found(runtime: Runtime) -> Iterable[tuple[str, str]]:
        from dlctl.cli.completion import parameters

        of_run = parameters.component_of_run(runtime, str(run)) if run else []
        return parameters.settings(runtime, chosen or of_run, incomplete)

    return _suggest(ctx, incomplete, found)


class PrototypeWordsCommand(TyperCommand):
    """A command whose options are a prototype's parameters."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Options, once a prototype is given; click calls this only for words that start with a dash."""
        words = [word for word in ctx.params.get("words") or () if not word.startswith("-")]
        if not words:
            return []

        def options(runtime: Runtime) -> Iterable[tuple[str, str]]:
            from dlctl.cli.completion.parameters import option_names

            return option_names(runtime, words[0])

        return _items(_suggest(ctx, incomplete, options))


class PrototypeWords(click.ParamType[str]):
    """The type of the words of such a command."""

    name = "words"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The prototype, a file for `--values`, values of parameters; nothing for the component's name."""
        words = list(ctx.params.get(param.name or "") or ())
        if words[-1:] == ["--values"]:
            return FILE.shell_complete(ctx, param, incomplete)
        return _items(_prototype_words(ctx, words, incomplete))


PROTOTYPE_WORDS = PrototypeWords()


def _given(ctx: click.Context, name: str) -> Any:
    """A parameter's value; an argument's also where click reads none, as the last option has no value yet."""
    arguments = [each.name for each in ctx.command.params if isinstance(each, click.Argument)]
    unread = ctx.args[arguments.index(name) :] if name in arguments else []
    return ctx.params.get(name) or (unread[0] if unread else None)


def _items(found: Suggestions) -> list[CompletionItem]:
    return [CompletionItem(name, help=text) for name, text in found]


def _prototype_words(ctx: click.Context, words: list[str], incomplete: str) -> Suggestions:
    names = [word for word in words if not word.startswith("-")]
    if not names:
        return _suggest(ctx, incomplete, _prototypes)

    def values(runtime: Runtime) -> Iterable[tuple[str, str]]:
        from dlctl.cli.completion.parameters import option_values

        return option_values(runtime, names[0], words[-1])

    return _suggest(ctx, incomplete, values) if words[-1].startswith("--") else []


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


def _param_words(
    runtime: Runtime, ctx: click.Context, words: list[str], incomplete: str
) -> Iterable[tuple[str, str]]:
    """What comes after `words`: names, `NAME=VALUE`, or the value of the last name."""
    from dlctl.cli.completion import parameters

    if not words and "=" not in incomplete:
        return (*_components(runtime), *parameters.param_names(runtime))
    component = words[0] if words and words[0] in runtime.app().components else ""
    named = words[1:] if component else words
    after_a_name = bool(named) and "=" not in named[-1]
    if ctx.info_name == "set" and after_a_name:
        for_all = component or ctx.params.get("env")
        return parameters.param_values(runtime, component, named[0]) if len(named) == 1 and for_all else ()
    if ctx.info_name == "explain" and after_a_name:
        return ()
    if ctx.info_name == "set" and "=" in incomplete:
        return parameters.pairs(runtime, component, incomplete)
    return parameters.param_names(runtime, component) if component else ()
