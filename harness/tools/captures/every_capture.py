#!/usr/bin/python3
"""Reads every capture there is, twice: with net/ and dimp under ASan, and with tshark.

usage: every_capture.py DIMP FRAME_READER [--list]

The captures are those of pcaps/real, ../shared/captures and ../shared/peers; folders that are not there are
skipped.  None may crash or hang a reader, or bring up a sanitizer's word; each field of each layer that net/
reads has to be tshark's, and what net/ refuses has to be what tshark finds wrong with the frame.  A
difference stands in capture_differences.txt with its reason.  --list prints each capture with its frames and
with who tells the truth of it.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import tshark_view

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from known_differences import KnownDifferences  # noqa: E402

SHARED = os.environ.get('DIMP_SHARED', '../shared')
FOLDERS = ('pcaps/real', os.path.join(SHARED, 'captures'), os.path.join(SHARED, 'peers'))
# What libpcap does not read, and Wireshark's editcap makes readable.
CONVERTED = ('.snoop', '.zst')
SECONDS_MAX = 60
# The layers that carry a layer: when one of them is refused, there is nothing to say of it.
OUTER = {'arp': 'eth', 'ip': 'eth', 'ipv6': 'eth', 'eapol': 'eth', 'macsec': 'eth', 'ecp': 'eth', 'eap': 'eapol',
         'mka': 'eapol', 'vdp': 'ecp', 'udp': 'ip ipv6', 'igmp': 'ip', 'mld': 'ipv6', 'dhcp': 'udp', 'dhcpv6': 'udp'}

checks = 0
skipped = 0
differences = []


def check(holds, where, what):
    """One comparison; `what` is a sentence, matched by capture_differences.txt."""
    global checks
    checks += 1
    if not holds:
        differences.append((where, what))


def find_captures():
    """Paths of captures by the name they are told by."""
    global skipped
    found = {}
    for folder in FOLDERS:
        if not os.path.isdir(folder):
            print('SKIP %s: not here' % folder)
            skipped += 1
        for path, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                if re.search(r'\.(pcap|pcapng|cap|snoop|zst)$', name):
                    whole = os.path.join(path, name)
                    found[os.path.relpath(whole, os.path.commonpath([folder, whole]) + '/..')] = whole
    return found


def convert(captures, work):
    """Those that libpcap cannot read are written anew."""
    for name, path in captures.items():
        if path.endswith(CONVERTED):
            readable = os.path.join(work, os.path.basename(path) + '.pcapng')
            subprocess.run(['editcap', '-F', 'pcapng', path, readable], check=True)
            captures[name] = readable


# ---- survival -------------------------------------------------------------------------------------


def survive(command, where):
    """Runs a reader, which must end well or say in a sentence of its own why not."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
                             errors='replace')
    except subprocess.TimeoutExpired:
        check(False, where, '%s takes more than %d s' % (command[1], SECONDS_MAX))
        return
    has_sentence = all(line.startswith('dimp: ') for line in run.stderr.splitlines())
    check(run.returncode in (0, 2) and has_sentence and (run.returncode == 0 or run.stderr != ''), where,
          '%s: exit %d' % (command[1], run.returncode))


def survive_all(dimp, captures):
    for name, path in captures.items():
        options = ['--acl-template', 'permit-own-address', '--events', '--json']
        survive([dimp, 'replay', *options, path], name)
        survive([dimp, 'decode', path], name)


# ---- what net/ reads --------------------------------------------------------------------------------

Reading = collections.namedtuple('Reading', 'frames count skipped state')


