"""Part of verify_real.py: 802.1X, DHCP, IGMP and MLD, replayed and compared with the truth."""
import hashlib
import socket
import struct

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.l2 import Ether

from recorded_frames import ethertype, octets_of, until

EAP_METHOD = {4: "MD5", 13: "TLS", 25: "PEAP"}
DHCP_ACK, DHCP_NAK, DHCP_DECLINE, DHCP_RELEASE = 5, 6, 4, 7
IGMP_V3_REPORT, IGMP_V2_REPORT, IGMP_V2_LEAVE, IGMP_V1_REPORT = 0x22, 0x16, 0x17, 0x12
MLD_V1_REPORT, MLD_V1_DONE = 131, 132
# The bridge of testbed.sh forgets a member after so long.
MEMBERSHIP_S = 12
MLD_V2_REPORT = 143
HOP_BY_HOP, ICMPV6 = 0, 58
NAK = 3


def is_about(octets, mac):
    """Sent by the supplicant, to it, or to the group that it is one of."""
    return octets[6:12] == mac or octets[:6] == mac or octets[0] & 1


def replay_dot1x(frames, mac):
    """What an onlooker knows of a session: who it says it is, and what it was told last."""
    state = dict(authorized=False, identity=None, method=None, successes=0, failures=0, logoffs=0)
    answered = None
    for _, octets in frames:
        if ethertype(octets) != 0x888E or not is_about(octets, mac):
            continue
        is_own = octets[6:12] == mac
        if octets[15] == 2 and is_own:
            state.update(authorized=False, logoffs=state["logoffs"] + 1)
        if octets[15] != 0:
            continue
        length = struct.unpack("!H", octets[20:22])[0]
        code, packet = octets[18], octets[18:18 + length]
        if code == 2 and is_own:
            # Who declined the method was not authenticated by it.
            answered = packet[1] if packet[4] != NAK else None
            if packet[4] == 1:
                state["identity"] = packet[5:].decode()
            elif packet[4] in EAP_METHOD:
                state["method"] = EAP_METHOD[packet[4]]
        # A result carries the identifier of what it answers (RFC 3748 4.2).
        elif code == 3 and packet[1] == answered:
            state.update(authorized=True, successes=state["successes"] + 1)
        elif code == 4 and packet[1] == answered:
            state.update(authorized=False, failures=state["failures"] + 1)
    return state


def is_off_the_wire(recording, entry):
    """Whether the session ended by what only the server's wire tells: its time, or a Disconnect."""
    return (recording.server is not None and not entry["authorized"] and
            entry["successes"] is None)


def verify_session(tally, entry, seen):
    where = f"at {entry['at']}: {entry['source']} says"
    for key in ("authorized", "method", "successes", "failures", "logoffs"):
        if key == "authorized" or entry[key] not in (None, "unknown"):
            tally.check(seen[key] == entry[key],
                        f"{where} {key} is {entry[key]}, the frames say {seen[key]}")
    tally.check(entry["identity"] in (seen["identity"], None),
                f"at {entry['at']}: identity {seen['identity']} is not {entry['identity']}")


