"""Checks of the plugin: each is a function whose first line says what is proved. Called by dissector-test.sh
with the scratch folder that holds captures of runs and their key logs."""

import glob
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys

import clauses  # of harness/tools
import pdu_maker
import plain_view
import rule_cases
from tshark_run import Tshark

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["BUILD"]
BROKEN = ('_ws.malformed || _ws.short || _ws.expert.group == "Malformed" || '
          '_ws.expert.group == "Undecoded" || _ws.lua.error')

FIXTURES = os.path.join(HERE, "../../pcaps/fixtures")


class World:
    """What every check uses."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.tshark = Tshark(scratch, os.path.join(BUILD, "dimp.so"))
        self.asan = os.path.join(BUILD, "asan", "dimp.so")
        self.captures = sorted(name for name in os.listdir(scratch) if name.endswith(".pcapng"))

    def asan_tshark(self):
        """tshark with the plugin that AddressSanitizer and UBSan watch."""
        library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True,
                                 text=True, check=True).stdout.strip()
        return Tshark(self.scratch, self.asan, preload=library)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def keys(self, capture):
        return self.path(capture.replace(".pcapng", ".keys"))


def check_loaded(world):
    """tshark lists the plugin: nothing below passes for want of it."""
    assert world.tshark.is_loaded(), world.tshark.errors


def check_loaded_under_asan(world):
    """So does the tshark that AddressSanitizer watches (-G plugins would hang under it)."""
    assert "\tdimp.verdict\t" in world.asan_tshark().run("-G", "fields")


def check_links_nothing_of_ours(world):
    """The plugin has no symbol of the codec: two decoders that agree are evidence."""
    text = subprocess.run(["nm", "-D", os.path.join(BUILD, "dimp.so")], capture_output=True,
                          text=True, check=True).stdout
    ours = [line for line in text.splitlines() if re.search(r" U (dimp_|association_|record_)", line)]
    assert not ours and "proto_register_protocol" in text, ours


def check_installed(world):
    """make install-dissector puts the plugin where Wireshark looks, and the profile beside."""
    target = world.path("root")
    subprocess.run([os.path.join(HERE, "..", "install.sh"), os.path.join(BUILD, "dimp.so"), target],
                   check=True, capture_output=True)
    found = [os.path.join(folder, name) for folder, _, names in os.walk(target) for name in names]
    plugins = [path for path in found if path.endswith("/epan/dimp.so")]
    assert len(plugins) == 1 and world.tshark.release() in plugins[0], found
    assert any(path.endswith("profiles/DIMP/colorfilters") for path in found), found


LUA = """
local kinds = {{"dimp.di_type", 48, "newtype"}, {"dimp.organisation", 0x0080c2, "orgvalue"},
	{"dimp.message", 0x80aa, "newmessage"}}
for _, kind in ipairs(kinds) do
	local proto = Proto(kind[3], kind[3])
	local field = ProtoField.bytes(kind[3] .. ".octets", "Octets")
	proto.fields = {field}
	function proto.dissector(tvb, pinfo, tree)
		tree:add(proto, tvb()):add(field, tvb())
		return tvb:len()
	end
	DissectorTable.get(kind[1]):add(kind[2], proto)