def run_reader(reader, paths):
    """The reader's lines, none when it does not end well."""
    try:
        run = subprocess.run([reader, *paths], capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return None
    return run.stdout.splitlines() if run.returncode == 0 and not run.stderr else None


def read_frames(reader, captures):
    """A Reading by name: frames by number, each a dictionary of layers, each fields or a refusal."""
    lines = run_reader(reader, captures.values())
    if lines is None:
        # One of them it was; the others are still read.
        lines = []
        for name, path in captures.items():
            alone = run_reader(reader, [path])
            check(alone is not None, name, 'frame_reader breaks or hangs')
            lines += alone or []
    names = {path: name for name, path in captures.items()}
    readings, frames, name = {}, {}, None
    for line in lines:
        words = line.split('\t')
        if words[0] == 'capture':
            name, frames = names[words[1]], {}
        elif words[0] == 'end':
            readings[name] = Reading(frames, int(words[1]), int(words[2]), words[3])
        elif words[0] != 'refused':
            number, layer, field, value = words
            fields = frames.setdefault(int(number), {}).setdefault(layer, {})
            if field == '!':
                fields['!'] = value
            else:
                fields.setdefault(field, []).append(value if field == 'kind' else int(value, 0))
    return readings


# ---- agreement with tshark ----------------------------------------------------------------------------


def is_in_refused(layer, layers):
    """Whether what carries the layer was refused, at any depth."""
    outer = set(OUTER.get(layer, '').split())
    return any('!' in layers.get(name, {}) or is_in_refused(name, layers) for name in outer)


def compare_refusal(where, layer, reason, frame):
    """A refusal agrees when tshark finds that wrong with the layer."""
    agrees = {'checksum': layer in frame.bad_checksums,
              'malformed': frame.is_malformed or layer in frame.foreign,
              'fragment': layer in frame.fragments}
    check(agrees[reason], where, '%s refused as %s' % (layer, reason))


def compare_layer(where, layer, ours, theirs):
    for field in sorted(set(ours) | set(theirs)):
        check(ours.get(field) == theirs.get(field), where, '%s: %s, tshark has %s' %
              (field, ours.get(field), theirs.get(field)))


def compare_frame(where, layers, frame):
    # What is no Ethernet has got an Ethernet header here.
    seen = set(layers) - ({'eth'} - set(frame.layers))
    for layer in sorted(seen | set(frame.layers)):
        ours, theirs = layers.get(layer), frame.layers.get(layer)
        if ours is None:
            if not is_in_refused(layer, layers):
                check(False, where, '%s not read' % layer)
        elif '!' in ours:
            compare_refusal(where, layer, ours['!'], frame)
        elif theirs is None:
            check(False, where, '%s read, and not by tshark' % layer)
        else:
            check(layer not in frame.bad_checksums, where, '%s read with a wrong checksum' % layer)
            compare_layer(where, layer, ours, theirs)


def compare_all(captures, readings, work):
    """Frames that both have read."""
    views = tshark_view.read_captures(list(captures.values()), work)
    compared = 0
    for name, path in captures.items():
        reading, view = readings.get(name), views.get(path)
        # Elsewhere there are captures that nobody can read; of ours each frame is compared.
        if name.startswith('real/'):
            check(view is not None and len(view) == (reading.count if reading else 0), name, 'is not read by both')
        if reading is None or view is None or reading.count == 0:
            continue
        if reading.skipped or reading.count != len(view):
            check(False, name, 'other frames than tshark: %d read, %d skipped, %s' %
                  (reading.count, reading.skipped, reading.state))
            continue
        for number, frame in enumerate(view, 1):
            if frame.is_whole:
                compare_frame('%s:%d' % (name, number), reading.frames.get(number, {}), frame)
                compared += 1
    return compared


def judge_vsis(readings):
    """Each VSI that vdptool was told its bridge has taken was read in the answer, with all of its words."""
    reading = readings.get('peers/5-vdp/pcap/vdp22.pcap')
    if reading is None:
        return
    with open(os.path.join(SHARED, 'peers/truth/out/out.vdp22'), encoding='utf-8') as stream:
        answers = re.findall(r'Response from VDP\n((?:\t.*\n)+)', re.sub(r'    \t', '\t', stream.read()))
    read = [(fields['vdp21.vsitypeid'], fields['vdp21.vsiversion'], fields['vdp21.VSIID'],
             list(zip(fields['vdp21.vidstr.vid'], fields['vdp21.assoc.mac_id'])))
            for frame in reading.frames.values() for fields in [frame.get('vdp', {})] if 'vdp21.VSIID' in fields]
    check(bool(answers), 'vdp22.pcap', 'vdptool says something')
    for answer in answers:
        words = re.findall(r'(\w+) = (\S+)', answer)
        values = dict(words)
        filters = [value.split('-') for word, value in words if word == 'filter']
        told = ([int(values['typeid'])], [int(values['typeidver'])], [int(values['uuid'].replace('-', ''), 16)],
                [(int(vlan), int(mac.replace(':', ''), 16)) for vlan, mac in filters])
        check(told in read, 'vdp22.pcap', '%s of %s' % (values['mode'], values['uuid']))


# ---- who tells the truth ------------------------------------------------------------------------------

# What judges the captures of ../shared/peers by the programs' own word: here, or replay_truth.py.
PEERS_JUDGED = re.compile(r'peers/(2-macsec/pcap/(macsec-(enc|integ|bad)|mka-psk|scapy-macsec)|'
                          r'1-dot1x/pcap/(direct-.*|radius-.*-eapol|bridge-.*|multi-g0|locked-p2)|'
                          r'3-dhcp/pcap/(udhcpc|decline|dhcpv6)|4-mcast/pcap/(igmp|tools)-p1|5-vdp/pcap/vdp22)\.pcap$')


def read_truth_names():
    path = os.path.join(SHARED, 'captures/third-party/TRUTH.jsonl')
    if not os.path.exists(path):
        return set()
    with open(path, encoding='utf-8') as stream:
        rows = [json.loads(line) for line in stream]
    return {'captures/third-party/' + row['file'] for row in rows if row['events']}


def witness_of(name, captures, told):
    if name.startswith('real/') and \
            os.path.exists(re.sub(r'(\.inside|\.server)?\.pcapng$', '.truth.json', captures[name])):
        return 'the programs (truth.json)'
    if PEERS_JUDGED.search(name):
        return 'the programs (../shared/peers/truth)'
    return 'tshark (TRUTH.jsonl)' if name in told else 'none but tshark, field by field'


def report(captures, readings, is_listed):
    told = read_truth_names()
    layers, without = collections.Counter(), 0
    for name in captures:
        reading = readings.get(name)
        for frame in reading.frames.values() if reading else []:
            layers.update(layer if '!' not in fields else 'refused' for layer, fields in frame.items())
        witness = witness_of(name, captures, told)
        without += witness.startswith('none')
        if is_listed:
            print('%6s frames  %-70s  %s' % (reading.count if reading else 'no', name, witness))
    print('%d captures, %d frames; %s' % (
        len(captures), sum(reading.count for reading in readings.values()),
        ', '.join('%s %d' % row for row in layers.most_common())))
    print('%d captures have a truth of their own, %d have not' % (len(captures) - without, without))


def main():
    dimp, reader = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as work:
        captures = find_captures()
        convert(captures, work)
        survive_all(dimp, captures)
        readings = read_frames(reader, captures)
        compared = compare_all(captures, readings, work)
        judge_vsis(readings)
        report(captures, readings, '--list' in sys.argv)
    print('%d frames compared with tshark' % compared)
    explained, failed = KnownDifferences('capture_differences.txt').judge(differences, skipped == 0)
    print('%d passed, %d failed, %d skipped' % (checks - len(differences) + explained, failed, skipped))
    return 1 if failed or checks == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
