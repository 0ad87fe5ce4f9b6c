#!/usr/bin/python3
"""Joins multicast groups as told: multicast_host.py INTERFACE, one command a line on stdin.

    join G | leave G                    any source
    join-source G S | leave-source G S  one source of INCLUDE mode
    include G S... | exclude G S...     the whole filter at once

The kernel does the IGMP and MLD; each command is answered with "COMMAND: ok" or the kernel's
refusal. The calls are the protocol-independent ones of RFC 3678, whose numbers the socket module
does not have.
"""
import errno
import socket
import struct
import sys

JOIN_GROUP, LEAVE_GROUP = 42, 45
JOIN_SOURCE_GROUP, LEAVE_SOURCE_GROUP = 46, 47
SET_FILTER = 48
FILTER_MODE = {"exclude": 0, "include": 1}


def socket_address(address):
    """A struct sockaddr_storage that holds an IPv4 or IPv6 address."""
    if ":" in address:
        octets = socket.inet_pton(socket.AF_INET6, address)
        return struct.pack("=HHI16s", socket.AF_INET6, 0, 0, octets).ljust(128, b"\0")
    return struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(address)).ljust(128, b"\0")


def level(group):
    return socket.IPPROTO_IPV6 if ":" in group else socket.IPPROTO_IP


def call(host, interface, option, *addresses):
    """A struct group_req or group_source_req: the interface, padding, then one or two addresses."""
    request = struct.pack("=I4x", interface) + b"".join(map(socket_address, addresses))
    host.setsockopt(level(addresses[0]), option, request)


def set_filter(host, interface, mode, group, sources):
    """A struct group_filter; the kernel wants a membership before it takes a filter for it."""
    try:
        call(host, interface, JOIN_GROUP, group)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EINVAL):
            raise
    request = struct.pack("=I4x", interface) + socket_address(group)
    request += struct.pack("=II", FILTER_MODE[mode], len(sources))
    request += b"".join(map(socket_address, sources))
    host.setsockopt(level(group), SET_FILTER, request)


def obey(host, interface, verb, addresses):
    if verb in FILTER_MODE:
        set_filter(host, interface, verb, addresses[0], addresses[1:])
        return
    option = {"join": JOIN_GROUP, "leave": LEAVE_GROUP,
              "join-source": JOIN_SOURCE_GROUP, "leave-source": LEAVE_SOURCE_GROUP}[verb]
    call(host, interface, option, *addresses)


def main():
    interface = socket.if_nametoindex(sys.argv[1])
    with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ipv4_host,
          socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as ipv6_host):
        for line in sys.stdin:
            verb, *addresses = line.split()
            host = ipv6_host if ":" in addresses[0] else ipv4_host
            try:
                obey(host, interface, verb, addresses)
                print(f"{line.strip()}: ok", flush=True)
            except OSError as error:
                print(f"{line.strip()}: {error}", flush=True)


if __name__ == "__main__":
    main()
