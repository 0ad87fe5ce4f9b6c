#!/usr/bin/env python3
"""Proves the conformance suite: it is run on mutants of the reference, each wrong in one thing, and must find them.

Mutants come from three places: conformance/mutants/*.mutant, by hand; harness/planted/*.planted, by hand, too, as far as they are in
the model; and mutate.py, which draws them from the sources. Of each, what is compiled from the changed file is compiled anew and linked with the
objects of the build to a shared object, which the program of the build, unchanged, judges as it judges a vendor's. A case kills a mutant
if it passes on the reference and comes to FAIL or ERROR on the mutant; INCONC kills nothing. A mutant that compiles to the very octets of the
reference is none.

A .mutant file:

    # what somebody got wrong, a sentence
    clause: DIMP 5.4-4
    file: model/session.c
    -the lines that go, whole, as they stand there once
    +the lines that come in their place

conformance/mutants/survivors.txt says of those that nobody kills why: "equivalent" and "free" ones are no mutants, the others count against the suite.

usage: mutants.py [--short] [--seed S] [--factor F] [--survivors | --idle] [--publish] [NAME...]
--survivors runs anew only what is alive by the last results, or has none; --idle runs the killed ones anew with those cases only that
killed nothing; --publish writes docs/MUTANTS.md and docs/mutants.json. The environment is that of
planted.py, with LINK_IUT beside. The last line is "N passed, N failed": killed or accounted for, and not."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'conformance/tools'), str(ROOT / 'harness/tools')]
import kill_matrix  # noqa: E402
import mutate  # noqa: E402
import planted  # noqa: E402

BUILD = planted.BUILD
FOLDER = BUILD / 'mutants'
SECONDS_MAX = 180  # for the whole suite on one mutant, of a machine that has others to serve
CASE_MS = 2000  # an implementation that says nothing for so long hangs
SHORT = ('hand/seal-not-looked-at', 'hand/replay-not-looked-at', 'row-removed/destination.COMMITTING.RELEASED',
         'row-removed/source.FROZEN.COMMIT_MATCHES', 'setting/thaw_us')
# What is left out leaves octets that are surely not the right ones by chance.
FLAGS = ['-O1', '-g0', '-U_FORTIFY_SOURCE', '-ftrivial-auto-var-init=pattern', '-w', '-c']
MACHINE_ROW, SETTING_ROW, LIMIT_ROW = 'ROW(', 'SETTING(', 'LIMIT('


class Reference:
    """Objects of the unchanged sources, compiled as mutants are, to compare with; each once."""

    def __init__(self):
        self.octets, self.lock = {}, threading.Lock()

    def object_of(self, source):
        with self.lock:
            if source not in self.octets:
                target = compile_text(source, pathlib.Path(source).read_text(), FOLDER / 'reference')
                self.octets[source] = target.read_bytes()
            return self.octets[source]


def compile_text(source, text, folder):
    """The object of |text| in place of |source|; the compiler takes it for the file itself, and changed rows before the others."""
    target = folder / (source[:-2] + '.o')
    target.parent.mkdir(parents=True, exist_ok=True)
    copy = target.with_suffix('.c')
    copy.write_text(f'#line 1 "{source}"\n{text}')
    words = shlex.split(os.environ['COMPILE_MODEL'])
    before = []
    for path in ('model/registry', 'model/include', 'model'):
        before += ['-iquote', str(folder / path)]
    run = words[:1] + before + words[1:] + FLAGS + [str(copy), '-o', str(target)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return target


def changed_lines(file, text):
    """The lines that differ, as they were and as they are."""
    old, new = pathlib.Path(file).read_text().split('\n'), text.split('\n')
    return [line for line in set(old) ^ set(new) if line]


def sources_of(file, text):
    """What of the model must be compiled again when |file| reads |text|."""
    if file.endswith('.c'):
        return [file]
    lines = changed_lines(file, text)
    machine = f'model/{pathlib.Path(file).stem}.c'
    if file.endswith('.def') and all(line.startswith((MACHINE_ROW, SETTING_ROW)) for line in lines):
        return [machine]
    users = [source for source in planted.dependents(file) if source.startswith('model/')]
    if file.endswith('limits.def') and all(line.startswith(LIMIT_ROW) for line in lines):
        names = {'DIMP_' + re.match(r'LIMIT\((\w+)', line)[1] for line in lines}
        in_header = any(name in header.read_text() for header in pathlib.Path('model').glob('*.h') for name in names)
        if not in_header:
            users = [source for source in users if any(name in pathlib.Path(source).read_text() for name in names)]
    return users


def by_hand(wanted):
    """The mutants of conformance/mutants, and the planted bugs that are in nothing but the model, whose names are wanted."""
    for path in sorted((ROOT / 'conformance/mutants').glob('*.mutant')):
        if not wanted(f'hand/{path.stem}'):
            continue
        clause = re.search(r'^clause: (.*)\n', path.read_text(), re.MULTILINE)
        if not clause:
            raise planted.Wrong(f'{path.name} names no clause')
        text = path.read_text().replace(clause[0], 'within: 1, found at 1\n')
        yield mutant_of(planted.Bug(TextFile(path.stem, text)), 'hand', clause[1])
    for path in planted.bugs([]):
        bug = planted.Bug(path)
        if wanted(f'planted/{path.stem}') and all(file.startswith('model/') for file, _, _ in bug.edits):
            yield mutant_of(bug, 'planted', '')


class TextFile:
    """A path to planted.Bug, with another text."""

    def __init__(self, stem, text):
        self.stem, self.text = stem, text

    def read_text(self):
        return self.text


def mutant_of(bug, kind, clause):
    """What a bug's edits make of the sources."""
    mutant = mutate.Mutant(f'{kind}/{bug.name}', kind, bug.title, clause)
    for file, removed, added in bug.edits:
        text = mutant.texts.get(file) or pathlib.Path(file).read_text()
        mutant.texts[file] = planted.planted_text(text, removed, added)
        mutant.place = mutant.place or file
    return mutant


