#!/usr/bin/python3
"""Prints what a kernel bridge says of its queriers, as JSON: bridge_querier.py BRIDGE.

The state is in the link's netlink message since Linux 5.16 (IFLA_BR_MCAST_QUERIER_STATE), and iproute2 6.1
does not show it: address, port and time of the querier of each family, none where it is the bridge itself.
"""
import json
import socket
import struct
import sys

RTM_GETLINK, RTM_NEWLINK, NLM_F_REQUEST = 18, 16, 1
IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_BR_MCAST_QUERIER_STATE = 18, 2, 47
NAMES = {1: "address", 2: "port", 3: "other_timer", 5: "address6", 6: "port6", 7: "other_timer6"}


def attributes(octets):
    found = {}
    while len(octets) >= 4:
        size, kind = struct.unpack("=HH", octets[:4])
        if size < 4:
            break
        found[kind & 0x3FFF] = octets[4:size]
        octets = octets[(size + 3) & ~3:]
    return found


def main():
    index = socket.if_nametoindex(sys.argv[1])
    request = struct.pack("=IHHIIBBHiII", 32, RTM_GETLINK, NLM_F_REQUEST, 1, 0, 0, 0, 0, index, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as channel:
        channel.send(request)
        answer = channel.recv(65536)
    kind = struct.unpack("=H", answer[4:6])[0]
    if kind != RTM_NEWLINK:
        raise SystemExit("bridge_querier: no answer for %s" % sys.argv[1])
    link = attributes(answer[32:])
    bridge = attributes(attributes(link[IFLA_LINKINFO])[IFLA_INFO_DATA])
    state = {}
    for number, octets in attributes(bridge.get(IFLA_BR_MCAST_QUERIER_STATE, b"")).items():
        name = NAMES.get(number, "")
        if name.startswith("address"):
            family = socket.AF_INET if len(octets) == 4 else socket.AF_INET6
            state[name] = socket.inet_ntop(family, octets)
        elif name.startswith("port"):
            state[name] = socket.if_indextoname(struct.unpack("=I", octets)[0])
        elif name:
            state[name] = struct.unpack("=Q", octets)[0] / 100
    print(json.dumps(state))


if __name__ == "__main__":
    main()
