"""Rendering reads no file that the digest of its inputs leaves out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import Source, builtin_source
from dlctl.render.cache.inputs import Inputs

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
from dlctl.render.target import Renderer

folder, app = Path(sys.argv[1]), Path(sys.argv[2])
source = Source(folder, "builtin:", builtin=True, registry="builtin")
found = {}
for prototype in Catalogue((source,)).all():
    example = examples_of(prototype)[0]
    values = example.params
    renderer = Renderer(Catalogue((source,)))
    examples._built_in = lambda: renderer
    opened.clear()
    render(prototype.name, values, app / prototype.name)
    found[prototype.name] = sorted(path for path in opened if path.startswith(str(folder)))
print(json.dumps(found))
"""


@pytest.mark.slow
def test_every_opened_file_is_in_the_digest(tmp_path: Path) -> None:
    folder = tmp_path / "prototypes"
    shutil.copytree(builtin_source().folder, folder)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder), str(tmp_path)], capture_output=True, text=True, check=True
    )
    opened = json.loads(done.stdout)
    assert len(opened) > 30
    catalogue = Catalogue((Source(folder, "builtin:", builtin=True, registry="builtin"),))
    for name, files in opened.items():
        assert any(file.endswith("prototype.yaml") for file in files), name
        place = catalogue.place(name)
        for file in map(Path, files):
            before, text = Inputs().files_digest(place), file.read_bytes()
            file.write_bytes(text + b"\n")
            assert Inputs().files_digest(place) != before, (name, file)
            file.write_bytes(text)