def build(mutant, folder, reference):
    """The shared object with the mutant in it; None if it is the reference."""
    sources = {}
    for file, text in mutant.texts.items():
        if not file.endswith('.c'):
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for source in sources_of(file, text):
            sources[source] = mutant.texts.get(source) or pathlib.Path(source).read_text()
    objects = [compile_text(source, text, folder) for source, text in sorted(sources.items())]
    if all(each.read_bytes() == reference.object_of(source) for each, source in zip(objects, sorted(sources))):
        return None
    target = folder / 'mutant.so'
    subprocess.run(shlex.split(os.environ['LINK_IUT']) + ['-Wl,-S', str(BUILD / 'obj/conformance/shims/libdimp_iut.o')]
                   + [str(each) for each in objects + planted.ARCHIVES]
                   + shlex.split(os.environ['LIBRARIES']) + ['-lm', '-o', str(target)], check=True, stderr=subprocess.PIPE)
    return target


def verdicts_of(target, folder, globs=()):
    """Verdict of each case, by id; None if the whole took too long."""
    report = folder / 'report.json'
    words = [str(planted.PROGRAM), 'conform', 'run', '--target', f'so:{target}', '--evidence', '', '--timeout', str(CASE_MS),
             '--json', str(report), *globs]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as running:
        try:
            running.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            return None
    return {case['id']: case['verdict'] for case in json.loads(report.read_text())['cases']}


