"""One rendering: its scope, its template files and its budget."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jinja2.utils import missing

from dlctl.errors import Location, RenderError
from dlctl.registry.prototypes.model import NULLS_OF_ROLES, ROLES
from dlctl.render.engine.budget import CALL_STEPS, Budget
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.functions import BUILT_IN, TemplateFunction
from dlctl.render.engine.language.undefined import Record
from dlctl.render.engine.loading.compiled import Compiled, Templates
from dlctl.render.engine.running.traced import TracedText
from dlctl.render.engine.secret_values import Derived
from dlctl.render.engine.skeleton.positions import Written
from dlctl.render.engine.skeleton.skeletons import Skeletons
from dlctl.render.engine.skeleton.tokens import Tokens
from dlctl.suggest import did_you_mean

_BATCH = 512
"""Pieces of output per batch; the limit is checked after each batch."""


class Run:
    """The state that the templates of one prototype share while one component is rendered."""

    __slots__ = ("_fragments", "_role", "_trace", "budget", "derived", "names", "skeletons", "templates")

    def __init__(
        self,
        templates: Templates,
        scope: Mapping[str, Any],
        skeletons: Skeletons,
        budget: Budget,
        trace: list[TracedText] | None = None,
        derived: Derived | None = None,
    ) -> None:
        self.templates = templates
        self._trace = trace
        self.skeletons = skeletons
        self.budget = budget
        self.derived = derived
        self._fragments: dict[Any, Any] = {}
        self._role: str | None = None
        self.names: dict[str, Any] = {**_FUNCTIONS, **{name: _in_scope(name, scope[name]) for name in scope}}

    def documents(self, template: Compiled, names: dict[str, Any]) -> list[tuple[Any, Location]]:
        """A YAML template's documents with their locations."""
        written = self._written(template, names)
        filled = self.skeletons.fill(written, self.budget)
        locations = written.locations(offset for _, offset in filled)
        return [(value, location) for (value, _), location in zip(filled, locations, strict=True)]

    def _written(self, template: Compiled, names: dict[str, Any], fragment: str = "") -> Written:
        tokens = Tokens()
        pieces = template.pieces(RenderContext, names, self, tokens)
        written = Written(template.shown, _collect(pieces, self.budget.limits.skeleton), tokens)
        if self._trace is not None:
            self._trace.append(TracedText(fragment, written))
        return written

    def fragment(self, name: Any, /, **arguments: Any) -> Any:
        """The value of a fragment; none for an empty one. Results of equal calls are cached.

        With the argument `role`, in a prototype that has roles, `params` and `nulls` are those of the role,
        also in the fragments below.
        """
        role = arguments.get("role")
        if role is None or role == self._role or ROLES not in self.names:
            return self._cached_fragment(name, arguments)
        outer = self._role, self.names
        self._role, self.names = role, {**self.names, **self._of_role(role)}
        try:
            return self._cached_fragment(name, arguments)
        finally:
            self._role, self.names = outer

    def _of_role(self, role: Any) -> dict[str, Any]:
        roles = self.names[ROLES]
        if not isinstance(role, str) or role not in roles:
            hint = did_you_mean(str(role), roles) or "roles are declared in prototype.yaml"
            raise RenderError(f"the prototype has no role '{role}'", hint=hint)
        return {"params": roles[role], "nulls": self.names[NULLS_OF_ROLES][role]}

    def _cached_fragment(self, name: Any, arguments: dict[str, Any]) -> Any:
        key = _call_key(name, {**arguments, "": self._role})
        if key in self._fragments:
            self.budget.step(CALL_STEPS)
            return self._fragments[key]
        value = self._fragment(name, arguments)
        if key is not None:
            self._fragments[key] = value
        return value

    def _fragment(self, name: Any, arguments: dict[str, Any]) -> Any:
        template = self.templates.fragment(name)
        self.budget.enter()
        written = self._written(template, self._with(arguments), str(name))
        found = self.skeletons.fill(written, self.budget)
        self.budget.leave()
        if len(found) > 1:
            raise RenderError(
                "fragment must be one YAML document, found several",
                location=written.location(found[1][1]),
            )
        return found[0][0] if found else None

    def text(self, name: Any, /, **arguments: Any) -> str:
        """The text of a text template."""
        template = self.templates.text(name)
        self.budget.enter()
        pieces = template.pieces(RenderContext, self._with(arguments), self, Tokens())
        written = _collect(pieces, self.budget.limits.text)
        self.budget.leave()
        joined = "".join(written)
        return joined if self.derived is None else self.derived.of_scalars(joined, written)

    def include(
        self, name: str, names: Mapping[str, Any] | None, caller: RenderContext, optional: bool
    ) -> Iterator[str]:
        """The pieces that an included template yields into its caller's text."""
        template = self.templates.include(name, caller.path, optional)
        if template is not None:
            visible = self.names if names is None else {k: v for k, v in names.items() if v is not missing}
            self.budget.enter()
            yield from template.pieces(RenderContext, visible, self, caller.tokens)
            self.budget.leave()

    def _with(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for name in arguments:
            if name in self.names:
                raise RenderError(f"'{name}' is already in scope", hint="rename the argument")
        return {**self.names, **arguments}


def _call_key(name: Any, arguments: dict[str, Any]) -> Any:
    """The cache key of a call with scalar arguments; None if an argument is not a scalar."""
    if type(name) is not str or not all(type(value) in _SCALARS for value in arguments.values()):
        return None
    return name, *((key, type(value), value) for key, value in arguments.items())


def _in_scope(name: str, value: Any) -> Any:
    if name == ROLES:
        return Record(name, {role: Record("params", values) for role, values in value.items()})
    return Record(name, value) if isinstance(value, Mapping) else value


_SCALARS = frozenset({str, int, float, bool, type(None)})
_FUNCTIONS: dict[str, TemplateFunction] = {
    **{function.name: function for function in BUILT_IN},
    "fragment": TemplateFunction("fragment", Run.fragment),
    "text": TemplateFunction("text", Run.text),
}


def _collect(pieces: Iterator[str], limit: int) -> list[str]:
    """All pieces. Raises RenderError if they have more than `limit` characters in total."""
    found: list[str] = []
    size = 0
    while batch := list(islice(pieces, _BATCH)):
        found += batch
        size += sum(map(len, batch))
        if size > limit:
            raise RenderError(
                f"output has more than {limit:,} characters", hint="check for a loop that writes too much"
            )
    return found
