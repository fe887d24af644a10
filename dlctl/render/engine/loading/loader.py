"""Load template sets; a file that several prototypes share is read and compiled once."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dlctl.errors import DlctlError, Location, RenderError, YamlError
from dlctl.render.engine.loading.building import build, wrong_templates
from dlctl.render.engine.loading.compiled import Compiled, Static, Templates
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.loading.template_files import TEMPLATE, TemplateFile, read_folder
from dlctl.render.engine.skeleton.skeletons import Skeletons
from dlctl.render.engine.template_set import TemplateSet
from dlctl.yamlio.load import load_all


class Loader:
    """Compiles template files and caches them by path."""

    def __init__(self, values: TemplateEnvironment, text: TemplateEnvironment, skeletons: Skeletons) -> None:
        self._environments = {False: values, True: text}
        self._skeletons = skeletons
        self._compiled: dict[tuple[Path, str], Compiled] = {}

    def load(self, templates: TemplateSet) -> Templates:
        """All templates of a set, checked. Raises RenderError with every problem."""
        if not templates.folder.is_dir():
            raise RenderError(
                "templates folder not found", location=Location(templates.shown(templates.folder))
            )
        problems: list[DlctlError] = []
        own = read_folder(templates.folder, templates.shown, problems)
        shared: dict[str, TemplateFile] = {}
        for folder in reversed(templates.fragment_folders):
            shared |= read_folder(folder, templates.shown, problems) if folder.is_dir() else {}
        loaded = self._templates(templates, own, shared, problems)
        if problems:
            raise wrong_templates([_as_render_error(problem) for problem in problems])
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
            _OnDemand(shared, self._compile),
            tuple(templates.shown(folder) for folder in (templates.folder, *templates.fragment_folders)),
        )
        problems += _reached(loaded, complete=not problems)
        return loaded

    def _compile_all(self, files: dict[str, TemplateFile], problems: list[DlctlError]) -> dict[str, Compiled]:
        found = {}
        for name, file in files.items():
            if file.name.endswith(TEMPLATE):
                try:
                    found[name] = self._compile(file)
                except RenderError as error:
                    problems += error.single_errors
        return found

    def _compile(self, file: TemplateFile) -> Compiled:
        key = (file.path, file.shown)
        if key not in self._compiled:
            self._skeletons.files[file.shown] = file.text
            environment = self._environments[file.is_text]
            self._compiled[key] = build(file.text, file.shown, file.is_text, environment)
        return self._compiled[key]


class _OnDemand(Mapping[str, Compiled]):
    """The templates among files, each compiled on first access, which may raise RenderError."""

    def __init__(
        self, files: Mapping[str, TemplateFile], compile_file: Callable[[TemplateFile], Compiled]
    ) -> None:
        self._files = {name: file for name, file in files.items() if name.endswith(TEMPLATE)}
        self._compile = compile_file
        self._compiled: dict[str, Compiled] = {}

    def __getitem__(self, name: str) -> Compiled:
        if name not in self._compiled:
            self._compiled[name] = self._compile(self._files[name])
        return self._compiled[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _is_static(file: TemplateFile) -> bool:
    return file.is_document and not file.name.endswith(TEMPLATE)


def _static(file: TemplateFile, problems: list[DlctlError]) -> Static:
    try:
        documents = load_all(file.text, file.shown)
    except YamlError as error:
        if "{{" in file.text or "{%" in file.text:
            error.hint = f"this file is not a template; to render it, name it {file.name}{TEMPLATE}"
        problems.append(error)
        return Static(())
    return Static(tuple((one.value, one.location()) for one in documents if one.value is not None))


def _reached(loaded: Templates, complete: bool) -> list[DlctlError]:
    """The problems of all files that the templates use, directly or indirectly.

    Unused files are not checked: many prototypes share a folder of fragments and use few of them. Without
    `complete`, missing files are not reported, since their own problem may already be.
    """
    problems: dict[tuple[str, Location | None], DlctlError] = {}
    waiting, seen = deque(loaded.files.values()), {one.shown for one in loaded.files.values()}
    while waiting:
        for reference in waiting.popleft().references:
            try:
                found = loaded.resolve(reference)
            except RenderError as error:
                own = error.problems or ((error,) if error.location else ())
                missing = (RenderError(error.message, location=reference.location, hint=error.hint),)
                for problem in own or (missing if complete else ()):
                    problems.setdefault((problem.message, problem.location), problem)
                continue
            if found is not None and found.shown not in seen:
                seen.add(found.shown)
                waiting.append(found)
    return list(problems.values())


def _as_render_error(error: DlctlError) -> RenderError:
    if isinstance(error, RenderError):
        return error
    return RenderError(error.message, location=error.location, hint=error.hint)
