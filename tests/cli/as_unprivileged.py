"""Run as a program: `dlctl WORDS` in a process for which permissions hold, also where root runs the tests."""

import ctypes
import os
import sys

from dlctl.cli.main import main

_CAPSET_VERSION_3 = 0x20080522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
"""The capabilities by which root passes over permissions: capabilities(7)."""


def obey_permissions() -> None:
    """Give up, in this thread, what lets root read and write everything; nothing to do for others."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPSET_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: low words, then high words
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    obey_permissions()
    sys.exit(main(sys.argv[1:]))
