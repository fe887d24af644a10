"""The floor of `show`, as a program: Jinja2 renders each text, libyaml reads it and writes it again.

Usage: python render_floor.py CASES.json; that file holds `template` and the list `scopes`.
"""

import json
import sys
from pathlib import Path

import jinja2
import yaml


def main(cases: Path) -> None:
    """Print every text as the C emitter writes it."""
    case = json.loads(cases.read_text())
    settings = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = settings.from_string(case["template"])
    texts = [template.render(**scope) for scope in case["scopes"]]
    values = [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]
    sys.stdout.write(yaml.dump_all(values, Dumper=yaml.CSafeDumper, sort_keys=False))


main(Path(sys.argv[1]))
