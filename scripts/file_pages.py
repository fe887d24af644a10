"""Write the JSON Schemas of an app's files, and the tables of keys in docs/reference.

A table stands between `<!-- keys: NAME -->` and `<!-- end -->`.
"""

import json
import re
from pathlib import Path

import msgspec

from dlctl.app import file_keys, readiness_keys
from dlctl.app.file_schemas import DRAFT, file_schemas
from dlctl.app.key import Keys
from dlctl.plan.saved.model import SavedPlan

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES = ("dlctl-yaml.md", "environment-yaml.md", "layers.md", "patches.md", "readiness.md")
SCHEMAS = ("app", "environment", "params", "prototype", "readiness")
"""Those of which docs/reference/files has no stricter one, as it has of package.yaml."""
_TABLE = re.compile(r"<!-- keys: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def files() -> dict[Path, str]:
    """The text of each file by its path."""
    schemas = {name: {**schema} for name, schema in file_schemas().items() if name in SCHEMAS}
    for schema in schemas.values():
        schema.pop("$comment")  # the version, which is for copies in apps
    written = {
        REFERENCE / "files" / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
    written[REFERENCE / "files" / "plan.schema.json"] = _plan_schema()
    return {**written, **{REFERENCE / name: _with_tables(REFERENCE / name) for name in PAGES}}


def _plan_schema() -> str:
    """The schema of a plan in a file; the masked plan in it is that of `diff -o json`."""
    schema = msgspec.json.schema(SavedPlan)
    for part in schema["$defs"].values():
        if "description" in part:
            part["description"] = " ".join(part["description"].split())
    head = {"$schema": DRAFT, "description": "A plan that `dlctl diff --save` wrote."}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def _with_tables(path: Path) -> str:
    return _TABLE.sub(lambda found: _table(found[1]), path.read_text(encoding="utf-8"))


def _table(name: str) -> str:
    keys: Keys = getattr(readiness_keys if name.startswith("READINESS") else file_keys, name)
    rows = [
        f"| `{key}` | {entry.meaning}{' Required.' if entry.required else ''} |"
        for key, entry in keys.items()
    ]
    return "\n".join([f"<!-- keys: {name} -->", "| key | means |", "|---|---|", *rows, "<!-- end -->"])


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
