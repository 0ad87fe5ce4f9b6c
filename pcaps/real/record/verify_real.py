#!/usr/bin/python3
"""Checks recordings against the truth that their peers told: verify_real.py [--mutants] [CAPTURE.pcapng...].

Without captures, all of pcaps/real/. It reads frames with Scapy and python-cryptography only, none of the project's code:
an independent reader. Each capture is replayed up to the time of each truth entry, and what the frames say by then
must be what the program said. With --mutants it spoils keys, frames and truths one at a time, and each must be noticed.
Prints what failed, then "N passed, N failed"; exit code 0 only when nothing failed and something was checked.
"""
import collections
import copy
import hashlib
import json
import pathlib
import socket
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.l2 import Ether
from scapy.utils import rdpcap

ICV_SIZE = 16
HELLO_GAP_MAX = 2.6  # MKA hello time is 2 s; the rest is a loaded machine
EAP_METHOD = {4: "MD5", 13: "TLS", 25: "PEAP"}
DHCP_ACK, DHCP_NAK, DHCP_DECLINE, DHCP_RELEASE = 5, 6, 4, 7
IGMP_V3_REPORT, IGMP_V2_REPORT, IGMP_V2_LEAVE = 0x22, 0x16, 0x17

Frame = collections.namedtuple("Frame", "at octets")
Recording = collections.namedtuple("Recording", "name truth frames cak inside")


class Tally:
    """Counts checks and prints the ones that fail."""

    def __init__(self, is_quiet=False):
        self.passed = self.failed = 0
        self.is_quiet = is_quiet

    def check(self, name, holds, statement):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if not self.is_quiet:
            print(f"FAIL {name}: {statement}")


def read_frames(path):
    packets = rdpcap(str(path))
    first = packets[0].time
    return [Frame(float(packet.time - first), packet.original) for packet in packets]


def read_recording(path):
    path = pathlib.Path(path)
    name = path.name.removesuffix(".pcapng")
    truth = json.loads(path.with_name(name + ".truth.json").read_text())
    cak = inside = None
    if "cak" in truth:
        cak = dict(line.split() for line in path.with_name(truth["cak"]).read_text().splitlines())
        inside = read_frames(path.with_name(truth["inside"]))
    return Recording(name, truth, read_frames(path), cak, inside)


def octets_of(mac):
    return bytes.fromhex(mac.replace(":", ""))


def ethertype(octets):
    return struct.unpack("!H", octets[12:14])[0]


def until(frames, time):
    return [frame for frame in frames if frame.at <= time]


# 802.1X ---------------------------------------------------------------------------------------------------------


def replay_dot1x(frames, vm_mac):
    """What an onlooker knows of the VM's session: who it says it is, and what it was told last."""
    state = dict(authorized=False, identity=None, method=None, successes=0, failures=0, logoffs=0)
    for _, octets in frames:
        if ethertype(octets) != 0x888E:
            continue
        if octets[15] == 2 and octets[6:12] == vm_mac:
            state.update(authorized=False, logoffs=state["logoffs"] + 1)
        if octets[15] != 0:
            continue
        length = struct.unpack("!H", octets[20:22])[0]
        code, packet = octets[18], octets[18:18 + length]
        if code == 2 and packet[4] == 1:
            state["identity"] = packet[5:].decode()
        elif code == 2 and packet[4] in EAP_METHOD:
            state["method"] = EAP_METHOD[packet[4]]
        elif code == 3:
            state.update(authorized=True, successes=state["successes"] + 1)
        elif code == 4:
            state.update(authorized=False, failures=state["failures"] + 1)
    return state


def verify_dot1x(tally, recording):
    vm_mac = octets_of(recording.truth["vm_mac"])
    for entry in recording.truth["truth"]:
        seen = replay_dot1x(until(recording.frames, entry.get("at", 0)), vm_mac)
        if entry["kind"] == "dot1x_session":
            for key in ("authorized", "method", "successes", "failures", "logoffs"):
                tally.check(recording.name, seen[key] == entry[key],
                            f"at {entry['at']}: {key} is {seen[key]}, {entry['source']} says {entry[key]}")
            tally.check(recording.name, entry["identity"] in (seen["identity"], None),
                        f"at {entry['at']}: identity {seen['identity']} is not {entry['identity']}")
        elif entry["kind"] == "dot1x_supplicant":
            is_authorized = entry["port_status"] == "Authorized"
            tally.check(recording.name, seen["authorized"] == is_authorized,
                        f"at {entry['at']}: the supplicant's port is {entry['port_status']}")
    if "eap_md5_password" in recording.truth:
        verify_md5_responses(tally, recording)


