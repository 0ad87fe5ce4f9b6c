#!/usr/bin/python3
"""Writes a recording's truth to stdout: truth_writer.py NAME WORK_FOLDER PROGRAM... (for testbed.sh).

Truth is only ever a program's own word (hostapd_cli, wpa_cli, bridge mdb, dnsmasq's lease file,
udhcpc's events, the SecY logs); nothing here looks into the capture but for the time of its first
frame.
"""
import datetime
import json
import pathlib
import re
import struct
import subprocess
import sys

VM_MAC = "52:54:00:c7:3e:ce"
BRIDGE_MAC = "52:54:00:00:00:01"
VM_PORT = ("p1", "ms0")
END = {"edge": "bridge", "vm": "vm"}


class Clock:
    """Turns the programs' times of day into seconds since the capture's first frame."""

    def __init__(self, capture):
        with open(capture, "rb") as file:
            header = file.read(40)
        order = "<" if header[:4] == b"\xd4\xc3\xb2\xa1" else ">"
        seconds, microseconds = struct.unpack(order + "II", header[24:32])
        self.first = seconds + microseconds / 1e6

    def at(self, time):
        return round(float(time) - self.first, 6)


def pairs(text):
    """The KEY=VALUE lines of hostapd_cli and wpa_cli."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def given(word):
    """None for the words that say there is nothing."""
    return word if word not in (None, "", "N/A", "0.0.0.0") else None


def counted(values, name):
    """A count of hostapd's, None when its station has no 802.1X any more."""
    return int(values[name]) if name in values else None


def read_station(text, state):
    """Each station, and each that was there and is gone."""
    gone = set(state)
    for block in re.split(r"(?m)^(?=(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$)", text):
        values = pairs(block)
        if "flags" not in values:
            continue
        mac = block.split("\n", 1)[0]
        state[mac] = True
        gone.discard(mac)
        method = re.search(r"\((.*)\)", values.get("last_eap_type_sta", ""))
        yield dict(kind="dot1x_session", mac=mac, authorized="[AUTHORIZED]" in values["flags"],
                   identity=given(values.get("dot1xAuthSessionUserName")),
                   method=method.group(1) if method else None,
                   successes=counted(values, "dot1xAuthBackendAuthSuccesses"),
                   failures=counted(values, "dot1xAuthBackendAuthFails"),
                   logoffs=counted(values, "dot1xAuthEapolLogoffFramesRx"))
    for mac in sorted(gone):
        del state[mac]
        yield dict(kind="dot1x_session", mac=mac, authorized=False, identity=None, method=None,
                   successes=None, failures=None, logoffs=None)


def read_supplicant(text, _state):
    values = pairs(text)
    yield dict(kind="dot1x_supplicant", mac=VM_MAC, pae_state=values.get("Supplicant PAE state"),
               port_status=values.get("suppPortStatus"), eap_state=values.get("EAP state"))


def read_second_supplicant(text, state):
    for entry in read_supplicant(text, state):
        yield dict(entry, mac="52:54:00:c7:3e:cf")


def read_kay(text, _state):
    values = pairs(text)
    yield dict(kind="mka_participant", is_key_server=values["is_key_server"] == "Yes",
               secured=values["Secured"] == "Yes", actor_sci=sci_text(values["actor_sci"]),
               key_server_sci=sci_text(values["key_server_sci"]),
               actor_priority=int(values["Actor Priority"]),
               key_server_priority=int(values["Key Server Priority"]), ckn=values["ckn"],
               member_id=values["mi"], message_number=int(values["mn"]),
               live_peers=int(values["live_peers"]))


def sci_text(word):
    """52:54:00:00:00:01@1, as wpa_cli says it, in the 16 hex digits of the wire."""
    address, port = word.split("@")
    return address.replace(":", "") + f"{int(port):04x}"


def read_lease(text, state):
    """A binding that is new or changed, and one that is gone."""
    now = {}
    for line in text.splitlines():
        expires, mac, address = line.split()[:3]
        if mac == VM_MAC:
            now[address] = int(expires)
    for address in [known for known in state if known not in now]:
        del state[address]
        yield dict(kind="dhcp_binding", mac=VM_MAC, address=address, present=False)
    for address, expires in now.items():
        state[address] = expires
        yield dict(kind="dhcp_binding", mac=VM_MAC, address=address, present=True, expires=expires)


def read_declined(text, _state):
    for address, mac in re.findall(r"DHCPDECLINE\(\S+\) (\S+) (\S+)", text):
        yield dict(kind="dhcp_declined", mac=mac, address=address)


