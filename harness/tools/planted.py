#!/usr/bin/env python3
"""Bugs planted in copies of the sources, each of which one named check must catch.

Each harness/planted/NN-slug.planted is a plausible mistake in the model or in the emulated bridges:

    # what somebody got wrong, a sentence
    caught by: I4
    run: run harness/scenarios/success-one-shot.yaml
    file: model/source.c
    -the lines that go, whole, as they stand there once
    +the lines that come in their place

There may be several "file:" and several blocks of lines. What depends on a changed file is compiled
anew, without optimisation, and linked with the objects of the build; the sources stay as they are. The
run, a verb of dimp with its arguments, is right without the bug; with it, it must fail, and the first
invariant that it names, or the one drill, must be the one under "caught by"; "exit 12" there is the code that it ends
with, where that is what is to be shown.

    within: 200, found at 37

says that random worlds find it, too: canary.py plants it and runs as many seeds of the campaign. Such a
bug may do without "caught by" and "run", if nothing else is to show it.

    fuzzed: found after 1234

says that fuzz_migration finds it (fuzz_planted.py).

usage: planted.py [NAME...]; COMPILE_MODEL, COMPILE_HARNESS, LINK, LIBRARIES and BUILD say how to build. The last
line is "N passed, N failed".
       planted.py --docs FILE writes the table of all bugs between its markers.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys

BUILD = pathlib.Path(os.environ.get('BUILD', 'build'))
PROGRAM = BUILD / 'dimp'
ARCHIVES = [BUILD / 'libharness.a', BUILD / 'libdimp.a']
SECONDS_MAX = 60  # as long as a run may take
KILLED = -1  # in place of an exit code: a run that hung or crashed never ends as a bug's file says


class Wrong(Exception):
    """A bug that cannot be planted as its file says."""


class Bug:
    """One file of harness/planted."""

    def __init__(self, path):
        self.name = path.stem
        self.title = self.caught_by = self.run = ''
        self.within = self.found_at = self.fuzzed = 0
        self.edits = []
        removed, added, file = [], [], None

        def close():
            if removed or added:
                if file is None or not removed:
                    raise Wrong('lines that come need lines that go, and a file')
                self.edits.append((file, '\n'.join(removed), '\n'.join(added)))
            return [], []

        for line in path.read_text().split('\n'):
            if line.startswith('-') and added:
                removed, added = close()
            if line.startswith('-'):
                removed.append(line[1:])
                continue
            if line.startswith('+'):
                added.append(line[1:])
                continue
            removed, added = close()
            key, _, value = line.partition(': ')
            if line.startswith('# '):
                self.title = (self.title + ' ' + line[2:]).strip()
            elif key == 'caught by':
                self.caught_by = value
            elif key == 'run':
                self.run = value
            elif key == 'within':
                bound, _, seed = value.partition(', found at ')
                self.within, self.found_at = int(bound), int(seed)
            elif key == 'fuzzed':
                self.fuzzed = int(value.removeprefix('found after '))
            elif key == 'file':
                file = value
            elif line:
                raise Wrong(f'what is "{line}"?')
        if not (self.title and self.edits and bool(self.caught_by) == bool(self.run)
                and (self.run or self.within)):
            raise Wrong('a title and lines are needed, and "caught by" with "run", or "within", or all three')


def planted_text(text, removed, added):
    """The text with the lines in place of others, which stand in it once, as whole lines."""
    pattern = re.compile('^' + re.escape(removed) + '$', re.MULTILINE)
    if len(pattern.findall(text)) != 1:
        raise Wrong(f'not there once: {removed.split(chr(10))[0].strip()}')
    return pattern.sub(lambda match: added, text)


def plant(bug, folder):
    """Writes the changed files under |folder|; which they are."""
    changed = {}
    for file, removed, added in bug.edits:
        text = changed.get(file) or pathlib.Path(file).read_text()
        changed[file] = planted_text(text, removed, added)
    for file, text in changed.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(changed)


def dependents(file):
    """The sources in the program that are compiled from |file|, from the compiler's own lists."""
    if file.endswith('.c'):
        return [file]
    found = []
    for path in sorted((BUILD / 'obj').rglob('*.d')):
        words = path.read_text().replace('\\\n', ' ').split()
        source = words[1] if len(words) > 1 else ''
        if file in words and is_in_program(source):
            found.append(source)
    if not found:
        raise Wrong(f'nothing is compiled from {file}')
    return found


def is_in_program(source):
    """Whether the program is linked with this source; tests, tools and the dissector are not."""
    outside = ('unit', 'fuzz', 'bench', 'tools', 'spin')
    return source.startswith(('model/', 'harness/')) and not source.startswith(
        tuple(f'harness/{folder}/' for folder in outside))