def verify_md5_responses(tally, recording):
    """Each response is the digest of identifier, password and challenge (RFC 1994)."""
    password = recording.truth["eap_md5_password"].encode()
    challenges = {}
    for at, octets in recording.frames:
        if ethertype(octets) != 0x888E or octets[15] != 0 or len(octets) < 24 or octets[22] != 4:
            continue
        code, identifier, size = octets[18], octets[19:20], octets[23]
        value = octets[24:24 + size]
        if code == 1:
            challenges[identifier] = value
        elif code == 2:
            expected = hashlib.md5(identifier + password + challenges.get(identifier, b"")).digest()
            tally.check(recording.name, value == expected, f"at {at}: EAP-MD5 response is not the password's")
    tally.check(recording.name, challenges, "no EAP-MD5 challenge was recorded")


# DHCP -----------------------------------------------------------------------------------------------------------


def dhcp_messages(frames, vm_mac):
    for at, octets in frames:
        packet = Ether(octets)
        if DHCP in packet and packet[BOOTP].chaddr[:6] == vm_mac:
            options = {row[0]: row[1] for row in packet[DHCP].options if isinstance(row, tuple)}
            yield at, packet[BOOTP], options


def replay_dhcp(frames, vm_mac):
    """Address -> (lease, time of the acknowledgement), and the addresses declined."""
    bindings, declined, refusals = {}, [], 0
    for at, bootp, options in dhcp_messages(frames, vm_mac):
        kind = options["message-type"]
        if kind == DHCP_ACK:
            bindings[bootp.yiaddr] = (options["lease_time"], at)
        elif kind == DHCP_NAK:
            bindings.clear()
            refusals += 1
        elif kind == DHCP_RELEASE:
            bindings.pop(bootp.ciaddr, None)
        elif kind == DHCP_DECLINE:
            bindings.pop(options["requested_addr"], None)
            declined.append(options["requested_addr"])
    return bindings, declined, refusals


def verify_dhcp(tally, recording, user_frames):
    vm_mac = octets_of(recording.truth["vm_mac"])
    for entry in recording.truth["truth"]:
        if not entry["kind"].startswith("dhcp_"):
            continue
        bindings, declined, refusals = replay_dhcp(until(user_frames, entry["at"]), vm_mac)
        where = f"at {entry['at']}: {entry['source']} says {entry.get('event', '')} {entry['address']}"
        if entry["kind"] == "dhcp_declined":
            tally.check(recording.name, entry["address"] in declined, f"{where} was declined")
        elif entry["kind"] == "dhcp_client" and entry["event"] in ("bound", "renew"):
            lease, _ = bindings.get(entry["address"], (None, None))
            tally.check(recording.name, lease == entry["lease_s"], f"{where}; the lease seen is {lease}")
        elif entry["kind"] == "dhcp_client" and entry["event"] == "nak":
            tally.check(recording.name, refusals > 0, f"{where}, but no NAK was seen")
        elif entry["kind"] == "dhcp_binding" and not entry["present"]:
            tally.check(recording.name, entry["address"] not in bindings, f"{where} is gone")
        elif entry["kind"] == "dhcp_binding":
            lease, acknowledged = bindings.get(entry["address"], (None, 0))
            tally.check(recording.name, lease == entry["lease_s"], f"{where}; the lease seen is {lease}")
            # dnsmasq counts in whole seconds.
            tally.check(recording.name, abs(acknowledged + (lease or 0) - entry["expires_at"]) < 1.5,
                        f"{where} until {entry['expires_at']}; acknowledged at {acknowledged}")


# IGMP -----------------------------------------------------------------------------------------------------------


def internet_checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def igmp_messages(frames):
    for at, octets in frames:
        if ethertype(octets) == 0x0800 and octets[23] == 2:
            header = (octets[14] & 15) * 4
            length = struct.unpack("!H", octets[16:18])[0]
            yield at, octets[6:12], octets[14 + header:14 + length]


def apply_record(groups, kind, group, sources):
    """One group record of RFC 3376; the host's filter, which is all there is with one host on the port."""
    is_exclude, listed = groups.get(group, (False, frozenset()))
    if kind in (1, 3):
        groups[group] = (False, sources)
    elif kind in (2, 4):
        groups[group] = (True, sources)
    elif kind == 5:
        groups[group] = (is_exclude, listed - sources if is_exclude else listed | sources)
    elif kind == 6:
        groups[group] = (is_exclude, listed | sources if is_exclude else listed - sources)
    if groups.get(group) == (False, frozenset()):
        del groups[group]


