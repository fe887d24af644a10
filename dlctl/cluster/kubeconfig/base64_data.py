"""The `…-data` fields of a kubeconfig: base64 in the file, bytes here."""

import base64
import binascii

from dlctl.cluster.kubeconfig.entry import Entry


def decode_base64(entry: Entry, key: str) -> bytes:
    """The bytes of a base64 field; ClusterError, which does not show the value, where it is none."""
    text = entry.text(key)
    try:
        # Go's decoder skips line ends and refuses everything else that is not of the alphabet.
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise entry.error(f"the {key} of {entry} is not base64", key) from error
