"""Regular expressions that are compiled when they are first used: commands use few of those they import."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, AnyStr, cast


class _Pattern:
    """Looks like a compiled pattern; becomes one at the first access."""

    def __init__(self, compiled: Callable[[], Any]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled(), name)
        self.__dict__[name] = found  # not looked up here again
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression, to be kept in a module. An invalid one raises re.error at its first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(partial(re.compile, text, flags)))
