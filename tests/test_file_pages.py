"""docs/reference: tables of keys and JSON Schemas of an app's files, kept as the code that reads them."""

from dlctl.app import file_keys
from tests.conftest import REPOSITORY
from tests.scripts import script


def test_the_pages_and_schemas_are_current() -> None:
    outdated = [path.name for path, text in script("file_pages").files().items() if path.read_text() != text]
    assert outdated == [], "run 'make docs'"


def test_every_key_is_on_its_page() -> None:
    for page, tables in (
        (
            "dlctl-yaml",
            (
                file_keys.APP,
                file_keys.COMPONENT,
                file_keys.MOVE,
                file_keys.RELEASE,
                file_keys.DRIFT_RULE,
                file_keys.REGISTRY,
                file_keys.PIN,
            ),
        ),
        ("environment-yaml", (file_keys.ENVIRONMENT, file_keys.PARAMS, file_keys.SOPS_PARAMS)),
        ("patches", (file_keys.PATCH, file_keys.PATCH_TARGET)),
        ("layers", (file_keys.PARAMS,)),
    ):
        text = (REPOSITORY / f"docs/reference/{page}.md").read_text()
        for table in tables:
            for key, entry in table.items():
                assert f"| `{key}` | {entry.meaning}" in text
