"""Part of verify_real.py: what a station told by VDP over ECP, and what its bridge answered."""
import struct
import uuid

from recorded_frames import ethertype, octets_of, until

MODES = {1: "preassoc", 2: "preassoc-rr", 3: "assoc", 4: "deassoc"}
ENTRY = {1: ("", "H"), 2: ("6s", "H"), 3: ("I", "H"), 4: ("I6s", "H")}
ACK = 0x40


def read_filters(form, count, octets):
    layout = struct.Struct("!" + "".join(ENTRY[form]))
    if len(octets) != count * layout.size:
        raise ValueError("filters do not fill their TLV")
    for *before, vlan in layout.iter_unpack(octets):
        text = str(vlan)
        for part in before:
            if isinstance(part, bytes):
                text += "-" + part.hex(":")
        # vdptool says "-0" for a group, whatever the group is.
        yield text + ("-0" if form > 2 else "")


def read_vsi(octets):
    """A VDP request or response of lldpad: the manager's id, then one VSI."""
    head, manager, vsi = struct.unpack("!H16sH", octets[18:38])
    if head != 5 << 9 | 16 or vsi & 0x1ff != len(octets) - 38:
        raise ValueError("a TLV's length is wrong")
    status, type_high, type_low, version, _, vsi_id, form, count = struct.unpack(
        "!BBHBB16sBH", octets[38:63])
    return status, dict(mode=MODES[vsi >> 9], manager=manager.rstrip(b"\0").decode(),
                        type_id=type_high << 16 | type_low, type_version=version,
                        vsi_id=str(uuid.UUID(bytes=vsi_id)),
                        filters=list(read_filters(form, count, octets[63:])))


def verify_vdp(tally, recording):
    vm_mac = octets_of(recording.truth["vm_mac"])
    for entry in recording.truth["truth"]:
        if entry["kind"] != "vdp_vsi":
            continue
        wanted = {key: entry[key] for key in entry if key not in ("kind", "at", "source")}
        asked, answered = [], []
        for _, octets in until(recording.frames, entry["at"]):
            # Version 1, operation request, subtype VDP.
            if ethertype(octets) == 0x8940 and octets[14:16] == b"\x10\x01":
                status, vsi = read_vsi(octets)
                (asked if octets[6:12] == vm_mac else answered).append((status, vsi))
        tally.check(any(vsi == wanted for _, vsi in asked),
                    f"at {entry['at']}: the station has not asked for {wanted}")
        tally.check((ACK, wanted) in answered, f"at {entry['at']}: no bridge has taken {wanted}")
