"""Kubernetes kinds: order of application, scope, protection, and CRDs."""

from dlctl.kinds.definitions import DefinedKind, is_definition, read_definition
from dlctl.kinds.order import order_key, wave_of
from dlctl.kinds.scope import cluster_scoped_kinds, may_be_custom
from dlctl.kinds.table import BUILT_IN, CUSTOM, DEFINITION, FOUNDATION, KINDS, NAMESPACE, PROTECTED

__all__ = [
    "BUILT_IN",
    "CUSTOM",
    "DEFINITION",
    "FOUNDATION",
    "KINDS",
    "NAMESPACE",
    "PROTECTED",
    "DefinedKind",
    "cluster_scoped_kinds",
    "is_definition",
    "may_be_custom",
    "order_key",
    "read_definition",
    "wave_of",
]
