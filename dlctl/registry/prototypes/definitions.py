"""The CustomResourceDefinitions that a package brings in its folder `crds`."""

from pathlib import Path

from dlctl.errors import RegistryError
from dlctl.files.presence import walk
from dlctl.kinds.definitions import is_definition
from dlctl.manifest import JsonObject
from dlctl.registry.prototypes.document_head import registry_errors
from dlctl.registry.prototypes.source import CRDS, Source
from dlctl.yamlio.load import Document, load_all, read_text


def package_definitions(source: Source, package: Path) -> tuple[JsonObject, ...]:
    """The CRDs of the package in a folder. They describe kinds, and are not applied.

    Raises RegistryError or YamlError for a file with anything else.
    """
    found: list[JsonObject] = []
    with registry_errors():
        for at, _, names in walk(package / CRDS, source.show):
            for name in names:
                if name.endswith(".yaml"):
                    shown = source.show(at / name)
                    found += (_definition(each) for each in load_all(read_text(at / name, shown), shown))
    return tuple(found)


def _definition(document: Document) -> JsonObject:
    body = document.value
    if not isinstance(body, dict) or not is_definition(body):
        raise RegistryError(
            "not a CustomResourceDefinition",
            location=document.location(),
            hint="the folder 'crds' has only CRDs; other objects belong into the templates of a prototype",
        )
    return body
