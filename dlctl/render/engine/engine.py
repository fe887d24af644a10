"""The public interface of the engine: load templates, render them, evaluate expressions."""

from collections.abc import Mapping
from typing import Any

from dlctl.errors import Location
from dlctl.files.signed_files import SignedFolder
from dlctl.render.engine.budget import Budget, Limits
from dlctl.render.engine.loading.bytecode_cache import BytecodeCache
from dlctl.render.engine.loading.compiled import Compiled, Static, Templates
from dlctl.render.engine.loading.environment import TemplateEnvironment, TextEnvironment
from dlctl.render.engine.loading.loader import Loader
from dlctl.render.engine.model import Rendered
from dlctl.render.engine.running.expression import Expressions
from dlctl.render.engine.running.run import Run
from dlctl.render.engine.running.runtime_errors import explain
from dlctl.render.engine.running.traced import TracedText
from dlctl.render.engine.running.used_params import UsedParams
from dlctl.render.engine.secret_values import Derived
from dlctl.render.engine.skeleton.skeletons import Skeletons
from dlctl.render.engine.template_set import TemplateSet
from dlctl.render.engine.values import copy_value


class Engine:
    """Caches compiled templates and parsed skeletons: create one per process and share it.

    `bytecode_folder` caches compiled templates between processes; it may be deleted at any time.
    """

    def __init__(self, limits: Limits | None = None, bytecode_folder: SignedFolder | None = None) -> None:
        self._limits = limits or Limits()
        self._skeletons = Skeletons()
        kept = BytecodeCache(bytecode_folder) if bytecode_folder else None
        environment = TemplateEnvironment(kept)
        self._loader = Loader(environment, TextEnvironment(kept), self._skeletons)
        self._expressions = Expressions(environment)
        self._loaded: dict[TemplateSet, Templates] = {}
        self._used = UsedParams(environment, self._skeletons.files)

    def load(self, templates: TemplateSet) -> Templates:
        """Compile and check all templates of a set, once.

        Raises RenderError; `problems` lists them if there are several.
        """
        if templates not in self._loaded:
            self._loaded[templates] = self._loader.load(templates)
        return self._loaded[templates]

    def render(
        self,
        templates: Templates,
        scope: Mapping[str, Any],
        *,
        subject: str = "",
        derived: Derived | None = None,
    ) -> tuple[Rendered, ...]:
        """The YAML documents of all templates, by file name and then in file order; empty ones are dropped.

        `scope` has the names that templates can use; `subject` describes what is rendered, for errors.
        With `derived`, what is made from marked values of the scope is marked in the documents, too, and
        its strings are in `derived`.
        Raises RenderError with the template's file and line.
        """
        run = self._run(templates, scope, derived)
        try:
            return tuple(found for one in templates.documents for found in _documents(one, run))
        except Exception as error:  # template boundary: any exception is an error of the template
            raise explain(error, subject) from error

    def trace(self, templates: Templates, scope: Mapping[str, Any]) -> tuple[TracedText, ...]:
        """The texts that the templates and fragments write when they are rendered, with their values.

        Raises RenderError as `render` does.
        """
        found: list[TracedText] = []
        run = Run(templates, scope, self._skeletons, Budget(self._limits), trace=found)
        for template in templates.documents:
            if isinstance(template, Compiled):
                run.documents(template, run.names)
        return tuple(found)

    def params_at(self, location: Location) -> frozenset[str]:
        """The parameters that the expressions on a line of a loaded template use, `set` included."""
        return self._used.on_line(location)

    def evaluate(
        self, expression: str, scope: Mapping[str, Any], *, location: Location | None, subject: str = ""
    ) -> Any:
        """The JSON value of one expression, in the same sandbox; `location` is its place, for errors."""
        run = self._run(_NO_TEMPLATES, scope)
        try:
            return self._expressions.value(expression, run)
        except Exception as error:  # template boundary
            raise explain(error, subject, instead=location) from error

    def _run(self, templates: Templates, scope: Mapping[str, Any], derived: Derived | None = None) -> Run:
        return Run(templates, scope, self._skeletons, Budget(self._limits), derived=derived)


def _documents(template: Compiled | Static, run: Run) -> list[Rendered]:
    if isinstance(template, Static):
        return [Rendered(copy_value(value, run.budget), place) for value, place in template.documents]
    return [Rendered(value, place) for value, place in run.documents(template, run.names)]


_NO_TEMPLATES = Templates((), {}, {}, ())
