"""What the publisher of a package signs: its name, version and digest, in one line."""

from dlctl.app.package_model import Pin

NAMESPACE = "package@dlctl.dev"
"""The namespace of SSH signatures: one that was made for something else, such as a commit, does not count."""


def statement(name: str, version: str, digest: str) -> str:
    """The signed text: `NAME VERSION DIGEST` and a line feed."""
    return f"{name} {version} {digest}\n"


def statement_of(pin: Pin) -> str:
    """The signed text of an installed package."""
    return statement(pin.package, pin.version, pin.digest)
