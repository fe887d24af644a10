"""Write docs/prototypes/PACKAGE.md for every built-in package, and remove pages of packages that are gone."""

from itertools import groupby
from pathlib import Path

from dlctl.cli.output.views.prototype_page import prototype_page
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import builtin_source

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "prototypes"


def pages() -> dict[str, str]:
    """The text of each page by its file's name."""
    catalogue = Catalogue((builtin_source(),))
    prototypes = catalogue.all()
    by_package = {package: list(group) for package, group in groupby(prototypes, lambda one: one.package)}
    found = {f"{package}.md": prototype_page(group) for package, group in by_package.items()}
    index = ["# Prototypes", ""]
    for package, group in by_package.items():
        summary = catalogue.package_of(group[0]).summary
        index += [f"## [{package}]({package}.md)", "", summary, ""]
        index += [*(f"- {one.name}: {one.summary}" for one in group), ""]
    return {"README.md": "\n".join(index).rstrip() + "\n", **found}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
