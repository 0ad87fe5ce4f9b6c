"""Part of verify_real.py: DHCPv6 and neighbour discovery, replayed and compared with the truth."""
import ipaddress
import struct

from recorded_frames import ethertype, until

UDP, ICMPV6 = 17, 58
REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE = 3, 4, 5, 6, 7, 8, 9
CLIENT_PORT = 546
IA_NA, IA_ADDRESS, STATUS, RAPID_COMMIT, IA_PD, IA_PREFIX = 3, 5, 13, 14, 25, 26
NOT_ON_LINK = 4
SOLICITATION, ADVERTISEMENT = 135, 136


def options_of(octets):
    at = 0
    while at + 4 <= len(octets):
        code, size = struct.unpack("!HH", octets[at:at + 4])
        yield code, octets[at + 4:at + 4 + size]
        at += 4 + size


def leases_of(options):
    """(address or prefix as text, preferred, valid) of each lease in each association."""
    for code, value in options:
        if code not in (IA_NA, IA_PD):
            continue
        for inner, lease in options_of(value[12:]):
            if inner == IA_ADDRESS:
                yield (str(ipaddress.IPv6Address(lease[:16])),
                       *struct.unpack("!II", lease[16:24]))
            elif inner == IA_PREFIX:
                prefix = ipaddress.IPv6Address(lease[9:25])
                yield (f"{prefix}/{lease[8]}", *struct.unpack("!II", lease[:8]))


def dhcp6_messages(frames, vm_mac):
    """Time, kind and options of what the VM sent as a client, and of what it was sent."""
    for at, octets in frames:
        if ethertype(octets) != 0x86DD or octets[20] != UDP:
            continue
        source, destination = struct.unpack("!HH", octets[54:58])
        is_own = octets[6:12] == vm_mac and source == CLIENT_PORT
        if is_own or (octets[:6] == vm_mac and destination == CLIENT_PORT):
            end = 54 + struct.unpack("!H", octets[58:60])[0]
            yield at, octets[62], list(options_of(octets[66:end]))


def replay_dhcp6(frames, vm_mac):
    """Address or prefix -> (valid life time, time of the reply), and what was declined."""
    bindings, declined, asked = {}, set(), None
    for at, kind, options in dhcp6_messages(frames, vm_mac):
        if kind in (RELEASE, DECLINE):
            for address, _, _ in leases_of(options):
                bindings.pop(address, None)
                if kind == DECLINE:
                    declined.add(address)
        if kind != REPLY:
            asked = kind
            continue
        status = next((struct.unpack("!H", value[:2])[0] for code, value in options
                       if code == STATUS), 0)
        if asked == CONFIRM and status == NOT_ON_LINK:
            bindings = {known: lease for known, lease in bindings.items() if "/" in known}
        is_rapid = any(code == RAPID_COMMIT for code, _ in options)
        if asked in (REQUEST, RENEW, REBIND) or is_rapid:
            bindings.update((address, (valid, at)) for address, _, valid in leases_of(options))
    return bindings, declined


def verify_dhcp6(tally, recording, vm_mac):
    for entry in recording.truth["truth"]:
        if not entry["kind"].startswith("dhcp6_"):
            continue
        bindings, declined = replay_dhcp6(until(recording.frames, entry["at"]), vm_mac)
        address = entry["address"]
        where = f"at {entry['at']}: {entry['source']} says {entry.get('event', '')} {address}"
        valid, given_at = bindings.get(address, (None, 0))
        if entry["kind"] == "dhcp6_binding" and entry["present"]:
            tally.check(valid and abs(given_at + valid - entry["expires_at"]) < 1.5,
                        f"{where} until {entry['expires_at']}; {valid} s given at {given_at}")
        elif entry["kind"] == "dhcp6_binding":
            tally.check(valid is None, f"{where} is gone")
        elif entry["event"] == "bound":
            # After a restart the client counts down what it had kept.
            tally.check(valid is not None and valid <= entry["valid_s"], f"{where}, not {valid}")
        elif entry["event"] == "declined":
            recorded = replay_dhcp6(recording.frames, vm_mac)[1]
            tally.check(address in declined | recorded, f"{where}, but nothing was declined")


def neighbour_messages(frames):
    for _, octets in frames:
        if ethertype(octets) == 0x86DD and octets[20] == ICMPV6 and len(octets) >= 78 and \
                octets[54] in (SOLICITATION, ADVERTISEMENT):
            is_probe = octets[54] == SOLICITATION and not any(octets[22:38])
            yield octets[6:12], octets[54], is_probe, str(ipaddress.IPv6Address(octets[62:78]))


def replay_neighbours(frames, vm_mac):
    """Addresses that the VM has probed for: True until another has said that it has it."""
    addresses = {}
    for source, kind, is_probe, target in neighbour_messages(frames):
        if source == vm_mac and is_probe:
            addresses[target] = True
        elif source != vm_mac and kind == ADVERTISEMENT and target in addresses:
            addresses[target] = False
    return addresses


def verify_neighbours(tally, recording, vm_mac):
    for entry in recording.truth["truth"]:
        if entry["kind"] != "nd_address":
            continue
        addresses = replay_neighbours(until(recording.frames, entry["at"]), vm_mac)
        tally.check(addresses.get(entry["address"]) == entry["valid"],
                    f"at {entry['at']}: {entry['source']} says {entry['address']} is "
                    f"{'valid' if entry['valid'] else 'a duplicate'}")
