"""The control planes with upstream's CRDs are those of the prototypes' tests."""

from tests.prototypes.conftest import upstream

__all__ = ["upstream"]
