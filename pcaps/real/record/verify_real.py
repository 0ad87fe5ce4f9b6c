#!/usr/bin/python3
"""Checks recordings against their peers' truth: verify_real.py [--mutants] [CAPTURE.pcapng...].

Without captures, all of pcaps/real/. It reads frames with Scapy and python-cryptography only, none
of the project's code: an independent reader. Each capture is replayed up to the time of each truth
entry, and what the frames say by then must be what the program said. With --mutants it spoils keys,
frames and truths one at a time, and each must be noticed. Prints what failed, then "N passed, N
failed"; exit code 0 only when nothing failed and something was checked.
"""
import copy
import pathlib
import sys

try:
    from recorded_frames import Frame, Tally, ethertype, octets_of, read_recording
    from verify_dhcp6 import verify_dhcp6, verify_neighbours
    from verify_radius import verify_radius
    from verify_secure_channel import verify_macsec
    from verify_services import verify_dhcp, verify_dot1x, verify_multicast, verify_queriers
    from verify_vdp import verify_vdp
except ModuleNotFoundError as absent:
    print(f"missing {absent.name}: apt-get install python3-scapy python3-cryptography,"
          " and run this with /usr/bin/python3", file=sys.stderr)
    sys.exit(3)

KINDS = {"dot1x_session", "dot1x_supplicant", "dhcp_binding", "dhcp_client", "dhcp_declined",
         "radius_grant", "multicast_membership", "mka_participant", "macsec_sa", "macsec_traffic",
         "vdp_vsi", "multicast_router", "multicast_querier", "dhcp6_binding", "dhcp6_client", "nd_address"}


def verify(tally, recording):
    vm_mac = octets_of(recording.truth["vm_mac"])
    tally.check(any(frame.octets[6:12] == vm_mac for frame in recording.frames),
                "the VM has sent nothing")
    if not recording.frames:
        return
    kinds = {entry["kind"] for entry in recording.truth["truth"]}
    tally.check(kinds and kinds <= KINDS, f"kinds of truth are {sorted(kinds)}")
    user_frames = verify_macsec(tally, recording) if recording.cak else recording.frames
    verify_dot1x(tally, recording)
    verify_radius(tally, recording)
    verify_dhcp(tally, recording, user_frames)
    verify_dhcp6(tally, recording, vm_mac)
    verify_neighbours(tally, recording, vm_mac)
    verify_multicast(tally, recording, user_frames)
    verify_queriers(tally, recording, user_frames)
    verify_vdp(tally, recording)


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
        other = cak[:-1] + ("0" if cak[-1] != "0" else "1")
        yield "wrong CAK", recording._replace(cak=dict(recording.cak, cak=other))
    if recording.inside:
        yield "flipped MACsec octet", spoil_octet(recording, 0x88E5, -1)
        yield "missing inside frame", recording._replace(inside=recording.inside[:-1])
    yield "flipped EAPOL octet", spoil_octet(recording, 0x888E, -1) if recording.cak else None
    yield "wrong outcome", spoil_truth(recording, "dot1x_session", "successes", 99)
    yield "wrong identity", spoil_truth(recording, "dot1x_session", "identity", "somebody")
    yield "wrong lease", spoil_truth(recording, "dhcp_binding", "lease_s", 7)
    yield "wrong expiry", spoil_truth(recording, "dhcp_binding", "expires_at", 7.0)
    yield "wrong DHCPv6 expiry", spoil_truth(recording, "dhcp6_binding", "expires_at", 7.0)
    yield "wrong DHCPv6 address", spoil_truth(recording, "dhcp6_client", "address", "fd00::7")
    yield "wrong neighbour", spoil_truth(recording, "nd_address", "address", "fd00::7")
    yield "wrong filter", spoil_truth(recording, "multicast_membership", "sources", ["192.0.2.1"])
    yield "wrong group", spoil_truth(recording, "multicast_membership", "group", "239.255.0.1")
    yield "wrong querier", spoil_truth(recording, "multicast_querier", "address", "10.0.0.77")
    yield "wrong SAK", spoil_truth(recording, "macsec_sa", "sak", "00" * 16)
    yield "wrong packet number", spoil_truth(recording, "macsec_sa", "highest_pn", 100000)
    yield "wrong key server", spoil_truth(recording, "mka_participant", "actor_priority", 77)
    yield "wrong VSI type", spoil_truth(recording, "vdp_vsi", "type_version", 9)
    yield "wrong VSI filter", spoil_truth(recording, "vdp_vsi", "filters", ["4095"])
    yield "wrong grant", spoil_truth(recording, "radius_grant", "value", "permit-all")
    if recording.server:
        truth = dict(recording.truth, radius_secret="guess")
        yield "wrong RADIUS secret", recording._replace(truth=truth)
    if "eap_md5_password" in recording.truth:
        truth = dict(recording.truth, eap_md5_password="guess")
        yield "wrong password", recording._replace(truth=truth)


def verify_mutants(tally, recording):
    unspoiled = Tally(is_quiet=True)
    verify(unspoiled, recording)
    tally.check(unspoiled.failed == 0, "fails even when nothing is spoiled")
    for what, mutant in mutants(recording):
        if mutant is None:
            continue
        quiet = Tally(is_quiet=True)
        verify(quiet, mutant)
        tally.check(quiet.failed > 0, f"the mutant '{what}' went unnoticed")


def main():
    arguments = sys.argv[1:]
    prove = verify
    if arguments[:1] == ["--mutants"]:
        prove = verify_mutants
        arguments.pop(0)
    paths = arguments
    if not paths:
        folder = pathlib.Path(__file__).resolve().parent.parent
        paths = sorted(path.with_name(path.name.replace(".truth.json", ".pcapng"))
                       for path in folder.glob("*.truth.json"))
    tally = Tally()
    for path in paths:
        tally.name = pathlib.Path(path).name
        try:
            prove(tally, read_recording(path))
        except (OSError, ValueError, KeyError) as error:
            tally.check(False, f"cannot be read: {error!r}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 0 if tally.passed and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main())