def read_mdb(text, state):
    """Memberships of the VM's port that are new or changed, and those that are gone."""
    now = {}
    for bridge in json.loads(text):
        for entry in bridge.get("mdb", []):
            # An IGMPv2 bridge says nothing of filters: any source is EXCLUDE of none.
            mode, listed = entry.get("filter_mode", "exclude"), entry.get("source_list", [])
            if entry["port"] in VM_PORT and "src" not in entry:
                now[entry["grp"]] = (mode, sorted(filter_sources(mode, listed)))
    for group in [known for known in state if known not in now]:
        del state[group]
        yield dict(kind="multicast_membership", mac=VM_MAC, group=group, present=False)
    for group, (mode, sources) in sorted(now.items()):
        if state.get(group) != (mode, sources):
            state[group] = (mode, sources)
            yield dict(kind="multicast_membership", mac=VM_MAC, group=group, present=True,
                       filter_mode=mode, sources=sources)


def filter_sources(mode, listed):
    """In EXCLUDE mode a source whose timer runs is wanted; one whose timer is zero is excluded."""
    for source in listed:
        if mode == "include" or float(source["timer"]) == 0:
            yield source["address"]


def read_lease6(text, state):
    """Leases of dhcpd's file, of which the last word on each address counts."""
    now = {}
    for block in re.findall(r"(?:iaaddr|iaprefix) (\S+) \{(.*?)\n  \}", text, re.DOTALL):
        told = re.search(r"binding state (\w+);", block[1])
        ends = re.search(r"ends epoch (\d+);", block[1])
        now[block[0]] = int(ends.group(1)) if told and told.group(1) == "active" else None
    for address, expires in now.items():
        was = state.get(address)
        state[address] = expires
        if expires is None and was is not None:
            yield dict(kind="dhcp6_binding", mac=VM_MAC, address=address, present=False)
        elif expires is not None:
            yield dict(kind="dhcp6_binding", mac=VM_MAC, address=address, present=True,
                       expires=expires)


def read_addresses(text, _state):
    """The addresses of the VM's interface; one that is still tested is nobody's yet."""
    for link in json.loads(text):
        for row in link.get("addr_info", []):
            is_valid = not row.get("dadfailed")
            if not is_valid or not row.get("tentative"):
                yield dict(kind="nd_address", mac=VM_MAC, address=row["local"], valid=is_valid)


def read_vdp(text, _state):
    """A command and the VSI that vdptool was told the bridge has taken by it."""
    words = re.findall(r"(\w+) = (\S+)", text)
    values = dict(words)
    if "mode" in values:
        yield dict(kind="vdp_vsi", mode=values["mode"], manager=values["mgrid2"],
                   type_id=int(values["typeid"]), type_version=int(values["typeidver"]),
                   vsi_id=values["uuid"],
                   filters=[value for word, value in words if word == "filter"])


def read_routers(text, _state):
    """Whether the bridge takes the VM's port for a router's."""
    ports = [port["port"] for row in json.loads(text) for one in row.get("router", {}).values()
             for port in one]
    yield dict(kind="multicast_router", mac=VM_MAC, present=any(port in VM_PORT for port in ports))


def read_querier(text, _state):
    """Whose queries the bridge goes by: its own, where no port is told."""
    state = json.loads(text)
    yield dict(kind="multicast_querier", mac=VM_MAC, address=state["address"],
               is_vm=state.get("port") in VM_PORT)


READERS = {"routers": read_routers, "querier": read_querier,
           "station": read_station, "supplicant": read_supplicant, "lease": read_lease,
           "supplicant2": read_second_supplicant,
           "declined": read_declined, "lease6": read_lease6,
           "addresses": read_addresses, "mdb": read_mdb, "kay-edge": read_kay, "kay-vm": read_kay,
           "vdp": read_vdp}


def read_witnesses(work, clock):
    states = {}
    for path in sorted((work / "witness").iterdir()):
        kind = path.suffix[1:]
        time, source, text = path.read_text().split("\n", 2)
        for entry in READERS[kind](text, states.setdefault(kind, {})):
            if kind.startswith("kay-"):
                entry["end"] = END[kind[4:]]
            if "expires" in entry:
                entry["expires_at"] = clock.at(entry.pop("expires"))
            yield dict(entry, at=clock.at(time), source=source)


def read_client_events(work, clock):
    path = work / "client.events"
    source = "dhclient event" if (work / "log" / "dhclient.log").exists() else "udhcpc event"
    for line in path.read_text().splitlines() if path.exists() else []:
        event = json.loads(line)
        if event["event"].endswith("6"):
            yield dict(kind="dhcp6_client", mac=VM_MAC, event=event["event"][:-1],
                       address=event["address"], valid_s=event["lease_s"],
                       preferred_s=event["preferred_s"], at=clock.at(event["t"]), source=source)
            continue
        yield dict(kind="dhcp_client", mac=VM_MAC, event=event["event"],
                   address=given(event["address"]), lease_s=event["lease_s"],
                   at=clock.at(event["t"]), source=source)


