"""Regular expressions that are compiled at their first use."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

import pytest

from dlctl.pattern import compiled_when_used, pattern

PROGRAM = """
import re
import dlctl.yamlio, dlctl.cluster.http
import yaml, urllib3
from urllib3.util import parse_url
from yaml.reader import Reader, ReaderError

assert not isinstance(Reader.NON_PRINTABLE, re.Pattern)
assert isinstance(re.compile("a"), re.Pattern)
loaded = yaml.load("[2026-11-29 01:02:03, 1_000, 0b11, no, ~, '\\u00e9']", Loader=yaml.SafeLoader)
print(loaded[0].year, loaded[1:])
try:
    yaml.load("a: \\x07", Loader=yaml.SafeLoader)
except ReaderError as error:
    print(error.reason)
print(parse_url("https://user@[::1]:6443/a%2fb?c=d"))
"""


def test_libraries_work_with_patterns_that_are_compiled_later() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "2026 [1000, 3, False, None, 'é']",
        "special characters are not allowed",
        "https://user@[::1]:6443/a%2Fb?c=d",
    ]


def test_other_packages_compile_at_once_and_all_do_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("patient", "hasty"):
        (tmp_path / f"{name}.py").write_text("import re\nTEXT = re.compile('(')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with compiled_when_used("patient"):
        patient = import_module("patient")
        with pytest.raises(re.error, match="missing"):
            import_module("hasty")
        assert isinstance(re.compile(pattern="a", flags=re.ASCII), re.Pattern)
    with pytest.raises(re.error, match="missing"):
        patient.TEXT.match("a")
    with pytest.raises(ValueError, match="any"), compiled_when_used("patient"):
        raise ValueError("any")
    assert isinstance(re.compile("a"), re.Pattern)


def test_two_threads_do_not_put_back_what_the_other_one_replaced() -> None:
    compile_now, entered, ends = re.compile, Event(), Event()

    def second() -> None:
        with compiled_when_used("second"):
            entered.set()
            ends.wait(10)

    thread = Thread(target=second)
    with compiled_when_used("first"):
        thread.start()
        entered.wait(0.1)
    ends.set()
    thread.join(10)
    assert entered.is_set()
    assert re.compile is compile_now


def test_an_invalid_pattern_is_an_error_at_its_first_use() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("a")
