"""The floor of `validate`, as a program: Jinja2 renders each text, libyaml reads it, jsonschema-rs checks it.

Usage: python validate_floor.py CASES.json; that file holds `template`, the list `scopes` and a JSON Schema.
"""

import json
import sys
from pathlib import Path

import jinja2
import jsonschema_rs
import yaml


def main(cases: Path) -> None:
    """Print how many objects there are, and how many violations of the schema."""
    case = json.loads(cases.read_text())
    settings = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = settings.from_string(case["template"])
    validator = jsonschema_rs.Draft202012Validator(case["schema"])
    texts = [template.render(**scope) for scope in case["scopes"]]
    values = [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]
    violations = sum(len(list(validator.iter_errors(value))) for value in values)
    sys.stdout.write(f"{violations} in {len(values)}\n")


main(Path(sys.argv[1]))
