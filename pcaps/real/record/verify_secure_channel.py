"""Part of verify_real.py: MKA and MACsec, opened with the CAK and compared with the truth."""
import collections
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from recorded_frames import Frame, ethertype, octets_of

ICV_SIZE = 16
HELLO_GAP_MAX = 2.6  # MKA hello time is 2 s; the rest is a loaded machine


def cmac(key, message):
    context = CMAC(algorithms.AES(key))
    context.update(message)
    return context.finalize()


def derive(cak, label, ckn):
    """The key derivation of IEEE 802.1X-2010 6.2.1; a derived key is as long as the CAK."""
    bits = len(cak) * 8
    context = ckn[:16].ljust(16, b"\0") + struct.pack("!H", bits)
    blocks = [cmac(cak, bytes([i]) + label + b"\0" + context) for i in range(1, bits // 128 + 1)]
    return b"".join(blocks)


class KeyAgreement:
    """All that the MKPDUs of a capture say, with the CAK known."""

    def __init__(self, tally, recording):
        self.tally = tally
        self.ckn, cak = bytes.fromhex(recording.cak["ckn"]), bytes.fromhex(recording.cak["cak"])
        self.kek = derive(cak, b"IEEE8021 KEK", self.ckn)
        self.ick = derive(cak, b"IEEE8021 ICK", self.ckn)
        # Where the ends were given different CAKs, the VM's MKPDUs must fail with the bridge's.
        self.vm_ick, self.vm_mac = self.ick, octets_of(recording.truth["vm_mac"])
        if "vm_cak" in recording.truth:
            vm_cak = bytes.fromhex(recording.truth["vm_cak"])
            self.vm_ick = derive(vm_cak, b"IEEE8021 ICK", self.ckn)
        self.hellos = []  # (at, basic parameters)
        self.saks = {}  # (key server's member identifier, key number) -> (an, sak)
        for at, octets in recording.frames:
            if ethertype(octets) == 0x888E and octets[15] == 5:
                self.read(at, octets)

    def read(self, at, octets):
        length = struct.unpack("!H", octets[16:18])[0]
        pdu = octets[:18 + length]
        is_vm = pdu[6:12] == self.vm_mac
        self.tally.check(self.is_authentic(pdu, self.vm_ick if is_vm else self.ick),
                         f"at {at}: the MKPDU's ICV is wrong")
        if is_vm and self.vm_ick != self.ick:
            self.tally.check(not self.is_authentic(pdu, self.ick),
                             f"at {at}: the bridge's CAK fits the VM's MKPDU")
        basic = None
        offset, end = 18, len(pdu) - ICV_SIZE
        while offset + 4 <= end:
            size = struct.unpack("!H", pdu[offset + 2:offset + 4])[0] & 0xFFF
            body = pdu[offset + 4:offset + 4 + size]
            if basic is None:
                basic = self.read_basic(at, pdu[offset:offset + 4], body)
            elif pdu[offset] == 4 and size == 28:
                self.read_distributed(at, basic, pdu[offset + 1] >> 6, body)
            offset += 4 + (size + 3 & ~3)

    @staticmethod
    def is_authentic(pdu, ick):
        return cmac(ick, pdu[:-ICV_SIZE]) == pdu[-ICV_SIZE:]

    def read_basic(self, at, head, body):
        basic = dict(priority=head[1], is_key_server=bool(head[2] & 0x80), sci=body[:8].hex(),
                     member_id=body[8:20].hex(), message_number=struct.unpack("!I", body[20:24])[0])
        self.tally.check(body[28:] == self.ckn, f"at {at}: the MKPDU names another CKN")
        self.hellos.append((at, basic))
        return basic

    def read_distributed(self, at, basic, an, body):
        number = struct.unpack("!I", body[:4])[0]
        try:
            sak = aes_key_unwrap(self.kek, body[4:])
        except InvalidUnwrap:
            self.tally.check(False, f"at {at}: the SAK does not unwrap")
            return
        self.saks[basic["member_id"], number] = (an, sak)


def verify_hellos(tally, recording, agreement):
    times = collections.defaultdict(list)
    for at, basic in agreement.hellos:
        times[basic["sci"]].append(at)
    told = {entry["sci"] for entry in recording.truth["truth"] if entry["kind"] == "macsec_sa"}
    told |= {entry["actor_sci"] for entry in recording.truth["truth"] if entry["kind"] == "mka_participant"}
    tally.check(set(times) == told, f"MKPDUs come from {sorted(times)}, not from {sorted(told)}")
    ends = {entry["actor_sci"] for entry in recording.truth["truth"] if entry["kind"] == "mka_participant"}
    for sci, at in times.items():
        if sci not in ends:  # a third may come late and be killed
            continue
        at.append(recording.frames[-1].at)
        gap = max(after - before for before, after in zip(at, at[1:]))
        tally.check(gap <= HELLO_GAP_MAX, f"{sci} says nothing for {gap:.1f} s")


def verify_participants(tally, recording, agreement):
    for entry in recording.truth["truth"]:
        if entry["kind"] != "mka_participant":
            continue
        said = [basic for at, basic in agreement.hellos
                if at <= entry["at"] and basic["sci"] == entry["actor_sci"]]
        where = f"at {entry['at']}: {entry['end']}"
        tally.check(said, f"{where} has sent no MKPDU")
        secured = any(other["kind"] == "macsec_sa" and other["end"] == entry["end"]
                      and other["at"] <= entry["at"] for other in recording.truth["truth"])
        tally.check(entry["secured"] == secured, f"{where}: secured is {entry['secured']}")
        for key, told in (("member_id", "member_id"), ("message_number", "message_number"),
                          ("is_key_server", "is_key_server"), ("priority", "actor_priority")):
            seen = said[-1][key] if said else None
            tally.check(seen == entry[told], f"{where}: {key} is {seen}, not {entry[told]}")


def decrypt(octets, saks):
    """The user's frame, or None; the association is found as the frame's SecTAG names it."""
    tci, short = octets[14], octets[15] & 0x3F
    sci, header, secured = octets[20:28], octets[:28], octets[28:]
    if short:
        secured = secured[:short + ICV_SIZE]
    nonce = sci + octets[16:20]
    for an, sak in saks.values():
        if an != tci & 3:
            continue
        try:
            if tci & 0x08:
                return octets[:12] + AESGCM(sak).decrypt(nonce, secured, header)
            AESGCM(sak).decrypt(nonce, secured[-ICV_SIZE:], header + secured[:-ICV_SIZE])
            return octets[:12] + secured[:-ICV_SIZE]
        except InvalidTag:
            continue
    return None


def open_macsec(tally, recording, agreement):
    """Opens every protected frame; returns the users' frames, and what each association used."""
    opened, numbers, encrypted = [], collections.defaultdict(list), collections.defaultdict(set)
    for at, octets in recording.frames:
        if ethertype(octets) != 0x88E5:
            continue
        plain = decrypt(octets, agreement.saks)
        tally.check(plain is not None, f"at {at}: a MACsec frame does not decrypt")
        if plain is not None:
            opened.append(Frame(at, plain))
        key = octets[20:28].hex(), octets[14] & 3
        numbers[key].append(struct.unpack("!I", octets[16:20])[0])
        encrypted[key].add(bool(octets[14] & 0x08))
    has_keys = any(entry["kind"] == "macsec_sa" for entry in recording.truth["truth"])
    tally.check(bool(opened) == has_keys, f"{len(opened)} MACsec frames were opened")
    return opened, numbers, encrypted


def traffic(recording):
    return {entry["end"]: entry for entry in recording.truth["truth"]
            if entry["kind"] == "macsec_traffic"}


def verify_associations(tally, recording, agreement, numbers, encrypted):
    for entry in recording.truth["truth"]:
        if entry["kind"] != "macsec_sa":
            continue
        where = f"{entry['end']} {entry['direction']}"
        key = entry["sci"], entry["an"]
        sak = agreement.saks.get((entry["member_id"], entry["key_number"]))
        tally.check(sak == (entry["an"], bytes.fromhex(entry["sak"])),
                    f"{where}: the SAK on the wire is not the SecY's")
        count = len(numbers[key])
        tally.check(numbers[key] == list(range(1, count + 1)),
                    f"{where}: packet numbers of {key} are not 1 to {count}")
        if entry["direction"] == "receive":
            # What the peer went on sending after this end had dropped the key came to nothing.
            missed = count - entry["highest_pn"]
            tally.check(0 <= missed <= traffic(recording)[entry["end"]]["no_key"],
                        f"{where}: {count} frames seen, the SecY has {entry['highest_pn']}")
        else:
            tally.check(entry["next_pn"] == count + 1,
                        f"{where}: {count} frames seen, the SecY is at {entry['next_pn']}")
            tally.check(encrypted[key] == {entry["confidentiality"]},
                        f"{where}: confidentiality is not {entry['confidentiality']}")


def verify_inside(tally, recording, opened):
    """What tcpdump saw at the bridge's controlled port is what the protected frames hold."""
    counters = traffic(recording)
    wire = collections.Counter(frame.octets for frame in opened)
    inside = collections.Counter(frame.octets for frame in recording.inside)
    only_wire, only_inside = sum((wire - inside).values()), sum((inside - wire).values())
    bridge = counters["bridge"]
    tally.check(only_wire == bridge["no_key"], f"{only_wire} opened frames are not inside")
    tally.check(only_inside <= bridge["not_up"], f"{only_inside} inside frames are not on the wire")
    for entry in counters.values():
        tally.check(entry["bad_icv"] == 0 and entry["replayed"] == 0,
                    f"the SecY of {entry['end']} refused frames")
    ends = {entry["actor_sci"] for entry in recording.truth["truth"] if entry["kind"] == "mka_participant"}
    third = sum(entry["highest_pn"] for entry in recording.truth["truth"] if entry["kind"] == "macsec_sa"
                and (entry["end"], entry["direction"]) == ("bridge", "receive") and entry["sci"] not in ends)
    tally.check(bridge["sent"] + counters["vm"]["sent"] + third == len(opened),
                f"{len(opened)} frames opened, but the SecYs did not send as many")


def verify_macsec(tally, recording):
    agreement = KeyAgreement(tally, recording)
    verify_hellos(tally, recording, agreement)
    verify_participants(tally, recording, agreement)
    opened, numbers, encrypted = open_macsec(tally, recording, agreement)
    verify_associations(tally, recording, agreement, numbers, encrypted)
    verify_inside(tally, recording, opened)
    return opened
