"""What a wrong name becomes: an error with the names that would have been right."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from jinja2 import StrictUndefined
from jinja2.utils import missing

from dlctl.errors import RenderError
from dlctl.render.engine.values import describe


class Record(dict[str, Any]):
    """A mapping of the scope whose names are all declared, such as `params`."""

    __slots__ = ("title",)

    def __init__(self, title: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.title = title


class Missing(StrictUndefined):
    """A name or key that is not there; any use of it raises RenderError."""

    __slots__ = ("_known",)

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, known: Iterable[str] = ()
    ) -> None:
        super().__init__(hint=hint, obj=obj, name=name)
        self._known = known
        self._undefined_exception = self._error  # type: ignore[assignment]  # called with the message, as a class is

    @property
    def must_exist(self) -> bool:
        """Whether only declared names belong there (`params.x`): even asking for another is a mistake."""
        return isinstance(self._undefined_obj, Record)

    def fail(self) -> NoReturn:
        """Raise the error that using this value raises."""
        raise self._error()

    def _error(self, message: str = "") -> RenderError:
        name, owner = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return RenderError(self._undefined_hint)
        if owner is missing:
            return RenderError(f"'{name}' is not defined here", hint=did_you_mean(name, self._known))
        if isinstance(owner, Record):
            what = f"no parameter '{name}'" if owner.title == "params" else f"no '{name}' in {owner.title}"
            known = f"it has: {', '.join(sorted(owner)) or 'nothing'}"
            return RenderError(what, hint=did_you_mean(name, owner) or known)
        return _no_attribute(owner, name)


def _no_attribute(owner: Any, name: str) -> RenderError:
    if isinstance(owner, Mapping):
        hint = _METHODS.get(name) or did_you_mean(name, owner)
        return RenderError(f"the mapping has no key '{name}'", hint=hint)
    hint = None
    if owner is None:
        hint = f"test it first: `x.{name} if x else none`"
    elif isinstance(owner, str):
        hint = f"filters are `x | {name}`; methods of texts are {', '.join(sorted(TEXT_METHODS))}"
    return RenderError(f"{describe(owner)} has no '{name}'", hint=hint)


_METHODS = {
    "get": "`x[name] | default(...)` gives a value where the key is not there",
    "items": "methods are filters here: `x | items`",
    "keys": "methods are filters here: `x | keys`",
    "values": "methods are filters here: `x | values`",
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
"""Methods of a text that templates may call: none of them makes a longer text or reads more than it."""


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the nearest known name; None where none is near."""
    close = get_close_matches(name, [str(item) for item in known], 1, 0.6)
    return f"did you mean '{close[0]}'?" if close else None
