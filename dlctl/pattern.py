"""Regular expressions that are compiled when they are first used: commands use few of those they import."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import RLock
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


_PATCHING = RLock()
"""Held while `re.compile` is replaced: two threads would put back each other's."""


@contextmanager
def compiled_when_used(package: str) -> Iterator[None]:
    """Modules of that package which are imported meanwhile compile their regular expressions at first use.

    PyYAML's pure Python reader and urllib3's forms of URLs take 15 ms to compile, and few commands use them.
    The package must call methods of its patterns only: functions of `re` do not take these. What other
    modules and threads compile meanwhile is compiled at once.
    """
    with _PATCHING:
        compile_now = re.compile
        re.compile = _compiling_later(package, compile_now)
        try:
            yield
        finally:
            re.compile = compile_now


def _compiling_later(package: str, compile_now: Callable[..., Any]) -> Any:
    def compile_later(*given: Any, **named: Any) -> Any:
        caller = str(sys._getframe(1).f_globals.get("__name__"))  # noqa: SLF001 - the only way to know it
        later = partial(compile_now, *given, **named)
        return _Pattern(later) if caller.partition(".")[0] == package else later()

    return compile_later