end
"""


def check_tables(world):
    """Others' dissectors take DI types, organisations' values and messages that are unknown here."""
    capture, keys, script = (world.path(name) for name in ("tables.pcap", "made.keys", "tables.lua"))
    with open(script, "w", encoding="ascii") as file:
        file.write(LUA)
    pdu_maker.keylog(keys)
    messages = [rule_cases.data(pdu_maker.tlv(0x230, b"\1\1\xaa\xbb")),
                rule_cases.data(rule_cases.record(63, attributes=((1, "ccdd"),))),
                pdu_maker.tlv(0x80aa, b"\xee\xff")]
    pdu_maker.capture(capture, [pdu_maker.ethernet(pdu_maker.protected(message, number))
                                for number, message in enumerate(messages)])
    rows = world.tshark.fields(capture, "newtype.octets", "orgvalue.octets", "newmessage.octets",
                               keys=keys, more=("-X", "lua_script:" + script))
    assert rows == [["aabb", "", ""], ["", "ccdd", ""], ["", "", "eeff"]], rows


def check_cmake(world):
    """CMake's find_package(Wireshark) builds the plugin as well, and it dissects."""
    built = world.path("cmake")
    subprocess.run(["cmake", "-S", os.path.join(HERE, ".."), "-B", built,
                    "-DCMAKE_C_FLAGS=-O0"], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", built, "-j2"], check=True, capture_output=True)
    folder = world.path("by-cmake")
    os.makedirs(folder)
    tshark = Tshark(folder, os.path.join(built, "dimp.so"))
    assert tshark.is_loaded(), tshark.errors
    rows = tshark.fields(world.path("main-job.pcapng"), "dimp.kind", filtered="dimp")
    assert len(rows) > 10


def check_opened(world):
    """Every PDU of every capture is dissected, and opened with the key log."""
    for capture in world.captures:
        rows = world.tshark.fields(world.path(capture), "dimp.kind", "dimp.seal.state",
                                   "_ws.col.Protocol", keys=world.keys(capture),
                                   filtered="eth.type == 0x88b5 || udp.port == 34997")
        assert rows, capture
        if capture == "fault-corrupt.pcapng":
            continue  # what is broken there is check_sound's
        for kind, state, protocol in rows:
            assert protocol == "DIMP", (capture, protocol)
            assert state == ("1" if kind == "3" else ""), (capture, kind, state)


def check_hidden(world):
    """Without keys every payload stays sealed and the frame says so."""
    capture = world.captures[0]
    rows = world.tshark.fields(world.path(capture), "dimp.seal.state", "_ws.col.Info",
                               filtered="dimp.kind == 3")
    assert rows
    for state, info in rows:
        assert state == "0" and info.startswith("PROTECTED (no key)"), (state, info)


def check_sound(world):
    """No frame of a run is malformed, none meets a dissector bug, none breaks a rule."""
    for capture in world.captures:
        listed = world.tshark.run("-r", world.path(capture), "-V", "-Y", BROKEN,
                                  *Tshark.options(world.keys(capture), None))
        assert not listed, (capture, listed[:2000])
        rows = world.tshark.fields(world.path(capture), "frame.number", "_ws.expert.message",
                                   keys=world.keys(capture),
                                   filtered='_ws.expert.severity >= 0x600000 && dimp')
        if capture == "fault-corrupt.pcapng":
            assert rows
            rows = [row for row in rows if not re.search(
                "Seal is wrong|PDU size|reserved|Version|Padding|size of its kind|index", row[1])]
        if capture == "fault-duplicate.pcapng":
            rows = [row for row in rows if not re.search("came before|not above", row[1])]
        assert not rows, (capture, rows[:5])


def check_same_as_codec(world):
    """The plugin and the codec read the same from every opened PDU, member by member."""
    compared = 0
    for capture in world.captures:
        text = subprocess.run([os.path.join(BUILD, "dimp"), "decode", "--json", "-", "--keys",
                               world.keys(capture), world.path(capture)], capture_output=True,
                              check=False).stdout
        theirs = {item["frame"]: item for item in json.loads(text) if item["item"] == "pdu"}
        for frame, layers in world.tshark.layers(world.path(capture), keys=world.keys(capture)):
            ours = plain_view.payload(layers[0])
            if ours is None:
                continue
            expected = [{name: value for name, value in item.items()
                         if name not in ("item", "text")}
                        for item in theirs[frame]["payload"]]
            for item in expected:
                for record in item.get("records", ()):
                    if "error" in record:
                        record.pop("octets")
            assert ours == expected, (capture, frame, ours, expected)
            compared += len(ours)
    assert compared > 100, compared


def expert_items(layer):
    """The clauses of the expert items in a layer, with _ as the filter names have them."""
    found = set()
    for key, value in layer:
        if key.startswith("dimp.expert."):
            found.add(key[len("dimp.expert."):])
        if plain_view.is_tree(value):
            found |= expert_items(value)
    return found


def first_error(item):
    """The error that the codec names first in an item of dimp decode."""
    if item.get("item") == "error":
        return item["error"]
    return next((record["error"] for record in item.get("records", ()) if "error" in record),
                "NONE")


def decoded(world, *arguments):
    text = subprocess.run([os.path.join(BUILD, "dimp"), "decode", "--json", "-", *arguments],
                          capture_output=True, check=False).stdout
    return [item for item in json.loads(text) if item["item"] == "pdu"]


def told_apart(message, number):
    """A message with a chunk or a request of its own: in one capture it is to break no rule by what came
    before it."""
    at, size = {b"\0\x14": (14, 4), b"\0\6": (4, 8)}.get(message[:2], (0, 0))
    if not size or len(message) < at + size:
        return message
    return message[:at] + number.to_bytes(size, "big") + message[at + size:]


def check_right_messages(world):
    """Messages that break no rule get no expert item and the verdict NONE."""
    capture, keys = world.path("right.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdu_maker.capture(capture, [pdu_maker.ethernet(pdu_maker.protected(told_apart(message, number), number))
                                for number, (_, message) in enumerate(rule_cases.RIGHT)])
    rows = world.tshark.layers(capture, keys=keys)
    assert len(rows) == len(rule_cases.RIGHT)
    for (name, _), (_, layers) in zip(rule_cases.RIGHT, rows):
        assert not expert_items(layers[0]), (name, expert_items(layers[0]))
        verdicts = set(plain_view.find_all(layers[0], "dimp.verdict"))
        assert verdicts == {"0"}, (name, verdicts)


def check_rules(world):
    """Each rule's item comes up for octets that break it, alone, with the codec's error."""
    capture, keys = world.path("wrong.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdu_maker.capture(capture, [pdu_maker.ethernet(pdu_maker.protected(told_apart(message, number), number))
                                for number, (_, _, message) in enumerate(rule_cases.WRONG)])
    rows = world.tshark.layers(capture, keys=keys)
    codec = decoded(world, "--keys", keys, capture)
    assert len(rows) == len(codec) == len(rule_cases.WRONG), (len(rows), len(codec))
    wrong = []
    for (clause, error, _), (frame, layers), item in zip(rule_cases.WRONG, rows, codec):
        errors = [plain_view.registry.NAMES["ERROR"][int(number)]
                  for number in plain_view.find_all(layers[0], "dimp.verdict")]
        ours = next((name for name in errors if name != "NONE"), "NONE")
        theirs = first_error(item["payload"][0])
        if (expert_items(layers[0]) != {clause} or ours != (error or "NONE") or ours != theirs):
            wrong.append((frame, clause, error, expert_items(layers[0]), ours, theirs))
    assert not wrong, "\n    ".join(str(row) for row in wrong)


