"""The base64 fields `…-data` of a kubeconfig."""

import base64
import binascii

from dlctl.cluster.kubeconfig.entry import Entry


def decode_base64(entry: Entry, key: str) -> bytes:
    """The decoded bytes of a field. Raises ClusterError, without the value, if it is not base64."""
    text = entry.text(key)
    try:
        # Go's decoder skips line ends and rejects all other invalid characters.
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise entry.error(f"the {key} of {entry} is not valid base64", key) from error