def verify_dot1x(tally, recording):
    crosses = len({entry.get("mac") for entry in recording.truth["truth"]}) > 1
    for entry in recording.truth["truth"]:
        if entry["kind"] not in ("dot1x_session", "dot1x_supplicant"):
            continue
        seen = replay_dot1x(until(recording.frames, entry["at"]), octets_of(entry["mac"]))
        if entry["kind"] == "dot1x_session":
            if is_off_the_wire(recording, entry):
                tally.check(seen["authorized"], f"at {entry['at']}: EAPOL told of the end")
            else:
                verify_session(tally, entry, seen)
        # Exchanges of two that cross end well for the bridge and badly for a supplicant (HELD).
        elif recording.server is None and not (crosses and entry["pae_state"] == "HELD"):
            is_authorized = entry["port_status"] == "Authorized"
            tally.check(seen["authorized"] == is_authorized,
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
            tally.check(value == expected, f"at {at}: EAP-MD5 response is not the password's")
    tally.check(challenges, "no EAP-MD5 challenge was recorded")


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
        said = f"{entry.get('event', '')} {entry['address']}"
        where = f"at {entry['at']}: {entry['source']} says {said}"
        if entry["kind"] == "dhcp_declined":
            tally.check(entry["address"] in declined, f"{where} was declined")
        elif entry["kind"] == "dhcp_client" and entry["event"] in ("bound", "renew"):
            lease, _ = bindings.get(entry["address"], (None, None))
            tally.check(lease == entry["lease_s"], f"{where}; the lease seen is {lease}")
        elif entry["kind"] == "dhcp_client" and entry["event"] == "nak":
            tally.check(refusals > 0, f"{where}, but no NAK was seen")
        elif entry["kind"] == "dhcp_binding" and not entry["present"]:
            tally.check(entry["address"] not in bindings, f"{where} is gone")
        elif entry["kind"] == "dhcp_binding":
            lease, acknowledged = bindings.get(entry["address"], (None, 0))
            tally.check(lease == entry["lease_s"], f"{where}; the lease seen is {lease}")
            # dnsmasq counts in whole seconds.
            tally.check(abs(acknowledged + (lease or 0) - entry["expires_at"]) < 1.5,
                        f"{where} until {entry['expires_at']}; acknowledged at {acknowledged}")


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


def mld_messages(frames):
    """ICMPv6 behind a hop-by-hop header, which is what MLD always has, with its pseudo-header."""
    for at, octets in frames:
        if ethertype(octets) == 0x86DD and octets[20] == HOP_BY_HOP and octets[54] == ICMPV6:
            header = (octets[55] + 1) * 8
            end = 54 + struct.unpack("!H", octets[18:20])[0]
            message = octets[54 + header:end]
            pseudo = octets[22:54] + struct.pack("!II", len(message), ICMPV6)
            yield at, octets[6:12], message, pseudo


def group_records(message, size):
    """The records of an IGMPv3 or MLDv2 report, whose addresses have 4 or 16 octets."""
    family = socket.AF_INET if size == 4 else socket.AF_INET6
    at = 8
    for _ in range(struct.unpack("!H", message[6:8])[0]):
        kind, extra, count = struct.unpack("!BBH", message[at:at + 4])
        at += 4
        group, *sources = (socket.inet_ntop(family, message[at + size * i:at + size * (i + 1)])
                           for i in range(count + 1))
        yield kind, group, frozenset(sources)
        at += size * (count + 1) + 4 * extra


def apply_record(groups, kind, group, sources):
    """One group record of RFC 3376 or 3810, applied to the filter of the one host on the port."""
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


def replay_mld(frames, vm_mac, groups):
    for _, source, message, _ in mld_messages(frames):
        if source != vm_mac:
            continue
        if message[0] == MLD_V2_REPORT:
            for record in group_records(message, 16):
                apply_record(groups, *record)
        elif message[0] == MLD_V1_REPORT:
            groups[socket.inet_ntop(socket.AF_INET6, message[8:24])] = (True, frozenset())
        elif message[0] == MLD_V1_DONE:
            groups.pop(socket.inet_ntop(socket.AF_INET6, message[8:24]), None)


def replay_multicast(frames, vm_mac, now):
    """{group: (is EXCLUDE, sources)} at `now`; of IGMPv1, which knows no leave, without the silent."""
    groups, silent = {}, {}
    replay_mld(frames, vm_mac, groups)
    for at, source, message in igmp_messages(frames):
        if source != vm_mac:
            continue
        if message[0] in (IGMP_V1_REPORT, IGMP_V2_REPORT):
            groups[socket.inet_ntoa(message[4:8])] = (True, frozenset())
            if message[0] == IGMP_V1_REPORT:
                silent[socket.inet_ntoa(message[4:8])] = at + MEMBERSHIP_S
        elif message[0] == IGMP_V2_LEAVE:
            groups.pop(socket.inet_ntoa(message[4:8]), None)
        elif message[0] == IGMP_V3_REPORT:
            for record in group_records(message, 4):
                apply_record(groups, *record)
    return {group: kept for group, kept in groups.items() if silent.get(group, now) >= now}


def general_queries(frames):
    """(instant, MAC, address, how long it counts as present) of each IGMPv3 general query."""
    for at, octets in frames:
        if ethertype(octets) != 0x0800 or octets[23] != 2:
            continue
        header = (octets[14] & 15) * 4
        message = octets[14 + header:14 + struct.unpack("!H", octets[16:18])[0]]
        if len(message) >= 12 and message[0] == 0x11 and not any(message[4:8]):
            yield at, octets[6:12], octets[26:30], (message[8] & 7) * message[9] + message[1] / 20


def verify_queriers(tally, recording, frames):
    """The lowest address that was heard and still counts is the querier (RFC 3376 6.6.2)."""
    vm_mac = octets_of(recording.truth["vm_mac"])
    for entry in recording.truth["truth"]:
        if entry["kind"] not in ("multicast_router", "multicast_querier"):
            continue
        lasting = [query for query in general_queries(until(frames, entry["at"]))
                   if query[0] + query[3] > entry["at"] and any(query[2])]
        lowest = min((query[2], query[1]) for query in lasting)
        is_vm = lowest[1] == vm_mac
        where = f"at {entry['at']}: {entry['source']}"
        if entry["kind"] == "multicast_router":
            tally.check(entry["present"] == is_vm, f"{where}, router port; the VM asks: {is_vm}")
        else:
            tally.check((entry["is_vm"], entry["address"]) == (is_vm, socket.inet_ntoa(lowest[0])),
                        f"{where}, querier {entry['address']}; seen {lowest}")


def verify_multicast(tally, recording, user_frames):
    vm_mac = octets_of(recording.truth["vm_mac"])
    present, last = set(), None
    for entry in recording.truth["truth"]:
        if entry["kind"] != "multicast_membership":
            continue
        last = entry["at"]
        groups = replay_multicast(until(user_frames, last), vm_mac, last)
        seen = groups.get(entry["group"])
        expected = None
        present.discard(entry["group"])
        if entry["present"]:
            present.add(entry["group"])
            expected = (entry["filter_mode"] == "exclude", frozenset(entry["sources"]))
        tally.check(seen == expected,
                    f"at {last}: {entry['group']} is {seen}, {entry['source']} says {expected}")
    if last is None:
        return
    tally.check(set(replay_multicast(user_frames, vm_mac, last)) == present,
                f"the groups at the end are not {sorted(present)}")
    for at, _, message in igmp_messages(user_frames):
        tally.check(internet_checksum(message) == 0, f"at {at}: IGMP checksum is wrong")
    for at, _, message, pseudo in mld_messages(user_frames):
        tally.check(internet_checksum(pseudo + message) == 0, f"at {at}: MLD checksum is wrong")