def compile_one(source, folder):
    """Compiles a source, its planted copy if there is one, with planted headers first; the object."""
    command = os.environ['COMPILE_MODEL' if source.startswith('model/') else 'COMPILE_HARNESS']
    before = []
    for path in ('model/registry', 'model/include', 'model', 'harness'):
        before += ['-iquote', str(folder / path)]
    target = folder / (source[:-2] + '.o')
    target.parent.mkdir(parents=True, exist_ok=True)
    planted = folder / source
    words = shlex.split(command)
    run = words[:1] + before + words[1:] + ['-O0', '-U_FORTIFY_SOURCE', '-w', '-c',
                                            str(planted if planted.exists() else source), '-o', str(target)]
    subprocess.run(run, check=True)
    return target


def build(bug, folder):
    """The program with the bug in it."""
    sources = set()
    for file in plant(bug, folder):
        sources.update(dependents(file))
    objects = [compile_one(source, folder) for source in sorted(sources)]
    program = folder / 'dimp'
    main = [] if 'harness/cli/dimp.c' in sources else [BUILD / 'obj/harness/cli/dimp.o']
    subprocess.run(shlex.split(os.environ['LINK']) + [str(path) for path in objects + main + ARCHIVES]
                   + shlex.split(os.environ['LIBRARIES']) + ['-lm', '-o', str(program)], check=True)
    return program


def run(program, words):
    """Exit code, and what caught the bug: an invariant, a drill, or how it ended otherwise."""
    try:
        done = subprocess.run([str(program)] + words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return KILLED, 'a hang'
    text = done.stdout.decode(errors='replace')
    if done.returncode < 0:
        return KILLED, f'signal {-done.returncode}'
    invariant = re.search(r'\b(I[0-9]+) (?:at|is broken)\b', text)
    drills = re.findall(r'^FAIL (\S+)$', text, re.MULTILINE)
    if invariant:
        return done.returncode, invariant.group(1)
    if drills:
        return done.returncode, ' '.join(drills)
    return done.returncode, text.strip().split('\n')[-1] if text else 'nothing'


def judge(bug, folder):
    """Whether the bug is caught as it should be, and by what it is."""
    words = shlex.split(bug.run)
    code, what = run(PROGRAM, words)
    if code != 0:
        return False, f'fails without the bug: {what}'
    code, what = run(build(bug, folder), words)
    if code == 0:
        return False, 'nothing'
    return bug.caught_by in (what, f'exit {code}'), what if what == bug.caught_by else f'exit {code}: {what}'


def bugs(names):
    """The files of the bugs, all or those whose name contains one of |names|."""
    for path in sorted(pathlib.Path('harness/planted').glob('*.planted')):
        if not names or any(name in path.stem for name in names):
            yield path


def write_docs(path):
    """Renews the table of bugs in a page."""
    rows = ['| bug | caught by | in |', '| --- | --- | --- |']
    for bug in map(Bug, bugs([])):
        where = bug.caught_by if bug.caught_by.startswith(('I', 'exit')) else 'drill'
        if bug.run:
            what = 'harness/planted/worlds' if bug.run.startswith('campaign') else bug.run.split()[1]
            rows.append(f'| {bug.title} | {where} | `{what}` |')
    write_table(path, 'planted', rows)
    rows = ['| bug | seeds allowed | found at seed |', '| --- | --- | --- |']
    for bug in map(Bug, bugs([])):
        if bug.within:
            rows.append(f'| {bug.title} | {bug.within} | {bug.found_at} |')
    write_table(path, 'canary', rows)


def write_table(path, name, rows):
    """Renews one table of a page."""
    start, end = f'<!-- generated: {name} -->\n', '<!-- end -->'
    before, _, rest = path.read_text().partition(start)
    path.write_text(before + start + '\n'.join(rows) + '\n' + rest[rest.index(end):])


def main():
    parser = argparse.ArgumentParser(description='planted bugs are caught')
    parser.add_argument('--docs', metavar='FILE', type=pathlib.Path, help='renew the table of bugs in a page')
    parser.add_argument('names', nargs='*', help='those whose name contains one of these')
    options = parser.parse_args()
    if options.docs:
        write_docs(options.docs)
        return 0
    passed = failed = by_invariant = 0
    for path in bugs(options.names):
        try:
            bug = Bug(path)
            if not bug.run:
                continue
            is_right, what = judge(bug, BUILD / 'planted' / bug.name)
        except (Wrong, subprocess.CalledProcessError) as error:
            is_right, what = False, str(error)
        print(f'{"ok  " if is_right else "FAIL"} {path.stem:34} caught by {what}'
              + ('' if is_right else f'; see {path}'))
        passed += is_right
        failed += not is_right
        by_invariant += is_right and what.startswith('I')
    print(f'{by_invariant} of {passed} bugs caught by an invariant, the others by a drill')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
