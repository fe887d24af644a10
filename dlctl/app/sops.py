"""params.sops.yaml: parameters of an environment whose values SOPS has encrypted.

SOPS encrypts values and leaves keys in clear, so that the file is read without it: each parameter becomes a
reference to its value, which is decrypted when a plan is made.
"""

from typing import Any

from dlctl.app import file_keys
from dlctl.app.find import find_component
from dlctl.app.model import FROM_SOPS, App, Block, EnvironmentLayer
from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.yamlio.load import load_file

SOPS_KEY = "sops"


def load_sops(app: App, environment: str) -> EnvironmentLayer:
    """The parameters in an environment's params.sops.yaml, as references.

    Raises AppError for a file that SOPS has not encrypted, or with other keys than params.yaml; YamlError.
    """
    shown = f"environments/{environment}/params.sops.yaml"
    reader = Reader(load_file(app.root / shown, shown))
    reader.only(*file_keys.SOPS_PARAMS)
    if SOPS_KEY not in reader.values:
        raise AppError(
            f"{shown} is not encrypted",
            location=reader.place(),
            hint=f"run: sops --encrypt --in-place {shown}",
        )
    components = {}
    for name, child in reader.children("components", "component"):
        find_component(app, name, reader.document.key_location(("components", name)))
        components[name] = _referring(Block(child.values, reader.document, child.path), shown)
    return EnvironmentLayer(environment, _referring(reader.block("params"), shown), components)


def _referring(block: Block, shown: str) -> Block:
    """The block with a reference in place of each value."""
    path = "/".join(map(str, block.path))
    values: dict[str, Any] = {name: {FROM_SOPS: f"{shown}#{path}/{name}"} for name in block.values}
    return Block(values, block.document, block.path)
