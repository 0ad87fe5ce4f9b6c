#!/usr/bin/env python3
"""fuzz_dictionary.py FOLDER: a dictionary for each fuzzer, FOLDER/<fuzzer>.dict, made of facts.

Octets: the numbers of the registry's blocks, attributes and names; the enumerators of a frame format's
header.  Words: the registry's names, the strings of the tables that a reader of text goes by."""
import pathlib
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGISTRY = ROOT / 'model/registry'
WORD = re.compile(r'"([A-Za-z0-9_.:<>!?~=/@+ -]{1,40})"')


def rows_of(name):
    return re.findall(r'^(\w+)\s*\(([^)]*)\)', (REGISTRY / name).read_text(), re.M)


def pack(number):
    """Big-endian, in as few octets as a format would take."""
    return struct.pack('>B' if number < 1 << 8 else '>H' if number < 1 << 16 else '>I', number)


def registry_octets():
    """TLV types of messages, parameters and DI, attribute numbers, errors, sets."""
    for name, base in (('messages.def', 0), ('tlvs.def', 0), ('di.def', 0x0200)):
        for macro, text in rows_of(name):
            parts = [part.strip() for part in text.split(',')]
            if macro == 'BEGIN':
                yield struct.pack('>H', base + int(parts[2], 0))
                if base:
                    yield struct.pack('>Q', 1 << int(parts[2], 0))
            if macro == 'ATTR':
                yield struct.pack('>H', int(parts[2], 0))
    for macro, text in rows_of('errors.def'):
        number = re.search(r',\s*(\d+)\s*,', text)
        if number:
            yield struct.pack('>H', int(number[1]))
    yield from (b'\xff' * 4, b'\xff' * 8, b'\x00' * 16, b'\x00' * 10 + b'\xff\xff')


def registry_words():
    for name in ('messages.def', 'tlvs.def', 'di.def', 'names.def', 'errors.def', 'settings.def'):
        for macro, text in rows_of(name):
            parts = [part.strip() for part in text.split(',')]
            if macro in ('FIELD', 'ATTR'):
                yield f' {parts[1]}='.encode()
            yield parts[1 if macro in ('BEGIN', 'NAME') else 0].encode()


def format_octets(pattern):
    """Enumerators and hexadecimal numbers of a frame format's header and source."""
    for path in sorted(ROOT.glob(pattern)):
        for decimal, other in re.findall(r'[=]\s*(\d+)\s*[,}/]|\b(0x[0-9a-fA-F]+)', path.read_text()):
            yield pack(int(decimal or other, 0) & 0xffffffff)


def source_words(*patterns):
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            code = re.sub(r'#include.*', '', path.read_text())
            yield from (word.encode() for word in WORD.findall(code))


FORMAT = 'harness/net/%s.[ch]'
ALL_NET = ('arp', 'dhcp4', 'dhcp6', 'eapol', 'ethernet', 'igmp', 'ipv4', 'ipv6', 'mkpdu', 'mld', 'nd',
           'radius', 'sectag', 'udp', 'ecp', 'vdp')
DICTIONARIES = {
    **dict.fromkeys(('association', 'decoder', 'di_table', 'judge', 'message', 'record', 'speaker'), [registry_octets]),
    **{name: [FORMAT % name] for name in ('arp', 'dhcp4', 'dhcp6', 'eapol', 'ethernet', 'igmp',
                                                      'ipv4', 'ipv6', 'mkpdu', 'mld', 'nd', 'radius', 'sectag')},
    'vdp': [FORMAT % 'ecp', FORMAT % 'vdp'],
    'vdp_machines': [FORMAT % 'ecp', FORMAT % 'vdp'],
    'radius_grant': [FORMAT % 'radius', 'harness/net/rule_words.c', 'harness/net/filter_rule.c'],
    'sources': [FORMAT % name for name in ALL_NET],
    'world': [FORMAT % name for name in ALL_NET],
    'replay': [FORMAT % name for name in ALL_NET],
    'drill': [registry_words, 'harness/script/drill_*.def', 'harness/script/drill_*.c'],
    'message_text': [registry_words, 'harness/script/block_text.c', 'harness/script/field_value.c'],
    'filter_rule': ['harness/net/rule_words.c', 'harness/net/filter_rule.c', 'harness/net/cisco_rule.c'],
    'keylog': ['harness/observe/keylog.c'],
    'mka_keys': ['harness/sources/mka_keys.c'],
    'report': ['harness/observe/report_compare.c', 'harness/observe/report_json.c'],
    'scenario': [registry_words, 'harness/scenario/*_rows.c', 'harness/scenario/*.def'],
    'vary': [registry_words, 'harness/scenario/*_rows.c', 'harness/scenario/*.def'],
}


def entries_of(source):
    if callable(source):
        return source()
    if source.startswith('harness/net/') and source.endswith('.[ch]'):
        return format_octets(source)
    return source_words(source)


def quote(octets):
    return '"' + ''.join(f'\\x{octet:02x}' for octet in octets) + '"'


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, sources in DICTIONARIES.items():
        if not (ROOT / f'harness/fuzz/fuzz_{name}.c').exists():
            sys.exit(f'fuzz_dictionary: harness/fuzz/fuzz_{name}.c is not there')
        entries = sorted({entry for source in sources for entry in entries_of(source)} - {b''})
        if len(entries) < 2:
            sys.exit(f'fuzz_dictionary: {name}: nothing found in its sources')
        (target / f'{name}.dict').write_text('\n'.join(map(quote, entries)) + '\n')
    print(f'{len(DICTIONARIES)} dictionaries')


main()
