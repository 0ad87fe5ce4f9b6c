"""pcapng files: written with a comment for each frame, the same octets every time, and read."""

import struct

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
ETHERNET = 1
COMMENT = 1


def _padded(octets):
    return octets + bytes(-len(octets) % 4)


def _block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def write_capture(path, frames):
    """Writes frames: (octets captured, octets on the wire, microseconds, comment)."""
    body = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    blocks = [_block(SECTION, body), _block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0))]
    for octets, size, time, comment in frames:
        said = comment.encode("utf-8")
        options = struct.pack("<HH", COMMENT, len(said)) + _padded(said) + bytes(4) if said else b""
        blocks.append(_block(PACKET, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF,
                                                 len(octets), size) + _padded(octets) + options))
    with open(path, "wb") as file:
        file.write(b"".join(blocks))


def read_capture(path):
    """The frames of a pcapng file of little-endian enhanced packet blocks: (octets captured, octets
    on the wire, time as the file counts it)."""
    with open(path, "rb") as file:
        octets = file.read()
    frames, at = [], 0
    while at + 12 <= len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        if kind == PACKET:
            _, high, low, captured, wire = struct.unpack_from("<IIIII", octets, at + 8)
            frames.append((octets[at + 28:at + 28 + captured], wire, high << 32 | low))
        at += size
    return frames