def replay_igmp(frames, vm_mac):
    groups = {}
    for _, source, message in igmp_messages(frames):
        if source != vm_mac:
            continue
        if message[0] == IGMP_V2_REPORT:
            groups[socket.inet_ntoa(message[4:8])] = (True, frozenset())
        elif message[0] == IGMP_V2_LEAVE:
            groups.pop(socket.inet_ntoa(message[4:8]), None)
        elif message[0] == IGMP_V3_REPORT:
            at = 8
            for _ in range(struct.unpack("!H", message[6:8])[0]):
                kind, extra, count = struct.unpack("!BBH", message[at:at + 4])
                listed = [message[at + 8 + 4 * i:at + 12 + 4 * i] for i in range(count)]
                apply_record(groups, kind, socket.inet_ntoa(message[at + 4:at + 8]),
                             frozenset(map(socket.inet_ntoa, listed)))
                at += 8 + 4 * count + 4 * extra
    return groups


def verify_igmp(tally, recording, user_frames):
    vm_mac = octets_of(recording.truth["vm_mac"])
    present, last = set(), None
    for entry in recording.truth["truth"]:
        if entry["kind"] != "multicast_membership":
            continue
        last = entry["at"]
        groups = replay_igmp(until(user_frames, last), vm_mac)
        seen = groups.get(entry["group"])
        expected = None
        present.discard(entry["group"])
        if entry["present"]:
            present.add(entry["group"])
            expected = (entry["filter_mode"] == "exclude", frozenset(entry["sources"]))
        tally.check(recording.name, seen == expected,
                    f"at {last}: {entry['group']} is {seen}, {entry['source']} says {expected}")
    if last is None:
        return
    tally.check(recording.name, set(replay_igmp(user_frames, vm_mac)) == present,
                f"the groups at the end are not {sorted(present)}")
    for at, _, message in igmp_messages(user_frames):
        tally.check(recording.name, internet_checksum(message) == 0, f"at {at}: IGMP checksum is wrong")


# MKA and MACsec -------------------------------------------------------------------------------------------------


def cmac(key, message):
    context = CMAC(algorithms.AES(key))
    context.update(message)
    return context.finalize()


