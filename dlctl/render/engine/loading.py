"""Loading template sets: every file is read and compiled once, also where several prototypes share it."""

from pathlib import Path

from dlctl.errors import DlctlError, Location, RenderError, YamlError
from dlctl.render.engine.building import build, summary
from dlctl.render.engine.compiled import Compiled, Static, Templates
from dlctl.render.engine.environment import TemplateEnvironment
from dlctl.render.engine.files import TEMPLATE, TemplateFile, read_folder
from dlctl.render.engine.model import TemplateSet
from dlctl.render.engine.skeleton import Skeletons
from dlctl.yamlio.load import load_all


class Loader:
    """Compiles template files and keeps them by path."""

    def __init__(self, values: TemplateEnvironment, text: TemplateEnvironment, skeletons: Skeletons) -> None:
        self._environments = {False: values, True: text}
        self._skeletons = skeletons
        self._compiled: dict[tuple[Path, str], Compiled] = {}

    def load(self, templates: TemplateSet) -> Templates:
        """All templates of a set, checked; RenderError lists every problem that was found."""
        if not templates.folder.is_dir():
            raise RenderError(
                "there is no folder of templates", location=Location(templates.shown(templates.folder))
            )
        problems: list[DlctlError] = []
        own = read_folder(templates.folder, templates.shown, problems)
        shared: dict[str, TemplateFile] = {}
        for folder in reversed(templates.fragment_folders):
            shared |= read_folder(folder, templates.shown, problems) if folder.is_dir() else {}
        loaded = self._templates(templates, own, shared, problems)
        if problems:
            raise summary([_as_render_error(problem) for problem in problems])
        return loaded

    def _templates(
        self,
        templates: TemplateSet,
        own: dict[str, TemplateFile],
        shared: dict[str, TemplateFile],
        problems: list[DlctlError],
    ) -> Templates:
        files = self._compile_all(own, problems)
        statics = {name: _static(file, problems) for name, file in own.items() if _is_static(file)}
        known: dict[str, Compiled | Static] = {**files, **statics}
        documents = (known.get(name) for name, file in sorted(own.items()) if file.is_document)
        loaded = Templates(
            tuple(one for one in documents if one is not None),
            files,
            self._compile_all(shared, problems),
            tuple(templates.shown(folder) for folder in (templates.folder, *templates.fragment_folders)),
        )
        if not problems:
            problems += _dangling(loaded)
        return loaded

    def _compile_all(self, files: dict[str, TemplateFile], problems: list[DlctlError]) -> dict[str, Compiled]:
        found = {}
        for name, file in files.items():
            if file.name.endswith(TEMPLATE):
                try:
                    found[name] = self._compile(file)
                except RenderError as error:
                    problems += error.problems or (error,)
        return found

    def _compile(self, file: TemplateFile) -> Compiled:
        key = (file.path, file.shown)
        if key not in self._compiled:
            self._skeletons.files[file.shown] = file.text
            environment = self._environments[file.is_text]
            self._compiled[key] = build(file.text, file.shown, file.is_text, environment)
        return self._compiled[key]


def _is_static(file: TemplateFile) -> bool:
    return file.is_document and not file.name.endswith(TEMPLATE)


def _static(file: TemplateFile, problems: list[DlctlError]) -> Static:
    try:
        documents = load_all(file.text, file.shown)
    except YamlError as error:
        if "{{" in file.text or "{%" in file.text:
            error.hint = f"this file is taken as it is; to be rendered it is named {file.name}{TEMPLATE}"
        problems.append(error)
        return Static(())
    return Static(tuple((one.value, one.location()) for one in documents if one.value is not None))


def _dangling(loaded: Templates) -> list[DlctlError]:
    """An error for each name of a file that is not there."""
    problems: list[DlctlError] = []
    for template in (*loaded.files.values(), *loaded.shared.values()):
        for reference in template.references:
            try:
                loaded.resolve(reference)
            except RenderError as error:
                problems.append(RenderError(error.message, location=reference.location, hint=error.hint))
    return problems


def _as_render_error(error: DlctlError) -> RenderError:
    if isinstance(error, RenderError):
        return error
    return RenderError(error.message, location=error.location, hint=error.hint)