def judge(mutant, baseline, reference, globs):
    """What became of a mutant."""
    folder = FOLDER / re.sub(r'[^\w.-]', '_', mutant.name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = {'name': mutant.name, 'kind': mutant.kind, 'breaks': mutant.title, 'clause': mutant.clause, 'place': mutant.place, 'kills': [],
              'unsure': []}
    try:
        target = build(mutant, folder, reference)
        if target is None:
            return dict(result, outcome='same')
        verdicts = verdicts_of(target, folder, globs)
        if verdicts is None:
            return dict(result, outcome='hangs')
        result['kills'] = [case for case, was in baseline.items() if was == 'PASS' and verdicts.get(case) in ('FAIL', 'ERROR')]
        result['unsure'] = [case for case, was in baseline.items() if was == 'PASS' and verdicts.get(case) == 'INCONC']
        return dict(result, outcome='killed' if result['kills'] else 'alive')
    except subprocess.CalledProcessError as error:
        return dict(result, outcome='broken', why=(error.stderr or b'').decode(errors='replace')[:300])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def case_ids():
    """Ids of all cases, without their turns."""
    text = '\n'.join(path.read_text() for path in (ROOT / 'conformance/cases').glob('*.drill'))
    return re.findall(r'^id: (\S+)$', text, re.MULTILINE)


def run_all(mutants, kept, globs):
    """Verdicts of the reference, and what became of each mutant, which is told and kept as it comes."""
    reference = Reference()
    FOLDER.mkdir(parents=True, exist_ok=True)
    baseline = verdicts_of(BUILD / 'libdimp_iut.so', FOLDER)
    if not baseline:
        raise planted.Wrong('the reference is not judged')
    for case, verdict in baseline.items():
        if verdict != 'PASS':
            print(f'     {case} comes to {verdict} on the reference: it kills nothing', flush=True)
    results = []
    jobs = int(os.environ.get('JOBS') or os.cpu_count())
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(lambda mutant: judge(mutant, baseline, reference, globs), mutants):
            results.append(result)
            kept.add(baseline, result, bool(globs))
            first = f"{len(result['kills'])} cases, {result['kills'][0]} the first" if result['kills'] else result.get('why', '')
            print(f"{result['outcome']:7} {result['name']}: {first}", flush=True)
    return baseline, results


def chosen(options):
    """The mutants to run."""
    def wanted(name):
        if options.short:
            return name in SHORT
        return not options.names or any(part in name for part in options.names)

    factor = mutate.EVERYTHING if options.short or options.names else options.factor
    mutants = list(by_hand(wanted)) + [mutant for mutant in mutate.generated(options.seed, factor) if wanted(mutant.name)]
    if options.short and len(mutants) != len(SHORT):
        raise planted.Wrong('a mutant of the short run is not there any more: see SHORT')
    return mutants


def main():
    parser = argparse.ArgumentParser(description='the conformance suite finds mutants of the reference')
    parser.add_argument('--short', action='store_true', help='a handful')
    parser.add_argument('--seed', default='1', help='of what is drawn')
    parser.add_argument('--factor', type=float, default=1, help='so many times as many of each drawn kind')
    parser.add_argument('--survivors', action='store_true', help='only those that the last whole run left alive')
    parser.add_argument('--idle', action='store_true', help='the killed ones, by cases that killed nothing')
    parser.add_argument('--publish', action='store_true', help='write the page and the matrix')
    parser.add_argument('names', nargs='*', help='those whose name contains one of these')
    options = parser.parse_args()
    kept = kill_matrix.Kept(FOLDER / 'results.json')
    try:
        mutants = chosen(options)
        globs = kept.idle_cases(case_ids()) if options.idle else ()
        if options.survivors or options.idle:
            mutants = [mutant for mutant in mutants if kept.has_killed(mutant.name) == options.idle]
        baseline, results = run_all(mutants, kept, globs)
        is_part = options.short or options.names
        matrix = kept.matrix(baseline, [mutant.name for mutant in chosen(options)])
        reasons = kill_matrix.reasons_of(ROOT / 'conformance/mutants/survivors.txt')
    except (planted.Wrong, ValueError) as error:
        print(error)
        print('0 passed, 1 failed')
        return 1
    if options.publish and not is_part:
        kill_matrix.publish(ROOT / 'docs', matrix, reasons)
    return kill_matrix.judge(results if is_part else matrix['mutants'], reasons, not is_part)


if __name__ == '__main__':
    sys.exit(main())
