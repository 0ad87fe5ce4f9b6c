#!/usr/bin/env python3
"""wraps.py FILE: the page names each number of the protocol that counts something.

These are the integers of messages and parameters in model/registry (U16, U32, U64), and the fields of DI with role COUNTER; the
page has them in code marks, in its table or among what does not count. What the rows must have is threats.py's to say. Prints
what is missing, and what is named as a field and is none; exits 1 then.
"""
import pathlib
import re
import sys

REGISTRY = pathlib.Path('model/registry')
ROW = re.compile(r'^(?:FIELD|ATTR) *\((\w+), *(\w+),(?: *\d+,)? *(\w+), *(\w+),', re.MULTILINE)
INTEGERS = {'U16', 'U32', 'U64'}


def counters():
    """{owner.field} of all that the page is to name."""
    found = set()
    for name in ('messages.def', 'tlvs.def'):
        found.update(f'{owner}.{field}' for owner, field, kind, _ in ROW.findall((REGISTRY / name).read_text())
                     if kind in INTEGERS)
    found.update(f'{owner}.{field}' for owner, field, _, role in ROW.findall((REGISTRY / 'di.def').read_text())
                 if role == 'COUNTER')
    return found


def main():
    page = pathlib.Path(sys.argv[1])
    named = {f'{owner}.{field}' for code in re.findall(r'`([\w., ]+)`', page.read_text(encoding='utf-8'))
             for owner, field in re.findall(r'\b([a-z]\w*)\.(?!def\b|c\b|md\b|py\b)(\w+)', code)}
    wanted = counters()
    wrong = [f'{page}: {field} is not there' for field in sorted(wanted - named)]
    wrong += [f'{page}: {field} is no counter of the registry' for field in sorted(named - wanted)]
    print('\n'.join(wrong) if wrong else f'{len(wanted)} counters are named')
    return 1 if wrong or not wanted else 0


if __name__ == '__main__':
    sys.exit(main())