def check_pdu_rules(world):
    """The same for PDUs: header, sizes, seals."""
    capture, keys = world.path("pdus.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdu_maker.capture(capture, [pdu_maker.ethernet(octets) for _, octets in rule_cases.PDUS])
    rows = world.tshark.layers(capture, keys=keys)
    assert len(rows) == len(rule_cases.PDUS)
    for (clauses, _), (frame, layers) in zip(rule_cases.PDUS, rows):
        assert expert_items(layers[0]) == clauses, (frame, clauses, expert_items(layers[0]))


def check_links(world):
    """EtherType and UDP, within VLAN tags and integrity-only MACsec: the same is read."""
    capture, keys = world.path("links.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdus = [pdu_maker.protected(rule_cases.request(rule_cases.patched(
        rule_cases.REQUEST, 7, f"{number:02x}")), number) for number in range(8)]
    pdu_maker.capture(capture, [
        pdu_maker.ethernet(pdus[0]), pdu_maker.vlan(pdus[1], (0x8100, 100)),
        pdu_maker.vlan(pdus[2], (0x88a8, 7), (0x8100, 100)), pdu_maker.ipv4(pdus[3]),
        pdu_maker.ipv6(pdus[4]), pdu_maker.macsec_integrity(pdus[5]),
        pdu_maker.ethernet(pdus[6] + bytes(20)), pdu_maker.ethernet(pdus[7], 0x9999)])
    rows = world.tshark.layers(capture, keys=keys, more=("-d", "ethertype==0x9999,dimp"))
    assert len(rows) == 8, len(rows)
    for frame, layers in rows:
        view = plain_view.payload(layers[0])
        assert view and view[0]["message"] == "REQUEST", (frame, view)
        assert view[0]["vsi"].startswith("11" * 16), (frame, view)
        assert not expert_items(layers[0]), (frame, expert_items(layers[0]))
    padding = world.tshark.fields(capture, "dimp.padding", filtered="frame.number == 7")
    assert padding == [["00" * 20]], padding


def check_user_table(world):
    """Keys of the user's table open PDUs; a wrong row is refused with what was expected."""
    capture = world.path("typed.pcap")
    pdu_maker.capture(capture, [pdu_maker.ethernet(pdu_maker.protected(rule_cases.PING, 1))])
    table = 'uat:dimp_keys:"{}","{}","test"'
    right = world.tshark.run("-r", capture, "-Y", "dimp.ping", "-o",
                             table.format("0badcafe", pdu_maker.KEY.hex()))
    assert "PING" in right, right
    for index, key, said in (("0badcaf", pdu_maker.KEY.hex(), "expected 8 hex digits"),
                             ("0badcafe", "00", "expected 64 hex digits")):
        world.tshark.run("-r", capture, "-o", table.format(index, key), check=False)
        assert said in world.tshark.errors, world.tshark.errors
    with open(world.path("broken.keys"), "w", encoding="ascii") as file:
        file.write("# a comment\nMACSEC_SAK x\nDIMP_KEY 0badcafe 00\n")
    world.tshark.run("-r", capture, *Tshark.options(world.path("broken.keys"), None))
    assert "broken.keys:3: expected DIMP_KEY" in world.tshark.errors, world.tshark.errors


def read_frames(path):
    """The frames of a pcapng file that dimp run wrote (enhanced packet blocks)."""
    frames, at = [], 0
    with open(path, "rb") as file:
        octets = file.read()
    while at + 12 <= len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        if kind == 6:
            captured = struct.unpack_from("<I", octets, at + 20)[0]
            frames.append(octets[at + 28:at + 28 + captured])
        at += size
    return frames


def dimp_frames(world, name):
    return sorted({frame for frame in read_frames(world.path(name))
                   if frame[12:14] == b"\x88\xb5"})


def assert_sound(world, capture, keys):
    """Neither the plugin nor the one under ASan finds anything broken, in text and as JSON."""
    for tshark in (world.tshark, world.asan_tshark()):
        listed = tshark.run("-r", capture, "-V", "-Y", BROKEN, *Tshark.options(keys, None))
        assert not listed, listed[:2000]
        for word in ("ERROR: AddressSanitizer", "runtime error", "Dissector bug"):
            assert word not in tshark.errors, tshark.errors[-3000:]


def check_cut_frames(world):
    """Frames cut at every octet: sliced ones say how much is missing, short ones what is wrong."""
    frames = dimp_frames(world, "success-one-shot.pcapng")
    assert len(frames) > 10
    sliced = [(frame[:size], len(frame)) for frame in frames for size in range(14, len(frame))]
    short = [frame[:size] for frame in frames for size in range(14, len(frame))]
    capture, keys = world.path("cut.pcap"), world.keys("success-one-shot.pcapng")
    pdu_maker.capture(capture, sliced + short)
    assert_sound(world, capture, keys)
    rows = world.tshark.fields(capture, "frame.cap_len", "frame.len", "dimp.sliced", "dimp.size",
                               "_ws.expert.message", keys=keys)
    for captured, size, missing, told, message in rows[:len(sliced)]:
        wanted = int(told or 16)
        assert int(missing) == wanted - (int(captured) - 14), (captured, size, missing, told)
        assert not message, message
    for row in rows[len(sliced):]:
        assert "PDU size below 16" in row[4] and row[2] == "", row


