"""What `param set` and `param unset` do: change files, and warn about the new values."""

from collections.abc import Sequence

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import params_file
from dlctl.cli.commands.param_values import assignments, from_input, unset_names
from dlctl.cli.output.file_edits import warn_about_rules, warn_about_secrets, write_edits
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime
from dlctl.errors import YamlError
from dlctl.files.write import FileChange
from dlctl.params.assign import Place, assign, unassign, values_that_are_set
from dlctl.params.parse_value import Force, typed_value
from dlctl.params.path import split_name
from dlctl.params.reference_text import is_reference


def set_values(runtime: Runtime, words: list[str], env: str, force: Force) -> None:
    """Set the parameters that the words name, in an environment or in the app."""
    component, values = assignments(words, env)
    values = [(name, from_input(name, value, words)) for name, value in values]
    place = Place(component, env)

    def compute() -> Sequence[FileChange]:
        return assign(runtime.app(), runtime.catalogue(), place, values, force)

    changed = write_edits(runtime.root(), compute)
    if not changed:
        log(f"{', '.join(name for name, _ in values)}: unchanged for {place}")
    else:
        clear = [name for name, text in values if force is not Force.SCHEMA or not _is_elsewhere(text)]
        _warn_about_secrets(runtime, place, [split_name(name)[0] for name in clear])
        if force is Force.SCHEMA:
            _note_text_null(runtime, place, [name for name, text in values if text == "null"])
    warn_about_rules(runtime, component, env)


def _note_text_null(runtime: Runtime, place: Place, names: Sequence[str]) -> None:
    """Say where `null`, which leaves a field out elsewhere, was stored as a text."""
    if not names:
        return
    app, catalogue = runtime.app(), runtime.catalogue()
    for component in app.components.values():
        if place.component in ("", component.name):
            prototype = catalogue.find(component.prototype, component.location)
            for name in names:
                first, *rest = split_name(name)
                spec = prototype.typed_spec(first)
                if spec is not None and typed_value(spec, tuple(rest), "null") == "null":
                    log(f"note: {name} is now the string 'null'; with --json, null leaves the field out")
            return


def _is_elsewhere(text: str) -> bool:
    """Whether the text is a reference to a secret, or a mapping of such references."""
    if is_reference(text):
        return True
    if not text.lstrip().startswith("{"):
        return False
    from dlctl.params.references import is_elsewhere
    from dlctl.yamlio.load import load_text

    try:
        return is_elsewhere(load_text(text, "").value)
    except YamlError:  # a secret that only begins like a mapping
        return False


def unset_values(runtime: Runtime, words: list[str], env: str, *, if_exists: bool) -> None:
    """Unset the parameters that the words name."""
    undeclared: list[str] = []

    def compute() -> Sequence[FileChange]:
        app, catalogue = runtime.app(), runtime.catalogue()
        component, names = unset_names(words, env, list(app.components))
        place = Place(component, env)
        if if_exists:
            found = values_that_are_set(app, catalogue, place, names)
            names, undeclared[:] = found.names, found.undeclared
        return [unassign(app, catalogue, place, names)] if names else ()

    changed = write_edits(runtime.root(), compute)
    for note in undeclared:
        log(f"note: {note}")
    if not changed:
        log("not set; nothing was changed")


def _warn_about_secrets(runtime: Runtime, place: Place, names: Sequence[str]) -> None:
    """Warn once of secrets that are stored in plain text, for the first component that declares one."""
    app, catalogue = runtime.app(), runtime.catalogue()
    file = params_file(place.environment) if place.environment else APP_FILE
    for component in app.components.values():
        if place.component in ("", component.name):
            prototype = catalogue.find(component.prototype, component.location)
            secret = [name for name in names if (spec := prototype.typed_spec(name)) and spec.secret]
            if secret:
                warn_about_secrets(prototype, secret, component.name, file)
                return
