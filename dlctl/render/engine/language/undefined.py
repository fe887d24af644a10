"""Undefined names: using one raises an error that suggests known names."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from jinja2 import StrictUndefined
from jinja2.utils import missing

from dlctl.errors import RenderError
from dlctl.render.engine.values import describe
from dlctl.suggest import did_you_mean, nearest


class Record(dict[str, Any]):
    """A mapping in scope whose keys are all declared, such as `params`."""

    __slots__ = ("title",)

    def __init__(self, title: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.title = title


class Missing(StrictUndefined):
    """An undefined name or missing key; any use of it raises RenderError."""

    __slots__ = ("_known",)

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, known: Iterable[str] = ()
    ) -> None:
        super().__init__(hint=hint, obj=obj, name=name)
        self._known = known
        self._undefined_exception = self._error  # type: ignore[assignment]# called like the exception class, with the message

    @property
    def must_exist(self) -> bool:
        """Whether the name must be declared (`params.x`), so that even `is defined` is an error."""
        return isinstance(self._undefined_obj, Record)

    def fail(self) -> NoReturn:
        """Raise the error for a use of this value."""
        raise self._error()

    def _error(self, message: str = "") -> RenderError:
        name, owner = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return RenderError(self._undefined_hint)
        if owner is missing:
            return RenderError(f"'{name}' is not defined", hint=_near(name, self._known))
        if isinstance(owner, Record):
            what = f"no parameter '{name}'" if owner.title == "params" else f"no '{name}' in {owner.title}"
            known = f"known names: {', '.join(sorted(owner)) or 'none'}"
            return RenderError(what, hint=did_you_mean(name, map(str, owner)) or known)
        return _no_attribute(owner, name)


def _near(name: str, known: Iterable[str]) -> str | None:
    """A hint with the same name inside `params`, `component` and the like, else with a similar name."""
    scope = known if isinstance(known, Mapping) else {}
    records = {key: value for key, value in scope.items() if isinstance(value, Record)}
    for key, record in records.items():
        if name in record:
            return f"did you mean '{key}.{name}'?"
    if found := did_you_mean(name, known):
        return found
    inside = {str(inner): f"{key}.{inner}" for key, record in records.items() for inner in record}
    similar = nearest(name, inside)
    return f"did you mean '{inside[similar]}'?" if similar else None


def _no_attribute(owner: Any, name: str) -> RenderError:
    if isinstance(owner, Mapping):
        hint = _METHODS.get(name) or did_you_mean(name, map(str, owner))
        return RenderError(f"mapping has no key '{name}'", hint=hint)
    hint = None
    if owner is None:
        hint = f"test for none first: `x.{name} if x else none`"
    elif isinstance(owner, str):
        hint = f"to apply a filter, write `x | {name}`; string methods: {', '.join(sorted(TEXT_METHODS))}"
    return RenderError(f"{describe(owner)} has no '{name}'", hint=hint)


_METHODS = {
    "get": "for a key that may be missing, use `x[name] | default(...)`",
    "items": "use the filter: `x | items`",
    "keys": "use the filter: `x | keys`",
    "values": "use the filter: `x | values`",
}
TEXT_METHODS = frozenset(
    {
        "startswith",
        "endswith",
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "rsplit",
        "removeprefix",
        "removesuffix",
        "isdigit",
    }
)
"""String methods that templates can call: none makes the string longer."""
