"""A feature file for the local source of Node Feature Discovery.

Format: NFD documentation, "Feature files" (source/local of NFD): lines of `key=value`, comments behind `#`,
at most 64 KiB. It goes into /etc/kubernetes/node-feature-discovery/features.d.
"""

from collections.abc import Mapping

MAX_SIZE = 65536
"""NFD ignores a larger file (`MaxFeatureFileSize`)."""


def feature_file(labels: Mapping[str, str]) -> str:
    """The text of the file: the same for the same labels, so that NFD sees no change where there is none."""
    lines = [f"{key}={value}\n" for key, value in sorted(labels.items())]
    return "".join(["# Written by 'dlctl node detect -o nfd'\n", *lines])
