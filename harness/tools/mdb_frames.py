"""Part of mdb_random.py: IGMP and MLD frames, octet by octet from the RFCs, not by the code under test."""
import socket
import struct

IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
NAMES = ("?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK")


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def group_mac(group):
    low = packed(group)
    if len(low) == 16:
        return b"\x33\x33" + low[12:]
    return bytes([1, 0, 0x5E, low[1] & 0x7F]) + low[2:]


def with_checksum(message, pseudo=b""):
    return message[:2] + struct.pack("!H", checksum(pseudo + message)) + message[4:]


def ipv4_frame(mac, source, destination, message):
    """Hop limit 1 and the router alert option (RFC 3376 4)."""
    head = struct.pack("!BBHHHBBH4s4s4s", 0x46, 0xC0, 24 + len(message), 0, 0x4000, 1, 2, 0,
                       packed(source), packed(destination), b"\x94\x04\0\0")
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return group_mac(destination) + mac + b"\x08\0" + head + with_checksum(message)


def ipv6_frame(mac, source, destination, message):
    """Hop limit 1 and the router alert in a hop-by-hop header (RFC 3810 5)."""
    pseudo = packed(source) + packed(destination) + struct.pack("!II", len(message), 58)
    head = struct.pack("!IHBB", 6 << 28, len(message) + 8, 0, 1) + packed(source) + packed(destination)
    return (group_mac(destination) + mac + b"\x86\xdd" + head + b"\x3a\0\x05\x02\0\0\x01\0" +
            with_checksum(message, pseudo))


class Station:
    """Who sends: its MAC address, and its addresses of both families."""

    def __init__(self, number, ipv4):
        self.mac = bytes([2, 0xD1, 0, 0, number >> 8, number & 0xFF])
        self.ipv4 = ipv4
        self.ipv6 = "fe80::d1:%x" % number

    def mac_text(self):
        return ":".join("%02x" % octet for octet in self.mac)

    def send(self, destination, message):
        if ":" in destination:
            return ipv6_frame(self.mac, self.ipv6, destination, message)
        return ipv4_frame(self.mac, self.ipv4, destination, message)

    def records(self, *records):
        """A report of the newest version: records of (change, group, sources)."""
        is_ipv6 = ":" in records[0][1]
        body = b"".join(struct.pack("!BBH", change, 0, len(sources)) + packed(group) +
                        b"".join(packed(source) for source in sources)
                        for change, group, sources in records)
        head = struct.pack("!BBHHH", 143 if is_ipv6 else 0x22, 0, 0, 0, len(records))
        return self.send("ff02::16" if is_ipv6 else "224.0.0.22", head + body)

    def report(self, group):
        """IGMPv2's or MLDv1's."""
        if ":" in group:
            return self.send(group, struct.pack("!BBHHH", 131, 0, 0, 0, 0) + packed(group))
        return self.send(group, struct.pack("!BBH", 0x16, 0, 0) + packed(group))

    def leave(self, group):
        if ":" in group:
            return self.send("ff02::2", struct.pack("!BBHHH", 132, 0, 0, 0, 0) + packed(group))
        return self.send("224.0.0.2", struct.pack("!BBH", 0x17, 0, 0) + packed(group))

    def query(self, group, sources=(), **told):
        """The newest version's: response and interval in seconds below 12.8 and 128; S flag."""
        is_ipv6 = ":" in group
        is_general = not any(packed(group))
        to = (("ff02::1" if is_ipv6 else "224.0.0.1") if is_general else group)
        response = told["response"]
        head = (struct.pack("!BBHHH", 130, 0, 0, int(response * 1000), 0) if is_ipv6
                else struct.pack("!BBH", 0x11, int(response * 10), 0))
        tail = struct.pack("!BBH", 2 | (8 if told.get("suppress") else 0), told["interval"], len(sources))
        return self.send(to, head + packed(group) + tail + b"".join(packed(one) for one in sources))
