#!/usr/bin/env python3
"""fuzz_readers.py: fails when a public function that takes octets or text from outside is met by no fuzzer.

Such a function is one of a header of model or harness, named for reading, with octets, text or a path among its
parameters.  A fuzzer meets it by calling it; harness/tools/fuzz_waivers.txt says through which fuzzer the others are
met, or why none is needed.  A waiver that says nothing any more fails, too, and so does a fuzzer without a row in
docs/FUZZING.md, or without inputs to begin with."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ('model', 'harness/actors', 'harness/bridge', 'harness/campaign', 'harness/cli', 'harness/crypto',
          'harness/live', 'harness/net', 'harness/observe', 'harness/scenario', 'harness/script', 'harness/sources',
          'harness/vdp', 'conformance')
VERBS = r'(?:read|parse|load|unwrap|receive|hear|heard|open|unpack|next|take|find)'
FUNCTION = re.compile(r'^[a-z][\w \*]*?\b([a-z]\w*_%s(?:_\w+)?|[a-z]\w*_read\w*)\(([^;{]*?)\);' % VERBS, re.M | re.S)
OUTSIDE = re.compile(r'struct dimp_view|struct span|const char \*(?:text|path|words?)\b|char \*const \*words|'
                     r'const unsigned char \*octets|const struct (?:ethernet_frame|ipv4_packet|ipv6_packet|edge_frame|'
                     r'datagram_frame|radius_packet|source_frame|source_packet) \*|struct capture \*')
WAIVERS = ROOT / 'harness/tools/fuzz_waivers.txt'


def readers():
    """Every such function, and its header."""
    found = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob('*.h')):
            code = re.sub(r'/\*.*?\*/', '', path.read_text(), flags=re.S)
            for name, parameters in FUNCTION.findall(code):
                if OUTSIDE.search(parameters):
                    found[name] = path.relative_to(ROOT)
    return found


def waivers():
    for number, line in enumerate(WAIVERS.read_text().splitlines(), 1):
        if line and not line.startswith('#'):
            name, by, reason = (line.split(None, 2) + ['', ''])[:3]
            yield number, name, by, reason


def main():
    fuzzers = sorted((ROOT / 'harness/fuzz').glob('fuzz_*.c'))
    names = {path.stem[len('fuzz_'):] for path in fuzzers}
    called = set(re.findall(r'\b([a-z]\w+)\(', ''.join(path.read_text() for path in
                                                       (ROOT / 'harness/fuzz').glob('*.c'))))
    found, wrong, waived = readers(), [], set()
    if len(found) < 50:
        wrong.append(f'only {len(found)} readers found: what a reader looks like has changed')
    for number, name, by, reason in waivers():
        place = f'harness/tools/fuzz_waivers.txt:{number}: '
        waived.add(name)
        if name not in found:
            wrong.append(f'{place}{name} is no reader (any more)')
        elif name in called:
            wrong.append(f'{place}{name} is called by a fuzzer')
        if by != '-' and by not in names or not reason:
            wrong.append(f'{place}say NAME FUZZER REASON, the fuzzer being of harness/fuzz or -')
    for name in sorted(found):
        if name not in called and name not in waived:
            wrong.append(f'{found[name]}: {name} reads from outside, and no fuzzer calls it: write one, or say in '
                         'harness/tools/fuzz_waivers.txt through which it is met')
    page = (ROOT / 'docs/FUZZING.md').read_text()
    for name in sorted(names):
        if f'\n| {name} |' not in page:
            wrong.append(f'docs/FUZZING.md: no row of {name}')
        if not any((ROOT / 'harness/fuzz/corpus' / name).glob('*')):
            wrong.append(f'harness/fuzz/corpus/{name}: no inputs to begin with: make fuzz-corpus T={name}')
    print('\n'.join(wrong) or f'{len(found)} readers are met by {len(names)} fuzzers')
    sys.exit(1 if wrong else 0)


main()
