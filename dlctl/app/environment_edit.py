"""Edits of an app's environments: each function returns the changes, without writing them.

Call them inside `write.edit_files`, like those of `app.edit`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import environment_file, new_file, params_file, with_move
from dlctl.app.environments import environment_names, load_environment
from dlctl.app.file_schemas import modeline
from dlctl.app.history import ENVIRONMENTS
from dlctl.app.inside import require_inside
from dlctl.app.model import App, Destination, Environment
from dlctl.app.names import check_environment_name, check_name
from dlctl.app.reader import Reader
from dlctl.app.snapshot.load import cluster_file
from dlctl.errors import AppError
from dlctl.files.presence import file_exists
from dlctl.files.write import FileChange, change_of
from dlctl.yamlio.dump import dump
from dlctl.yamlio.edit.change import remove, set_value
from dlctl.yamlio.load import load_text, read_text

PARAMS_TEXT = "# Parameters of this environment; 'dlctl param set --env' writes them.\n"


class NewFiles(Struct, frozen=True):
    """A new environment, to be written; `destination` may be empty."""

    name: str
    destination: Destination
    namespace: str
    extends: tuple[str, ...] = ()


def environment_files(new: NewFiles) -> dict[str, str]:
    """The files of a new environment, by path in the app. Raises AppError for an invalid namespace name."""
    check_name("a namespace", new.namespace)
    values = {
        "context": new.destination.context,
        "server": new.destination.server,
        "clusterId": new.destination.cluster_id,
        "sandbox": new.destination.sandbox,
        "namespace": new.namespace,
        "extends": list(new.extends),
    }
    text = dump({key: value for key, value in values.items() if value})
    environment, params = environment_file(new.name), params_file(new.name)
    return {
        environment: modeline("environment", environment) + text,
        params: modeline("params", params) + PARAMS_TEXT,
    }


def refuse_existing(app: App, name: str) -> None:
    """Raise AppError if the app has an environment of this name, or if its folder would be outside."""
    require_inside(app.root, app.environments_folder / name)
    if file_exists(app.root / environment_file(name), environment_file(name)):
        raise AppError(
            f"environment '{name}' already exists",
            hint=f"change it with 'dlctl env set {name}', or remove it with 'dlctl env rm {name}'",
        )


def add_environment(app: App, new: NewFiles, schema_files: Mapping[str, str]) -> tuple[FileChange, ...]:
    """Add an environment; an existing params.yaml is kept. Raises AppError like the two functions above.

    The `schema_files` that they refer to, by path, are written where they are missing.
    """
    refuse_existing(app, new.name)
    files = environment_files(new)
    if file_exists(app.root / params_file(new.name), params_file(new.name)):
        del files[params_file(new.name)]
    schemas = {file: text for file, text in schema_files.items() if not (app.root / file).exists()}
    return tuple(new_file(app.root, file, text) for file, text in {**files, **schemas}.items())


def superseded(keys: Iterable[str]) -> frozenset[str]:
    """The keys of environment.yaml that become obsolete when these keys are set.

    The pin stays with another context or server: it says which cluster is meant. A sandbox has none.
    """
    given = set(keys)
    if "sandbox" in given:
        return frozenset({"context", "server", "clusterId"})
    if "context" in given:
        return frozenset({"sandbox", "server"})
    return frozenset({"sandbox"}) if "server" in given else frozenset()


def set_environment(
    root: Path, name: str, values: Mapping[str, object], obsolete: Iterable[str]
) -> FileChange:
    """Set keys of environment.yaml, and remove the `obsolete` ones that are not set."""
    file = environment_file(name)
    text = read_text(root / file, file)
    before = text.encode("utf-8")
    for key, value in values.items():
        text = set_value(text, (key,), value, shown=file)
    for key in sorted(set(obsolete) - values.keys()):
        if key in (load_text(text, file).value or {}):
            text = remove(text, (key,), shown=file)
    return FileChange(root / file, before, text.encode("utf-8"))


def set_disabled(app: App, environment: Environment, component: str, *, disabled: bool) -> FileChange:
    """Disable or enable a component in an environment.

    Raises AppError if it is to be enabled and an environment that this one extends disables it.
    """
    file = environment_file(environment.name)
    text = read_text(app.root / file, file)
    before = text.encode("utf-8")
    reader = Reader(load_text(text, file))
    own = reader.texts("disabled")
    if disabled and component not in environment.disabled:
        if isinstance(reader.values.get("disabled"), str):
            text = set_value(text, ("disabled",), [*own, component], shown=file)
        elif reader.values.get("disabled") is None:
            text = set_value(text, ("disabled",), [component], shown=file)
        else:
            text = set_value(text, ("disabled", len(own)), component, shown=file)
    elif not disabled and component in own:
        single = isinstance(reader.values["disabled"], str) or len(own) == 1
        text = remove(text, ("disabled",) if single else ("disabled", own.index(component)), shown=file)
    elif not disabled and component in environment.disabled:
        raise AppError(
            f"component '{component}' is disabled in an environment that '{environment.name}' extends",
            location=reader.place("extends"),
            hint="enable it there, or remove that environment from 'extends'",
        )
    return FileChange(app.root / file, before, text.encode("utf-8"))


def check_removable(app: App, environment: Environment) -> None:
    """Raise AppError if another environment extends this one, or if its folder is a symbolic link."""
    _refuse_link(app, environment)
    for name in environment_names(app):
        other = load_environment(app, name)
        if name != environment.name and environment.name in other.extends:
            raise AppError(
                f"environment '{name}' extends '{environment.name}'",
                location=other.location,
                hint="first remove it from 'extends' there",
            )


def move_environment(app: App, name: str, target: str) -> tuple[FileChange, ...]:
    """Call an environment `target`: its files, `extends` of others, and an entry of `moved` in dlctl.yaml.

    Raises AppError if an environment `target` exists, or the folder is a symbolic link.
    """
    refuse_existing(app, target)
    check_environment_name(target)
    environment = load_environment(app, name)
    _refuse_link(app, environment)
    folder = app.environments_folder / target
    changes = []
    for path in sorted(each for each in environment.folder.iterdir() if each.is_file()):
        change = change_of(path, None)
        content = _with_modeline(change.before or b"", name, target)
        changes += [change, FileChange(folder / path.name, None, content)]
    for other in environment_names(app):
        if other != name:
            changes += _with_parent(app, other, name, target)
    text = read_text(app.root / APP_FILE, APP_FILE)
    moved = with_move(text, ENVIRONMENTS, name, target)
    return (*changes, FileChange(app.root / APP_FILE, text.encode("utf-8"), moved.encode("utf-8")))


def _with_modeline(content: bytes, name: str, target: str) -> bytes:
    """A file of the environment, whose first line may lead to the schemas."""
    for schema in ("environment", "params"):
        before = modeline(schema, environment_file(name)).encode()
        if content.startswith(before):
            return modeline(schema, environment_file(target)).encode() + content[len(before) :]
    return content


def _with_parent(app: App, other: str, name: str, target: str) -> list[FileChange]:
    """The change of an environment that extends the one with another name now."""
    file = environment_file(other)
    text = read_text(app.root / file, file)
    reader = Reader(load_text(text, file))
    parents = reader.texts("extends")
    if name not in parents:
        return []
    single = isinstance(reader.values["extends"], str)
    path = ("extends",) if single else ("extends", parents.index(name))
    return [FileChange(app.root / file, text.encode(), set_value(text, path, target, shown=file).encode())]


def remove_environment(app: App, name: str) -> tuple[FileChange, ...]:
    """Remove only the environment's own files; folders that become empty are removed too."""
    files = (environment_file(name), params_file(name), cluster_file(name))
    return tuple(change_of(app.root / file, None) for file in files if (app.root / file).is_file())


def _refuse_link(app: App, environment: Environment) -> None:
    """Refuse a symbolic link: it may point to another environment's files."""
    for part in (environment.folder, *environment.folder.parents):
        if part == app.environments_folder:
            break
        if part.is_symlink():
            shown = part.relative_to(app.root).as_posix()
            raise AppError(
                f"{shown} is a symbolic link to {part.readlink()}",
                hint="to remove only the link: rm " + shown,
            )
