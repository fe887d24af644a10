"""Packages that are loaded when something of them is used."""

import subprocess
import sys

PROGRAM = """
import sys
import dlctl.cluster.http

assert "importlib.metadata" not in sys.modules
import urllib3.http2
from urllib3.http2 import probe
print(probe.__name__, "importlib.metadata" in sys.modules)
print(callable(urllib3.http2.extract_from_urllib3), "importlib.metadata" in sys.modules)
print(hasattr(urllib3.http2, "nothing"))
"""


def test_a_part_of_urllib3_that_is_not_used_is_loaded_at_its_first_use() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["urllib3.http2.probe False", "True True", "False"]


def test_a_package_that_does_not_exist_is_left_alone() -> None:
    program = """
from dlctl.lazy_package import loaded_when_used
with loaded_when_used("json", "decoder"), loaded_when_used("nowhere", "a"), loaded_when_used("email", "b"):
    import email, json.decoder
print(json.decoder.JSONDecoder.__name__, hasattr(email, "b"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "JSONDecoder False\n"
