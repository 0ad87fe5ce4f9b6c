"""Key logs (section 18): written, and read by the grammar of 18-1."""

import re

_SPACE = "[ \t]+"
_DIMP = re.compile(rf"(?i:DIMP_KEY){_SPACE}([0-9A-Fa-f]{{8}}){_SPACE}([0-9A-Fa-f]{{64}})")
_SAK = re.compile(rf"(?i:MACSEC_SAK){_SPACE}([0-9A-Fa-f]{{16}}){_SPACE}([0-3]){_SPACE}"
                  rf"(?:([0-9A-Fa-f]{{8}}){_SPACE}([0-9A-Fa-f]{{24}})|-{_SPACE}-){_SPACE}"
                  rf"([0-9A-Fa-f]{{64}}|[0-9A-Fa-f]{{32}})")
LINE_MAX = 510


class KeyLogError(ValueError):
    """A line is none of the grammar's: the whole file is wrong (18-2)."""


def key_line(receiver_index, key):
    """The line of one direction of one set of keys (18-3)."""
    return f"DIMP_KEY {receiver_index:08x} {key.hex()}\n"


def sak_line(sci, number, sak, ssci=None, salt=None):
    """The line of one secure association (18-4); sci is 8 octets."""
    extended = f"{ssci:08x} {salt.hex()}" if salt else "- -"
    return f"MACSEC_SAK {sci.hex()} {number} {extended} {sak.hex()}\n"


def read_key_log(text):
    """({receiver index: [keys]}, [(sci, an, ssci, salt, sak)]), or KeyLogError."""
    keys, saks = {}, []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if len(line.encode("utf-8", "surrogateescape")) > LINE_MAX:
            raise KeyLogError(f"line {number}: longer than {LINE_MAX} octets")
        said = re.sub(r"[ \t]*#[^\x00-\x08\x0a-\x1f\x7f]*$", "", line) if "#" in line else line
        dimp, sak = _DIMP.fullmatch(said), _SAK.fullmatch(said)
        if dimp:
            keys.setdefault(int(dimp.group(1), 16), []).append(bytes.fromhex(dimp.group(2)))
        elif sak:
            sci, an, ssci, salt, octets = sak.groups()
            saks.append((bytes.fromhex(sci), int(an), ssci and int(ssci, 16),
                         salt and bytes.fromhex(salt), bytes.fromhex(octets)))
        elif said.strip(" \t"):
            raise KeyLogError(f"line {number}: no key, no comment")
    return keys, saks
