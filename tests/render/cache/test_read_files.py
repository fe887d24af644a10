"""Rendering reads no file that the digest of its inputs leaves out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlctl.registry.prototypes.source import builtin_source

READ = """
import json, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from pathlib import Path
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.examples import examples_of
from dlctl.registry.prototypes.source import Source
from tests.prototypes.examples import render
import tests.prototypes.examples as examples
from dlctl.render.cache.inputs import Inputs
from dlctl.render.target import Renderer

folder, app = Path(sys.argv[1]), Path(sys.argv[2])
source = Source(folder, "builtin:", builtin=True, registry="builtin")
found = {}
for prototype in Catalogue((source,)).all():
    example = examples_of(prototype)[0]
    values = example.params
    renderer = Renderer(Catalogue((source,)))
    examples.built_in = lambda: renderer
    opened.clear()
    render(prototype.name, values, app / prototype.name)
    rendered = {path for path in opened if path.startswith(str(folder))}
    opened.clear()
    Inputs().files_digest(renderer.catalogue.place(prototype.name))
    found[prototype.name] = {"rendered": sorted(rendered), "digest": sorted(opened)}
print(json.dumps(found))
"""


@pytest.mark.slow
def test_every_opened_file_is_in_the_digest(tmp_path: Path) -> None:
    """That each file of the digest counts is shown by test_changes.py."""
    folder = tmp_path / "prototypes"
    shutil.copytree(builtin_source().folder, folder)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder), str(tmp_path)], capture_output=True, text=True, check=True
    )
    opened = json.loads(done.stdout)
    assert len(opened) > 30
    for name, files in opened.items():
        assert any(file.endswith("prototype.yaml") for file in files["rendered"]), name
        assert set(files["rendered"]) <= set(files["digest"]), name
