#!/usr/bin/env python3
"""doc_names.py FILE...: what these documents name exists.

In Markdown text, outside code blocks: `a/path.c` is a file or folder of the tree, `*` matching as a shell has it; `name()` is
a function defined in a file named on the same line, or anywhere if the line names none; `make target ...`
are targets of the Makefile; a link leads to a file. Prints file:line: what is not there; exits 1 then.
"""
import pathlib
import re
import sys

FENCE = re.compile(r'^```.*?^```', re.DOTALL | re.MULTILINE)
CODE = re.compile(r'`([^`]+)`')
LINK = re.compile(r'\]\(([^)#]+)\)')
PATH = re.compile(r'[\w.*-]+(?:/[\w.*-]+)+/?')
FUNCTION = re.compile(r'(\w+)\(\)')
TARGET = re.compile(r'^([a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*):', re.MULTILINE)
ROOTS = ('model', 'harness', 'conformance', 'docs', 'pcaps', 'dissector')


def blank(match):
    return '\n' * match.group().count('\n')


def paths_of(code):
    """The paths of the tree that a piece of code names, as the arguments of a command, too."""
    return [word for word in re.split(r'[\s,]+', code) if PATH.fullmatch(word) and word.split('/')[0] in ROOTS]


def is_there(path):
    return any(pathlib.Path().glob(path.rstrip('/')))


def sources():
    return [path for root in ('model', 'harness', 'conformance', 'dissector') for path in pathlib.Path(root).rglob('*.[ch]')]


def has_function(name, files):
    definition = re.compile(r'^\w[\w \t*]*\b%s\([^;{}]*\)\n\{' % name, re.MULTILINE)
    return any(definition.search(path.read_text(encoding='utf-8')) for path in files)


def wrong_in(line, folder, targets):
    """What the line names and is not there."""
    codes = CODE.findall(line)
    paths = [path for code in codes for path in paths_of(code)]
    wrong = [path for path in paths if not is_there(path)]
    wrong += [link for link in LINK.findall(line) if '://' not in link and not (folder / link).exists()]
    named = [pathlib.Path(path) for path in paths if path.endswith(('.c', '.h')) and pathlib.Path(path).is_file()]
    for code in codes:
        function = FUNCTION.fullmatch(code)
        if function and not has_function(function.group(1), named or sources()):
            wrong.append(code)
        if code.startswith('make '):
            words = [word for word in code.split()[1:] if '=' not in word]
            wrong += ['make ' + word for word in words if word not in targets]
    return wrong


def main():
    targets = {word for line in TARGET.findall(pathlib.Path('Makefile').read_text(encoding='utf-8')) for word in line.split()}
    count = 0
    for name in sys.argv[1:]:
        text = FENCE.sub(blank, pathlib.Path(name).read_text(encoding='utf-8'))
        for number, line in enumerate(text.split('\n'), 1):
            for what in wrong_in(line, pathlib.Path(name).parent, targets):
                print('%s:%d: not there: %s' % (name, number, what))
                count += 1
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main())
