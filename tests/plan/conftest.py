"""A real API server for the tests of this layer."""

from tests.plan.api_server import api_server

__all__ = ["api_server"]
