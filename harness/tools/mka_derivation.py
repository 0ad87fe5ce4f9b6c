"""What IEEE 802.1X-2020 6.2.1 derives from a CAK, by python3-cryptography alone."""

import struct

from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC


def cmac(key, message):
    context = CMAC(algorithms.AES(key))
    context.update(message)
    return context.finalize()


def derive(cak, label, ckn):
    """ICK or KEK, by label, of the CAK's size."""
    bits = struct.pack("!H", len(cak) * 8)
    return b"".join(cmac(cak, bytes([block]) + label + b"\0" + ckn[:16].ljust(16, b"\0") + bits)
                    for block in range(1, len(cak) // 16 + 1))
