"""All labels of a host."""

from collections.abc import Sequence

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.labels.dlctl import dlctl_labels
from dlctl.nodes.host.labels.gfd import gfd_labels
from dlctl.nodes.host.labels.label import valid
from dlctl.nodes.host.labels.nfd import nfd_labels


def host_labels(host: Host, prefixes: Sequence[str] = ()) -> dict[str, str]:
    """NFD's, GFD's and dlctl's labels, sorted by key; with `prefixes` those that begin with one of them."""
    labels = valid([*nfd_labels(host), *gfd_labels(host), *dlctl_labels(host)])
    wanted = tuple(prefixes) or ("",)
    return {key: value for key, value in labels.items() if key.startswith(wanted)}
