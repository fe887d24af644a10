"""Compiled templates, and how they look up each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from msgspec import Struct

from dlctl.errors import Location, RenderError
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.loading.template_files import YAML_TEMPLATE, is_text
from dlctl.render.engine.model import Reference
from dlctl.render.engine.values import describe
from dlctl.suggest import did_you_mean

if TYPE_CHECKING:
    from dlctl.render.engine.language.context import RenderContext


class Compiled(Struct, frozen=True):
    """A compiled template; `shown` is its file's name in errors."""

    shown: str
    is_text: bool
    environment: TemplateEnvironment
    template: Template
    references: tuple[Reference, ...]

    def pieces(
        self, context: "Callable[..., RenderContext]", names: dict[str, Any], run: Any, tokens: Any
    ) -> Iterator[str]:
        """Run the template: the pieces of text that it yields, in order."""
        return self.template.root_render_func(context(self.environment, names, self.shown, run, tokens))


class Static(Struct, frozen=True):
    """A file that is not a template: its documents with their locations."""

    documents: tuple[tuple[Any, Location], ...]


class Templates(Struct, frozen=True):
    """A prototype's templates, loaded and checked.

    `documents` are in the order of their names; `files` are those of the templates folder and
    `shared` those of the fragment folders, compiled on first use; `places` names the searched folders.
    """

    documents: tuple[Compiled | Static, ...]
    files: Mapping[str, Compiled]
    shared: Mapping[str, Compiled]
    places: tuple[str, ...]

    def fragment(self, name: Any) -> Compiled:
        """The fragment of this name. Raises RenderError with the nearest name and the searched folders."""
        if not isinstance(name, str):
            raise RenderError(f"fragment() needs a name, found {describe(name)}")
        found = self.shared.get(name + YAML_TEMPLATE)
        if found is None:
            names = [one.removesuffix(YAML_TEMPLATE) for one in self.shared if one.endswith(YAML_TEMPLATE)]
            raise _not_found("fragment", name, names, self.places[1:])
        return found

    def text(self, name: Any) -> Compiled:
        """The text template of this name."""
        if not isinstance(name, str):
            raise RenderError(f"text() needs a file name, found {describe(name)}")
        found = self._file(name)
        if found is None:
            raise _not_found("text template", name, self._names(True), self.places)
        if not found.is_text:
            raise RenderError(
                f"'{name}' is a YAML template, not a text template",
                hint="end its name with .txt.j2, or use the value with `| json` (JSON is YAML)",
            )
        return found

    def include(self, name: str, caller: str, optional: bool = False) -> Compiled | None:
        """The template to include; None if it is missing and optional."""
        found = self._file(name)
        if found is None:
            if optional:
                return None
            raise _not_found("template", name, self._names(None), self.places)
        if is_text(caller) is not found.is_text:
            hint = 'use `{{ text("…") }}`' if found.is_text else 'use `{{ fragment("…") | json }}`'
            raise RenderError("text templates and YAML templates cannot include each other", hint=hint)
        return found

    def resolve(self, reference: Reference) -> Compiled | None:
        """The file that a template refers to. Raises RenderError if it is missing or invalid."""
        find: Callable[[], Compiled | None] = {
            "fragment": lambda: self.fragment(reference.name),
            "text": lambda: self.text(reference.name),
            "include": lambda: self.include(reference.name, reference.location.path),
        }[reference.kind]
        return find()

    def _file(self, name: str) -> Compiled | None:
        return self.files.get(name) or self.shared.get(name)

    def _names(self, for_text: bool | None) -> list[str]:
        names = dict.fromkeys((*self.shared, *self.files))
        return [name for name in names if for_text is None or is_text(name) is for_text]


def _not_found(what: str, name: str, known: list[str], places: tuple[str, ...]) -> RenderError:
    looked = f"searched in {', '.join(places)}" if places else "there are no fragment folders"
    near = did_you_mean(name, known)
    return RenderError(f"{what} '{name}' not found", hint=f"{near} ({looked})" if near else looked)
