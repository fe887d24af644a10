"""The image of node-detector, as far as it can be tested without a container runtime."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from dlctl.yamlio.load import load_all
from tests.conftest import REPOSITORY

DOCKERFILE = REPOSITORY / "images/node-detector/Dockerfile"
PROTOTYPE = REPOSITORY / "prototypes/nodes/node-detector"
KEYWORDS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT", "CMD"}


def steps() -> list[tuple[str, list[str]]]:
    """The instructions of the Dockerfile with their words."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [line.split(maxsplit=1) for line in lines]
    return [(word, json.loads(rest) if rest.startswith("[") else shlex.split(rest)) for word, rest in found]


def copied() -> list[str]:
    """What is copied from the repository."""
    return [
        source
        for keyword, words in steps()
        if keyword == "COPY" and not words[0].startswith("--from")
        for source in words[:-1]
    ]


def test_it_has_known_instructions_and_ends_as_nobody() -> None:
    assert {keyword for keyword, _ in steps()} == KEYWORDS
    assert ("USER", ["65532:65532"]) in steps()
    images = [words[0] for keyword, words in steps() if keyword == "FROM"]
    assert all(re.fullmatch(r"docker\.io/library/python:3\.\d+-slim", image) for image in images)


def test_the_wheel_is_built_from_what_is_copied(tmp_path: Path) -> None:
    for source in copied():
        place = REPOSITORY / source
        if place.is_dir():
            shutil.copytree(place, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, tmp_path)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "built"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    (wheel,) = (tmp_path / "built").iterdir()
    names = zipfile.ZipFile(wheel).namelist()
    assert "dlctl/nodes/host/detect.py" in names
    assert "dlctl/_prototypes/nodes/node-detector/prototype.yaml" in names


def test_the_extras_that_it_installs_exist() -> None:
    (run,) = (words for keyword, words in steps() if keyword == "RUN")
    extras = re.fullmatch(r"\.\[([\w,]+)\]", run[-1])
    assert extras
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert set(extras[1].split(",")) <= set(project["optional-dependencies"])


def test_pods_run_what_the_image_has() -> None:
    (entry,) = (words for keyword, words in steps() if keyword == "ENTRYPOINT")
    documents = load_all((PROTOTYPE / "examples/smallest/expected.yaml").read_text(), "expected.yaml")
    (pod,) = (
        each.value["spec"]["template"]["spec"] for each in documents if each.value["kind"] == "DaemonSet"
    )
    assert pod["containers"][0]["command"] == entry
    assert pod["containers"][0]["args"][:2] == ["node", "detect"]