def check_cut_fixtures(world):
    """Every frame of pcaps/fixtures, cut at every octet, under ASan."""
    tshark, cuts = world.asan_tshark(), 0
    for path in sorted(glob.glob(os.path.join(FIXTURES, "*.pcapng"))):
        frames = read_frames(path)
        capture, keys = world.path("cut-fixture.pcap"), world.path("cut-fixture.keys")
        shutil.copy(path.replace(".pcapng", ".keys"), keys)
        os.chmod(keys, 0o644)
        sliced = [(frame[:size], len(frame)) for frame in frames for size in range(14, len(frame))]
        cuts += len(sliced)
        pdu_maker.capture(capture, sliced)
        listed = tshark.run("-r", capture, "-V", "-Y", "dimp && (" + BROKEN + ")",
                            *Tshark.options(keys, None))
        assert not listed, (path, listed[:2000])
        for word in ("ERROR: AddressSanitizer", "runtime error", "Dissector bug"):
            assert word not in tshark.errors, tshark.errors[-3000:]
    assert cuts > 10000, cuts


def check_cut_payloads(world):
    """Payloads cut at every octet and sealed, and ones with octets changed: never malformed."""
    messages = [message for _, message in rule_cases.RIGHT]
    messages += [message for _, _, message in rule_cases.WRONG if len(message) < 300]
    dice = random.Random(4)
    payloads = [message[:size] for message in messages for size in range(len(message))]
    for _ in range(3000):
        payload = bytearray(dice.choice(messages) + dice.choice(messages))
        for _ in range(dice.randint(1, 4)):
            payload[dice.randrange(len(payload))] = dice.randrange(256)
        payloads.append(bytes(payload))
    capture, keys = world.path("payloads.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdu_maker.capture(capture, [pdu_maker.ethernet(pdu_maker.protected(payload, number))
                                for number, payload in enumerate(payloads)])
    assert_sound(world, capture, keys)
    states = world.tshark.fields(capture, "dimp.seal.state", keys=keys)
    assert states == [["1"]] * len(payloads)


def check_corrupted(world):
    """editcap -E on captures of runs: nothing is malformed, nothing overruns."""
    for capture in ("success-one-shot.pcapng", "who-has-consent.pcapng"):
        for seed in range(2):
            broken = world.path(f"broken-{seed}.pcapng")
            subprocess.run(["editcap", "-E", "0.02", "-o", "14", "--seed", str(seed),
                            world.path(capture), broken], check=True, capture_output=True)
            listed = world.asan_tshark().run("-r", broken, "-V", "-Y", "dimp && (" + BROKEN + ")",
                                             *Tshark.options(world.keys(capture), None))
            assert not listed, (capture, seed, listed[:2000])


def without_forward(pairs):
    """A layer without what only a second pass can know: frames that come later."""
    return [(key, without_forward(value) if plain_view.is_tree(value) else value)
            for key, value in pairs if key not in ("dimp.response_in", "dimp.acknowledged_in")]


def check_passes(world):
    """One pass, two passes and a single frame asked for say the same but for later frames."""
    for capture in ("main-job.pcapng", "fault-loss.pcapng", "who-has-consent.pcapng",
                    "retry-then-success.pcapng"):
        path, keys = world.path(capture), world.keys(capture)
        once = world.tshark.layers(path, keys=keys)
        twice = world.tshark.layers(path, keys=keys, more=("-2",))
        assert [(frame, without_forward(layers[0])) for frame, layers in once] == \
            [(frame, without_forward(layers[0])) for frame, layers in twice], capture
        answered = [frame for frame, layers in twice
                    if plain_view.find_all(layers[0], "dimp.response_in")]
        assert answered, capture
        last = once[-1][0]
        alone = world.tshark.layers(path, keys=keys, filtered=f"frame.number == {last}")
        assert [without_forward(layers[0]) for _, layers in alone] == \
            [without_forward(once[-1][1][0])], capture


def check_links_agree(world):
    """Questions and answers name each other, and the time between them is the frames'."""
    linked = 0
    for capture in ("main-job.pcapng", "fault-loss.pcapng", "who-has-consent.pcapng"):
        path, keys = world.path(capture), world.keys(capture)
        times = {int(frame): float(time) for frame, time in
                 world.tshark.fields(path, "frame.number", "frame.time_epoch")}
        answers = {}
        for frame, layers in world.tshark.layers(path, keys=keys, more=("-2",)):
            if plain_view.find_all(layers[0], "dimp.copy_of"):
                continue
            asked = plain_view.find_all(layers[0], "dimp.request_in")
            since = plain_view.find_all(layers[0], "dimp.response_time")
            for question, time in zip(asked, since):
                assert abs(times[frame] - times[int(question)] - float(time)) < 2e-6
                answers.setdefault(int(question), set()).add(frame)
            for answer in plain_view.find_all(layers[0], "dimp.response_in"):
                answers.setdefault(frame, set()).add(int(answer))
                linked += 1
        for frame, layers in world.tshark.layers(path, keys=keys, more=("-2",)):
            told = {int(answer) for answer in plain_view.find_all(layers[0], "dimp.response_in")}
            copied = plain_view.find_all(layers[0], "dimp.copy_of")
            assert copied or told == answers.get(frame, set()), (capture, frame, told)
    assert linked > 20, linked


