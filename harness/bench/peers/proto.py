#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""proto.py PACKAGE FOLDER: writes PACKAGE.proto, a message for each block of model/registry/di.def, PACKAGE.options, which tells nanopb the sizes,
and PACKAGE_types.h, which gives the C type that protobuf-c makes of a message the block's own name. Addresses are fixed integers, which both
read fastest; durations, counters and the like are varints; the rest is bytes. Which attributes are there is a set, since protobuf-c knows no optional
fields of proto3; what is zero or absent takes no room.
Members are called its_MEMBER: some are words of C++, which protobuf-c avoids."""
import pathlib
import re
import sys

SIZES = {'IP': 16, 'OUI': 3, 'ID16': 16, 'MEMBER': 12}
MOST = {'CKN': 32, 'OCTETS32': 32, 'OCTETS253': 253, 'OCTETS1024': 1024, 'TEXT253': 253}
FIXED = {'MAC': 'fixed64', 'SCI': 'fixed64', 'IPV4': 'fixed32', 'U64': 'uint64'}
ROW = re.compile(r'^(BEGIN|FIELD|ATTR|END)\s*\((.*)\)\s*$')


def type_of(kind):
    if kind in SIZES or kind in MOST:
        return 'bytes'
    return FIXED.get(kind, 'uint32')


def blocks():
    """(lower, [(member, type)]) of each DI type."""
    for line in pathlib.Path('model/registry/di.def').read_text(encoding='utf-8').splitlines():
        row = ROW.match(line)
        if not row:
            continue
        cells = [cell.strip() for cell in row[2].split(',')]
        if row[1] == 'BEGIN':
            lower, fields = cells[1], []
        elif row[1] == 'FIELD':
            fields.append((cells[1], cells[2]))
        elif row[1] == 'ATTR':
            fields.append((cells[1], cells[3]))
        else:
            yield lower, fields


def main():
    package, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    proto, options, types = ['syntax = "proto3";', f'package {package};'], [], []
    for lower, fields in blocks():
        proto.append(f'message {lower} {{')
        for number, (member, kind) in enumerate(fields, 1):
            proto.append(f"  {type_of(kind)} its_{member} = {number};")
            if kind in SIZES:
                options.append(f'{package}.{lower}.its_{member} max_size:{SIZES[kind]} fixed_length:true')
            elif kind in MOST:
                options.append(f'{package}.{lower}.its_{member} max_size:{MOST[kind]}')
        proto += [f'  uint32 attributes = {len(fields) + 1};', f'  uint32 operation = {len(fields) + 2};', '}']
        camel = ''.join(part[0].upper() + part[1:] for part in lower.split('_'))
        types.append(f'typedef {package[0].upper()}{package[1:]}__{camel} {package}_{lower};')
    for suffix, lines in (('.proto', proto), ('.options', options), ('_types.h', types)):
        (folder / f'{package}{suffix}').write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