def key_identifier(octets):
    """The key server's member identifier, then the key number in the logging host's order."""
    number = struct.unpack("=I", bytes.fromhex(octets[24:]))[0]
    return dict(member_id=octets[:24], key_number=number)


def read_secy(work, clock):
    """Each association a SecY was given, and the packet number its data plane had reached."""
    for where, end in END.items():
        path = work / f"secy.{where}"
        if not path.exists():
            continue
        report = json.loads((work / "log" / f"dataplane.{where}").read_text().splitlines()[-1])
        own_sci, encrypt = None, None
        for call in map(json.loads, path.read_text().splitlines()):
            own_sci = call.get("sci", own_sci)
            encrypt = bool(call.get("encrypt", encrypt))
            if call["op"] not in ("add_txsa", "add_rxsa"):
                continue
            is_transmit = call["op"] == "add_txsa"
            sci = own_sci if is_transmit else call["rx_sci"]
            entry = dict(kind="macsec_sa", end=end,
                         direction="transmit" if is_transmit else "receive",
                         sci=sci, an=call["an"], sak=call["key"], **key_identifier(call["keyid"]),
                         at=clock.at(call["t"]), source="SecY log")
            if is_transmit:
                next_pn = report["transmit"].get(str(call["an"]))
                entry.update(confidentiality=encrypt, next_pn=next_pn)
            else:
                entry.update(highest_pn=report["receive"].get(f"{sci}/{call['an']}"))
            yield entry
        yield dict(kind="macsec_traffic", end=end, source="SecY data plane", **report["counters"])


def read_grants(work, _clock):
    """What the RADIUS server was told to grant, from its own user file."""
    path = work / "radius_grants"
    for line in path.read_text().splitlines() if path.exists() else []:
        number, form, value = line.split(":", 2)
        if form == "n":
            value = value.replace("|", "\0")
        yield dict(kind="radius_grant", attribute=int(number),
                   value=int(value) if form == "d" else value, source="RADIUS server's user file")


def version(*command):
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"v?\d+\.\d+(\.\d+)*", answer.stdout + answer.stderr)
    return match.group(0).lstrip("v") if match else "unknown"


# Programs whose versions are told, and the option that each has for it.
VERSION_OPTIONS = {"hostapd": "-v", "wpa_supplicant": "-v", "dnsmasq": "-v", "udhcpc": "--help",
                   "lldpad": "-v", "freeradius": "-v", "dhclient": "--version",
                   "dhcpd": "--version", "dhcrelay": "--version", "dhcpcd": "--version"}


def peers(programs):
    """The versions of those of the programs that are peers."""
    found = {"Linux": version("uname", "-r")}
    for program in programs:
        if program in VERSION_OPTIONS:
            found[program] = version(program, VERSION_OPTIONS[program])
    return found


def main():
    name, work, programs = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    clock = Clock(work / f"{name}.pcap")
    readers = (read_witnesses, read_client_events, read_secy, read_grants)
    truth = [entry for reader in readers for entry in reader(work, clock)]
    leases = {entry["address"]: entry["lease_s"]
              for entry in truth if entry["kind"] == "dhcp_client"}
    for entry in truth:
        if entry["kind"] == "dhcp_binding" and entry["present"]:
            entry["lease_s"] = leases.get(entry["address"])
    truth.sort(key=lambda entry: entry.get("at", float("inf")))
    document = dict(capture=f"{name}.pcapng", recorded=datetime.date.today().isoformat(),
                    vm_mac=VM_MAC, bridge_mac=BRIDGE_MAC, peers=peers(programs))
    if (work / "cak").exists():
        document.update(cak=f"{name}.cak", inside=f"{name}.inside.pcapng")
    if (work / "fast_leave").exists():
        document["fast_leave"] = True
    if (work / "radius_secret").exists():
        document.update(server=f"{name}.server.pcapng",
                        radius_secret=(work / "radius_secret").read_text().strip())
    if (work / "vm_cak").exists():
        document["vm_cak"] = (work / "vm_cak").read_text().strip()
    password = work / "eap_md5_password"
    if password.exists():
        document["eap_md5_password"] = password.read_text().strip()
    head = json.dumps(document, indent=2)[:-2]
    rows = ",\n".join("    " + json.dumps(entry) for entry in truth)
    print(f'{head},\n  "truth": [\n{rows}\n  ]\n}}')


if __name__ == "__main__":
    main()