def first_seen(world, capture):
    """The layers of PDUs where they were seen first, which is what statistics count."""
    return [(frame, layers[0])
            for frame, layers in world.tshark.layers(world.path(capture), keys=world.keys(capture))
            if not plain_view.find_all(layers[0], "dimp.copy_of")]


def statistic(world, capture, name):
    return world.tshark.run("-q", "-r", world.path(capture), "-z", name,
                            *Tshark.options(world.keys(capture), None)).splitlines()


def check_counts(world):
    """-z dimp,tree counts each message and record once, wherever it was recorded."""
    for capture in ("every-di-type.pcapng", "fault-loss.pcapng"):
        wanted = {}
        for _, layer in first_seen(world, capture):
            for item in plain_view.payload(layer) or ():
                names = [item["message"]] + [record["type"] for record in item.get("records", ())]
                for name in names:
                    wanted[name] = wanted.get(name, 0) + 1
        rows = [line.split() for line in statistic(world, capture, "dimp,tree")]
        again = next(at for at, row in enumerate(rows) if row[:2] == ["Messages", "sent"])
        told = {row[0]: int(row[1]) for row in rows[:again]
                if len(row) > 1 and row[0] in wanted and row[1].isdigit()}
        assert told == wanted, (capture, told, wanted)


def check_times(world):
    """-z dimp,srt has each answered question once, with the time that its frame shows."""
    capture = "main-job.pcapng"
    times = []
    for _, layer in first_seen(world, capture):
        times += [float(time) for time in plain_view.find_all(layer, "dimp.response_time")]
    rows = [re.search(r" (\d+) +[\d.]+ +[\d.]+ +[\d.]+ +([\d.]+)$", line)
            for line in statistic(world, capture, "dimp,srt")]
    rows = [(int(row.group(1)), float(row.group(2))) for row in rows if row]
    assert sum(row[0] for row in rows) == len(times) > 6, (rows, times)
    assert abs(sum(row[1] for row in rows) - sum(times)) < 1e-5, (rows, times)


def cells(line):
    return [cell.strip() for cell in line.split("|")]


def check_migrations(world):
    """-z dimp,migrations: a row for each move, one for each DI type, as the frames say."""
    for capture, results in (("main-job.pcapng", ["SUCCESS"]),
                             ("chain-of-moves.pcapng", ["SUCCESS"] * 3),
                             ("fail-policy-conflict.pcapng", ["FAIL"]),
                             ("transfer-failed-at-risk.pcapng", ["AT_RISK"]),
                             ("retry-then-success.pcapng", ["FAIL", "SUCCESS"])):
        lines = statistic(world, capture, "dimp,migrations")
        split = lines.index("DIMP migrations by DI type")
        moves = [cells(line) for line in lines[lines.index("DIMP migrations"):split] if "|" in line]
        types = [cells(line) for line in lines[split:] if "|" in line]
        assert [row[10] for row in moves] == results, (capture, moves)
        wanted = []
        for _, layer in first_seen(world, capture):
            if plain_view.find_all(layer, "dimp.first_sent_in"):
                continue
            for item in plain_view.payload(layer) or ():
                wanted += [[row["type"], str(row["offered"]), str(row["installed"]),
                            str(row["rejected"]), row["error"]]
                           for row in item.get("result_row", ())]
        assert [row[2:6] + [row[11]] for row in types] == wanted, (capture, types, wanted)
        blackouts = {row[0]: row[9] for row in moves}
        for _, layer in first_seen(world, capture):
            for time, move in zip(plain_view.find_all(layer, "dimp.move.blackout"),
                                  plain_view.find_all(layer, "dimp.move")):
                assert time[:-3] == blackouts[move], (capture, time, blackouts)


def check_speakers(world):
    """-z conv,dimp and -z endpoints,dimp list the speakers."""
    senders = {row[0] for row in world.tshark.fields(
        world.path("main-job.pcapng"), "eth.src", filtered="dimp")}
    for name in ("conv,dimp", "endpoints,dimp"):
        text = "\n".join(statistic(world, "main-job.pcapng", name))
        assert all(sender in text for sender in senders), (name, text)


def check_profile(world):
    """The profile's filters are ones that tshark takes, and its colours paint a run."""
    source = os.path.join(HERE, "..", "profile")
    target = os.path.join(world.tshark.home, ".config", "wireshark", "profiles", "DIMP")
    shutil.copytree(source, target)
    with open(os.path.join(source, "colorfilters"), encoding="ascii") as file:
        filters = [line.split("@")[2] for line in file if line.startswith("@")]
    assert len(filters) > 5
    path, keys = world.path("main-job.pcapng"), world.keys("main-job.pcapng")
    for one in filters:
        world.tshark.run("-r", path, "-Y", one, *Tshark.options(keys, None))
    names = {row[0] for row in world.tshark.fields(
        path, "frame.coloring_rule.name", keys=keys, filtered="dimp", more=("-C", "DIMP", "--color"))}
    assert {"DIMP migration succeeded", "DIMP handshake", "DIMP data"} <= names, names
    assert "profile" not in world.tshark.errors and "olor" not in world.tshark.errors


