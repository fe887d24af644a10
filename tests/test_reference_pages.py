"""docs/prototypes: one page a package, kept current."""

from tests.conftest import REPOSITORY
from tests.scripts import script


def test_the_pages_are_current() -> None:
    folder = REPOSITORY / "docs" / "prototypes"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == script("prototype_pages").pages(), "run 'make docs'"