def derive(cak, label, ckn):
    """The key derivation function of IEEE 802.1X-2010 6.2.1; a derived key is as long as the CAK."""
    bits = len(cak) * 8
    context = ckn[:16].ljust(16, b"\0") + struct.pack("!H", bits)
    blocks = [cmac(cak, bytes([i]) + label + b"\0" + context) for i in range(1, bits // 128 + 1)]
    return b"".join(blocks)


class KeyAgreement:
    """All that the MKPDUs of a capture say, with the CAK known."""

    def __init__(self, tally, recording):
        self.tally, self.name = tally, recording.name
        self.ckn, cak = bytes.fromhex(recording.cak["ckn"]), bytes.fromhex(recording.cak["cak"])
        self.kek = derive(cak, b"IEEE8021 KEK", self.ckn)
        self.ick = derive(cak, b"IEEE8021 ICK", self.ckn)
        self.hellos = []  # (at, basic parameters)
        self.saks = {}  # (key server's member identifier, key number) -> (an, sak)
        for at, octets in recording.frames:
            if ethertype(octets) == 0x888E and octets[15] == 5:
                self.read(at, octets)

    def read(self, at, octets):
        length = struct.unpack("!H", octets[16:18])[0]
        pdu = octets[:18 + length]
        self.tally.check(self.name, cmac(self.ick, pdu[:-ICV_SIZE]) == pdu[-ICV_SIZE:],
                         f"at {at}: the MKPDU's ICV is wrong")
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

    def read_basic(self, at, head, body):
        basic = dict(priority=head[1], is_key_server=bool(head[2] & 0x80), sci=body[:8].hex(),
                     member_id=body[8:20].hex(), message_number=struct.unpack("!I", body[20:24])[0])
        self.tally.check(self.name, body[28:] == self.ckn, f"at {at}: the MKPDU names another CKN")
        self.hellos.append((at, basic))
        return basic

    def read_distributed(self, at, basic, an, body):
        number = struct.unpack("!I", body[:4])[0]
        try:
            sak = aes_key_unwrap(self.kek, body[4:])
        except InvalidUnwrap:
            self.tally.check(self.name, False, f"at {at}: the SAK does not unwrap")
            return
        self.saks[basic["member_id"], number] = (an, sak)


def verify_hellos(tally, recording, agreement):
    times = collections.defaultdict(list)
    for at, basic in agreement.hellos:
        times[basic["sci"]].append(at)
    tally.check(recording.name, len(times) == 2, f"MKPDUs come from {sorted(times)}, not from two ends")
    for sci, at in times.items():
        at.append(recording.frames[-1].at)
        gap = max(after - before for before, after in zip(at, at[1:]))
        tally.check(recording.name, gap <= HELLO_GAP_MAX, f"{sci} says nothing for {gap:.1f} s")


def verify_participants(tally, recording, agreement):
    for entry in recording.truth["truth"]:
        if entry["kind"] != "mka_participant":
            continue
        said = [basic for at, basic in agreement.hellos
                if at <= entry["at"] and basic["sci"] == entry["actor_sci"]]
        where = f"at {entry['at']}: {entry['end']}"
        tally.check(recording.name, said, f"{where} has sent no MKPDU")
        for key, told in (("member_id", "member_id"), ("message_number", "message_number"),
                          ("is_key_server", "is_key_server"), ("priority", "actor_priority")):
            seen = said[-1][key] if said else None
            tally.check(recording.name, seen == entry[told], f"{where}: {key} is {seen}, not {entry[told]}")


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
    """Every protected frame opened; returns what the users said, and the packet numbers of each association."""
    opened, numbers, encrypted = [], collections.defaultdict(list), collections.defaultdict(set)
    for at, octets in recording.frames:
        if ethertype(octets) != 0x88E5:
            continue
        plain = decrypt(octets, agreement.saks)
        tally.check(recording.name, plain is not None, f"at {at}: a MACsec frame does not decrypt")
        if plain is not None:
            opened.append(Frame(at, plain))
        key = octets[20:28].hex(), octets[14] & 3
        numbers[key].append(struct.unpack("!I", octets[16:20])[0])
        encrypted[key].add(bool(octets[14] & 0x08))
    tally.check(recording.name, opened, "no MACsec frame was opened")
    return opened, numbers, encrypted


def verify_associations(tally, recording, agreement, numbers, encrypted):
    for entry in recording.truth["truth"]:
        if entry["kind"] != "macsec_sa":
            continue
        where = f"{entry['end']} {entry['direction']}"
        key = entry["sci"], entry["an"]
        sak = agreement.saks.get((entry["member_id"], entry["key_number"]))
        tally.check(recording.name, sak == (entry["an"], bytes.fromhex(entry["sak"])),
                    f"{where}: the SAK on the wire is not the SecY's")
        count = len(numbers[key])
        tally.check(recording.name, numbers[key] == list(range(1, count + 1)),
                    f"{where}: packet numbers of {key} are not 1 to {count}")
        reached = entry["highest_pn"] if entry["direction"] == "receive" else entry["next_pn"] - 1
        tally.check(recording.name, reached == count, f"{where}: {count} frames seen, the SecY says {reached}")
        if entry["direction"] == "transmit":
            tally.check(recording.name, encrypted[key] == {entry["confidentiality"]},
                        f"{where}: confidentiality is {encrypted[key]}, not {entry['confidentiality']}")


def verify_inside(tally, recording, opened):
    """What tcpdump saw at the bridge's controlled port is what the protected frames hold."""
    counters = {entry["end"]: entry for entry in recording.truth["truth"] if entry["kind"] == "macsec_traffic"}
    wire = collections.Counter(frame.octets for frame in opened)
    inside = collections.Counter(frame.octets for frame in recording.inside)
    only_wire, only_inside = sum((wire - inside).values()), sum((inside - wire).values())
    bridge = counters["bridge"]
    tally.check(recording.name, only_wire == bridge["no_key"], f"{only_wire} opened frames are not in the inside capture")
    tally.check(recording.name, only_inside <= bridge["not_up"], f"{only_inside} inside frames are not on the wire")
    for entry in counters.values():
        tally.check(recording.name, entry["bad_icv"] == 0 and entry["replayed"] == 0,
                    f"the SecY of {entry['end']} refused frames")
    tally.check(recording.name, bridge["sent"] + counters["vm"]["sent"] == len(opened),
                f"{len(opened)} frames opened, but both SecYs did not send as many")


def verify_macsec(tally, recording):
    agreement = KeyAgreement(tally, recording)
    verify_hellos(tally, recording, agreement)
    verify_participants(tally, recording, agreement)
    opened, numbers, encrypted = open_macsec(tally, recording, agreement)
    verify_associations(tally, recording, agreement, numbers, encrypted)
    verify_inside(tally, recording, opened)
    return opened


# All ------------------------------------------------------------------------------------------------------------

KINDS = {"dot1x_session", "dot1x_supplicant", "dhcp_binding", "dhcp_client", "dhcp_declined",
         "multicast_membership", "mka_participant", "macsec_sa", "macsec_traffic"}


def verify(tally, recording):
    vm_mac = octets_of(recording.truth["vm_mac"])
    tally.check(recording.name, any(frame.octets[6:12] == vm_mac for frame in recording.frames),
                "the VM has sent nothing")
    kinds = {entry["kind"] for entry in recording.truth["truth"]}
    tally.check(recording.name, kinds and kinds <= KINDS, f"kinds of truth are {sorted(kinds)}")
    user_frames = verify_macsec(tally, recording) if recording.cak else recording.frames
    verify_dot1x(tally, recording)
    verify_dhcp(tally, recording, user_frames)
    verify_igmp(tally, recording, user_frames)


def spoil_octet(recording, wanted, index):
    """The recording with one octet of the last frame of that EtherType flipped."""
    frames = list(recording.frames)
    for i in reversed(range(len(frames))):
        if ethertype(frames[i].octets) == wanted:
            octets = bytearray(frames[i].octets)
            octets[index] ^= 1
            frames[i] = Frame(frames[i].at, bytes(octets))
            return recording._replace(frames=frames)
    return None


def spoil_truth(recording, kind, key, value):
    """The recording with one word of its truth turned into a lie."""
    truth = copy.deepcopy(recording.truth)
    for entry in truth["truth"]:
        if entry["kind"] == kind and entry.get(key) is not None:
            entry[key] = value
            return recording._replace(truth=truth)
    return None


def mutants(recording):
    if recording.cak:
        cak = recording.cak["cak"]
        yield "wrong CAK", recording._replace(cak=dict(recording.cak, cak=cak[:-1] + ("0" if cak[-1] != "0" else "1")))
        yield "flipped MACsec octet", spoil_octet(recording, 0x88E5, -1)
        yield "missing inside frame", recording._replace(inside=recording.inside[:-1])
    yield "flipped EAPOL octet", spoil_octet(recording, 0x888E, -1) if recording.cak else None
    yield "wrong outcome", spoil_truth(recording, "dot1x_session", "successes", 99)
    yield "wrong identity", spoil_truth(recording, "dot1x_session", "identity", "somebody")
    yield "wrong lease", spoil_truth(recording, "dhcp_binding", "lease_s", 7)
    yield "wrong expiry", spoil_truth(recording, "dhcp_binding", "expires_at", 7.0)
    yield "wrong filter", spoil_truth(recording, "multicast_membership", "sources", ["192.0.2.1"])
    yield "wrong group", spoil_truth(recording, "multicast_membership", "group", "239.255.0.1")
    yield "wrong SAK", spoil_truth(recording, "macsec_sa", "sak", "00" * 16)
    yield "wrong packet number", spoil_truth(recording, "macsec_sa", "highest_pn", 100000)
    yield "wrong key server", spoil_truth(recording, "mka_participant", "actor_priority", 77)
    if "eap_md5_password" in recording.truth:
        yield "wrong password", recording._replace(truth=dict(recording.truth, eap_md5_password="guess"))


def verify_mutants(tally, recording):
    for what, mutant in mutants(recording):
        if mutant is None:
            continue
        quiet = Tally(is_quiet=True)
        verify(quiet, mutant)
        tally.check(recording.name, quiet.failed > 0, f"the mutant '{what}' went unnoticed")


def main():
    arguments = sys.argv[1:]
    prove = verify_mutants if "--mutants" in arguments else verify
    paths = [path for path in arguments if not path.startswith("--")]
    if not paths:
        folder = pathlib.Path(__file__).resolve().parent.parent
        paths = sorted(str(path).replace(".truth.json", ".pcapng") for path in folder.glob("*.truth.json"))
    tally = Tally()
    for path in paths:
        try:
            prove(tally, read_recording(path))
        except (OSError, ValueError, KeyError) as error:
            tally.check(pathlib.Path(path).name, False, f"cannot be read: {error!r}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 0 if tally.passed and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main())