PAGE = os.path.join(HERE, "..", "..", "docs", "DISSECTOR.md")
COLUMNS = 'gui.column.format:"No.","%m","Time","%t","Info","%i"'


def shown(world, words):
    """What a command of the page prints: SCENARIO: FILTER, or -z STATISTIC SCENARIO."""
    statistic_words = re.fullmatch(r"-z (\S+) (\S+)", words)
    if statistic_words:
        lines = statistic(world, statistic_words.group(2) + ".pcapng", statistic_words.group(1))
        return [line.rstrip() for line in lines if "|" in line or line.startswith("DIMP mig")]
    scenario, wanted = words.split(": ", 1)
    capture = scenario + ".pcapng"
    text = world.tshark.run("-r", world.path(capture), "-o", COLUMNS,
                            *Tshark.options(world.keys(capture), wanted))
    return text.splitlines()[:12]


def check_page(world):
    """The runs that docs/DISSECTOR.md shows are what tshark prints; WRITE=1 rewrites them."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    blocks = re.findall(r"<!-- tshark (.*?) -->", page)
    assert len(blocks) > 4
    fresh = re.sub(r"(<!-- tshark (.*?) -->\n```\n).*?(```\n<!-- end -->)",
                   lambda block: block.group(1) + "".join(
                       line + "\n" for line in shown(world, block.group(2))) + block.group(3),
                   page, flags=re.S)
    if os.environ.get("WRITE"):
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(fresh)
        page = fresh
    assert "```\n```" not in fresh, "a filter finds nothing"
    assert fresh == page, "docs/DISSECTOR.md is stale: WRITE=1 make dissector-test"


MACHINES = {"station": "dimp.move.station", "destination": "dimp.move.destination",
            "source": "dimp.move.source"}


def state_names(machine):
    rows = plain_view.registry.read(machine + ".def")
    return [plain_view.registry.split(text)[0] for macro, text in rows if macro == "STATE"]


def collapsed(states):
    return [state for at, state in enumerate(states) if at == 0 or states[at - 1] != state]


def check_states(world):
    """The states that the messages tell are those that the machines went through."""
    for capture in ("main-job.pcapng", "success-one-shot.pcapng", "every-di-type.pcapng",
                    "who-has-consent.pcapng", "fault-loss.pcapng",
                    "transfer-failed-at-risk.pcapng"):
        path, keys = world.path(capture), world.keys(capture)
        # The last is the whole comment: 4.4 tells each line of it before.
        comments = "\n".join(row[0] for row in world.tshark.fields(
            path, "frame.comment", more=("-E", "occurrence=l")))
        for machine, field in MACHINES.items():
            went = re.findall(rf" {machine}: \w+ --\w+--> (\w+)", comments)
            if (capture, machine) == ("transfer-failed-at-risk.pcapng", "source"):
                continue  # FREEZE never reached it, which the message alone does not tell
            names = state_names(machine)
            seen = []
            for _, layers in world.tshark.layers(path, keys=keys):
                if not plain_view.find_all(layers[0], "dimp.copy_of"):
                    seen += [names[int(number) - 1]
                             for number in plain_view.find_all(layers[0], field)]
            # ABORT is sent by who gives up and by who goes on at risk, which the next message tells.
            seen = [state for at, state in enumerate(seen)
                    if (state, *seen[at + 1:at + 2]) != ("ABORTING", "AT_RISK")]
            told, wanted = collapsed(seen), collapsed(went)
            assert told == [state for state in wanted if state in told], (capture, machine, told,
                                                                          wanted)
            missed = set(wanted) - set(told)
            assert missed <= {"FREEZING", "ACTIVATING"}, (capture, machine, missed)


def check_associations(world):
    """Every PDU belongs to its pair of speakers; an ACK tells the time since what it names."""
    capture = "fault-loss.pcapng"
    path, keys = world.path(capture), world.keys(capture)
    numbers = {}
    for sender, receiver, number in world.tshark.fields(
            path, "eth.src", "eth.dst", "dimp.association", keys=keys, filtered="dimp"):
        numbers.setdefault(number, set()).add(frozenset((sender, receiver)))
    assert set(numbers) == {"1", "2"} and all(len(pairs) == 1 for pairs in numbers.values())
    rows = world.tshark.fields(path, "frame.time_epoch", "dimp.packet_number", "eth.src", "eth.dst",
                               "dimp.ack.largest", "dimp.ack.round_trip", keys=keys,
                               filtered="dimp.payload && !dimp.copy_of")
    sent = {}  # numbers begin anew with new keys
    compared = 0
    for time, number, sender, receiver, largest, trip in rows:
        sent[sender, receiver, number] = float(time)
        if trip:
            compared += 1
            since = float(time) - sent[receiver, sender, largest]
            assert abs(since - float(trip)) < 2e-6, (time, sender, largest, trip)
    assert compared > 10, compared


def check_repeats(world):
    """A message sent again names the frame in which it was sent first."""
    capture = "fault-loss.pcapng"
    rows = world.tshark.layers(world.path(capture), keys=world.keys(capture))
    payloads = {frame: plain_view.payload(layers[0]) for frame, layers in rows}
    repeats = 0
    for frame, layers in rows:
        for first in plain_view.find_all(layers[0], "dimp.first_sent_in"):
            repeats += 1
            assert int(first) < frame
            again, before = payloads[frame], payloads[int(first)]
            assert {item["message"] for item in again} & {item["message"] for item in before}
    assert repeats > 3, repeats


INITIATION, REPLY = (pdu_maker.header(1, 144, 0, 0) + bytes(range(32)) + bytes(96),
                     pdu_maker.header(2, 72, 7, 0) + bytes(range(32)) + bytes(24))
TICKET_DATA = rule_cases.data(rule_cases.record(4))
# Frames in their order: (clauses that come up, PDU).
SEQUENCE = [
    ({"5_2_13"}, REPLY),
    (set(), INITIATION),
    ({"5_2_6"}, INITIATION),
    ({"5_1_2"}, pdu_maker.header(1, 144, 0, 0) + bytes(128)),
    (set(), pdu_maker.protected(TICKET_DATA, 2000)),
    ({"5_5_1"}, pdu_maker.protected(TICKET_DATA, 2000)),
    ({"5_6_1"}, pdu_maker.protected(TICKET_DATA, 2001)),
    ({"5_4_2"}, pdu_maker.protected(rule_cases.PING, 2001)),
    ({"5_5_2"}, pdu_maker.protected(rule_cases.PING, 977)),
    (set(), pdu_maker.protected(rule_cases.PING, 978)),
    ({"5_9_3"}, pdu_maker.protected(pdu_maker.tlv(0x32, b"\0\x80"), 2002)),
]


def check_sequence_rules(world):
    """What only several frames together break: replays, numbers used twice, stamps, repeats."""
    capture, keys = world.path("sequence.pcap"), world.path("made.keys")
    pdu_maker.keylog(keys)
    pdu_maker.capture(capture, [pdu_maker.ethernet(octets) for _, octets in SEQUENCE])
    for more in ((), ("-2",)):
        rows = world.tshark.layers(capture, keys=keys, more=more)
        assert len(rows) == len(SEQUENCE)
        for (clauses, _), (frame, layers) in zip(SEQUENCE, rows):
            assert expert_items(layers[0]) == clauses, (frame, clauses, expert_items(layers[0]))


def worked_value(name):
    """A value of section 13 of the text."""
    with open(os.path.join(HERE, "..", "..", "docs", "spec", "13-worked-handshake.md"),
              encoding="utf-8") as file:
        text = file.read()
    lines = re.search(rf"^{name} += ([0-9a-f]+(?:\n +[0-9a-f]+)*)", text, re.M).group(1)
    return bytes.fromhex("".join(lines.split()))


def check_handshakes(world):
    """A responder's secret key opens INITIATIONs to it, that of section 13 among them; wrong ones
    say what is wrong."""
    secret, ephemeral, responder = (worked_value("initiator.static.secret"),
                                    worked_value("initiator.ephemeral.secret"),
                                    worked_value("responder.static.public"))
    right = worked_value("initiation.payload.plain")

    def sealed(payload, spoil=b""):
        return pdu_maker.initiation(secret, ephemeral, responder, payload, spoil)

    assert sealed(right) == worked_value("initiation.pdu")
    later = right[:11] + b"\x0a" + right[12:]
    sequence = [
        (set(), sealed(right)),
        ({"5_2_3"}, sealed(bytes(4) + later[4:])),
        ({"5_2_6"}, sealed(right[:11] + b"\x08" + right[12:])),
        ({"5_2_3"}, sealed(right[:11] + b"\x0b" + right[12:14] + b"\0\1")),
        ({"5_2_7"}, sealed(right[:11] + b"\x0c\2\3\0\0")),
        ({"5_2_8"}, sealed(right, spoil=bytes(4))),
        ({"5_2_4"}, sealed(right[:11] + b"\x0d" + right[12:])[:-1] + b"\0"),
    ]
    capture = world.path("handshakes.pcap")
    pdu_maker.capture(capture, [pdu_maker.ethernet(octets) for _, octets in sequence])
    table = 'uat:dimp_speakers:"{}","{}","{}"'
    more = ("-o", table.format("edge-b", "", worked_value("responder.static.secret").hex()),
            "-o", table.format("server-2", pdu_maker.public_key(secret).hex(), ""))
    rows = world.tshark.layers(capture, more=more)
    for (clauses, _), (frame, layers) in zip(sequence, rows):
        assert expert_items(layers[0]) == clauses, (frame, clauses, expert_items(layers[0]))
    told = dict(pair for pair in rows[0][1][0] if not plain_view.is_tree(pair[1]))
    assert told["dimp.handshake.responder"] == "edge-b", told
    assert told["dimp.handshake.initiator_name"] == "server-2", told
    assert plain_view.find_all(rows[0][1][0], "dimp.handshake.index") == ["0x01020304"]
    assert plain_view.find_all(rows[0][1][0], "dimp.handshake.stamp") == ["0x0000000700000009"]
    world.tshark.run("-r", capture, "-o", table.format("x", "12", ""), check=False)
    assert "expected 64 hex digits" in world.tshark.errors, world.tshark.errors


# What check_handshakes brings up.
OPENED_HANDSHAKES = {"5_2_3", "5_2_4", "5_2_7", "5_2_8"}


# What no fixture brings up: a PDU that is too large for the receivers that fixtures are read by.
WITHOUT_FIXTURE = {"3_5"}


def fixture_clauses():
    """The expert items that the manifests of pcaps/fixtures promise; make three-way holds the plugin to them."""
    found = set()
    for path in glob.glob(os.path.join(FIXTURES, "*.json")):
        with open(path, encoding="utf-8") as file:
            found.update(*(row["expert"] for row in json.load(file)["frames"]))
    return found


def listed_breaches():
    """The names of the rows of breaches.def: a clause, and perhaps a word behind it."""
    with open(os.path.join(HERE, "..", "breaches.def"), encoding="ascii") as file:
        return {line[len("BREACH("):line.index(",")] for line in file if line.startswith("BREACH(")}


def check_all_rules_have_a_case(world):
    """No row of breaches.def is without a fixture that brings it up."""
    listed = listed_breaches()
    tried = {case[0] for case in rule_cases.WRONG}.union(*(case[0] for case in rule_cases.PDUS))
    tried = tried.union(OPENED_HANDSHAKES, *(clauses for clauses, _ in SEQUENCE))
    assert listed - fixture_clauses() == WITHOUT_FIXTURE, listed - fixture_clauses()
    assert WITHOUT_FIXTURE <= tried and not tried - listed, sorted(tried - listed)


def observed_clauses():
    """{clause: names of items, or None for what nobody can see} of observed_clauses.txt."""
    observed = {}
    with open(os.path.join(HERE, "..", "observed_clauses.txt"), encoding="ascii") as file:
        for line in file:
            if line.startswith("#"):
                continue
            number, _, rest = line.strip().partition(" ")
            assert number not in observed and rest and rest != "-", line
            observed[number] = None if rest.startswith("- ") else rest.split()
    return observed


def check_clauses_are_observed(world):
    """Each obligation of docs/spec has its items or a reason why nobody who listens can tell; and each item its
    clause."""
    text, complaints = clauses.read_spec(pathlib.Path(HERE, "../../docs/spec"))
    observed = observed_clauses()
    items = set().union(*(names for names in observed.values() if names))
    assert not complaints, complaints
    missing = sorted(number for number, obliges in text.items() if obliges and number not in observed)
    assert not missing, ("obligations without a line in observed_clauses.txt", missing)
    assert set(observed) <= set(text), sorted(set(observed) - set(text))
    assert items == listed_breaches(), sorted(items ^ listed_breaches())
    for name in items:
        number = re.match(r"(.*)_(\d+)", re.sub(r"_[a-z]+$", "", name))
        clause = "-".join(number.groups()).replace("_", ".")
        assert name == "7_4" or name in (observed[clause] or ()), name


def check_hides_secrets(world):
    """Secrets are hidden unless the preference asks for them (DIMP 12-2)."""
    capture = next(name for name in world.captures if name.startswith("every-di-type"))
    with open(world.keys(capture), encoding="ascii") as file:
        sak = next(line.split()[-1] for line in file if line.startswith("MACSEC_SAK"))
    spelled = ":".join(sak[at:at + 2] for at in range(0, len(sak), 2))
    for preference, is_shown in (("FALSE", False), ("TRUE", True)):
        text = world.tshark.run("-r", world.path(capture), "-T", "json", "-V", "-o",
                                "dimp.show_secrets:" + preference,
                                *Tshark.options(world.keys(capture), None))
        assert (spelled in text or sak in text) == is_shown, preference


def check_fields(world):
    """Filter names are those of the snapshot, none twice and none renamed."""
    names = [line.split("\t")[2] + "\t" + line.split("\t")[3]
             for line in world.tshark.run("-G", "fields").splitlines()
             if line.startswith("F\t") and line.split("\t")[2].startswith("dimp.")]
    only = [name.split("\t")[0] for name in names]
    twice = sorted({name for name in only if only.count(name) > 1})
    assert not twice, twice
    path = os.path.join(HERE, "field_names.txt")
    if os.environ.get("WRITE"):
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(sorted(names)) + "\n")
    with open(path, encoding="ascii") as file:
        kept = file.read().splitlines()
    gone = sorted(set(kept) - set(names))
    new = sorted(set(names) - set(kept))
    assert not gone, ("renamed or gone; if meant: WRITE=1 make dissector-test", gone)
    # What the registry's rows add needs no edit here; the next WRITE=1 takes it in.
    assert all(name.startswith("dimp.") for name in new), new


def main():
    world = World(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    checks = [(name, check) for name, check in globals().items()
              if name.startswith("check_") and wanted in name]
    failed = 0
    for name, check in checks:
        try:
            check(world)
        except (AssertionError, RuntimeError, KeyError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print(f"{name}: {check.__doc__}\n    {type(problem).__name__}: {str(problem)[:4000]}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
