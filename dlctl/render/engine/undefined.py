"""What a wrong name becomes: an error with the names that would have been right."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from jinja2 import StrictUndefined

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

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = None, name: str | None = None, **_: Any) -> None:
        super().__init__(hint=hint, name=name)
        self._undefined_obj = obj
        self._undefined_exception = self._error  # type: ignore[assignment]  # called with the message, as a class is

    @property
    def must_exist(self) -> bool:
        """Whether only declared names belong there (`params.x`): even asking for another is a mistake."""
        return isinstance(self._undefined_obj, Record)

    def fail(self) -> None:
        """Raise the error that using this value raises."""
        raise self._error()

    def _error(self, message: str = "") -> RenderError:
        name, owner = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return RenderError(self._undefined_hint)
        if owner is None:
            return RenderError(f"'{name}' is not defined here")
        if isinstance(owner, Mapping):
            hint = did_you_mean(name, owner)
            if isinstance(owner, Record):
                what = (
                    f"no parameter '{name}'" if owner.title == "params" else f"no '{name}' in {owner.title}"
                )
                return RenderError(what, hint=hint or f"it has: {', '.join(sorted(owner)) or 'nothing'}")
            return RenderError(f"the mapping has no key '{name}'", hint=hint)
        return _no_attribute(owner, name)


def _no_attribute(owner: Any, name: str) -> RenderError:
    if owner is None:
        return RenderError(f"none has no '{name}'", hint="test it first: `x.y if x else none`")
    hint = None
    if isinstance(owner, str):
        hint = f"use a filter: `x | {name}`; methods of text: {', '.join(sorted(TEXT_METHODS))}"
    return RenderError(f"{describe(owner)} has no '{name}'", hint=hint)


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
