#!/usr/bin/env python3
"""Bugs planted in copies of the sources, each of which fuzz_migration found, and must find again by the input that it found.

A file of harness/planted that says

    fuzzed: found after 1234

is planted as planted.py plants it and the fuzzer is linked with it. It found the bug after so many executions, from the
committed inputs on, and what found it is kept under harness/fuzz/planted, by the bug's name: with the bug it must end in an
abort, a crash or a leak, and without it, it is well, as all committed inputs are. So a judge that has gone blind fails here,
and so does a step that no longer means what it meant.

usage: fuzz_planted.py [--measure SECONDS] [NAME...]; the environment is that of planted.py. --measure looks anew, for so long
at most with each bug that has the line, and writes down what it took and what found it. The last line is "N passed, N failed".
       fuzz_planted.py --docs FILE writes the table of these bugs between its markers.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import planted

FUZZER = 'fuzz_migration'
FUZZ = planted.BUILD / 'fuzz' / FUZZER
CORPUS = pathlib.Path('harness/fuzz/corpus/migration')
DICTIONARY = pathlib.Path('build/fuzz-dictionaries/migration.dict')
KEPT = pathlib.Path('harness/fuzz/planted')
FUZZED = re.compile(r'^fuzzed: found after ([0-9]+)$', re.MULTILINE)
SEED = 1  # of libFuzzer: a run on one machine is like the next


in_program = planted.is_in_program


def is_linked(source):
    """Whether the fuzzer may be linked with this source: the program's, and what is of fuzzers."""
    return in_program(source) or source.startswith('harness/fuzz/')


planted.is_in_program = is_linked


def objects_of(sources, folder):
    """What is compiled anew; sources of the fuzzer look into the model, as those of the program may not."""
    found = []
    for source in sorted(sources):
        command = os.environ['COMPILE_HARNESS']
        if source.startswith('harness/fuzz/'):
            os.environ['COMPILE_HARNESS'] = command + ' -iquote model'
        found.append(planted.compile_one(source, folder))
        os.environ['COMPILE_HARNESS'] = command
    return found


def build(bug, folder):
    """The fuzzer with the bug in it."""
    sources = set()
    for file in planted.plant(bug, folder):
        sources.update(planted.dependents(file))
    parts = {f'harness/fuzz/{path.name}' for path in pathlib.Path('harness/fuzz').glob('*.c')
             if not path.name.startswith('fuzz_')} | {f'harness/fuzz/{FUZZER}.c'}
    sources = {source for source in sources if not source.startswith('harness/fuzz/') or source in parts}
    others = [planted.BUILD / 'obj' / (part[:-2] + '.o') for part in sorted(parts - sources)]
    program = folder / FUZZER
    subprocess.run(shlex.split(os.environ['LINK']) + ['-fsanitize=fuzzer']
                   + [str(path) for path in objects_of(sources, folder) + others + planted.ARCHIVES]
                   + shlex.split(os.environ['LIBRARIES']) + ['-lm', '-o', str(program)], check=True)
    return program


def fuzz(program, folder, seconds):
    """(executions until something was found, the input), or (0, how many were made)."""
    found = folder / 'found'
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    for left in folder.glob('crash-*'):
        left.unlink()
    words = [str(program), f'-seed={SEED}', '-timeout=60', '-rss_limit_mb=2048', '-print_final_stats=1',
             f'-max_total_time={seconds}', f'-artifact_prefix={folder}/', str(found), str(CORPUS)]
    if DICTIONARY.exists():
        words.insert(1, f'-dict={DICTIONARY}')
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    text = done.stderr.decode(errors='replace')
    made = re.findall(r'stat::number_of_executed_units: *([0-9]+)', text)
    if not made:
        raise planted.Wrong(f'the fuzzer did not run: {text.strip()[-200:]}')
    if done.returncode == 0:
        return 0, f'nothing in {made[-1]} executions'
    left = sorted(folder.glob('crash-*'))
    if not left:
        raise planted.Wrong(f'the fuzzer kept nothing: {text.strip()[-200:]}')
    return int(made[-1]), left[0]


def end_of(program, inputs):
    """Exit code with these inputs, and where it stood: the judge that was broken, or what crashed."""
    done = subprocess.run([str(program), *map(str, inputs)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    stands = re.search(r'#[0-9]+ 0x[0-9a-f]+ in (?!abort|require|raise|__|gsignal|pthread)(\w+) [^ ]*/(?:model|harness)/',
                       done.stderr.decode(errors='replace'))
    return done.returncode, stands.group(1) + '()' if stands else 'a report'


def judge(path, seconds):
    """Whether the bug is found, and by what."""
    bug = planted.Bug(path)
    folder = planted.BUILD / 'fuzz-planted' / bug.name
    program, kept = build(bug, folder), KEPT / bug.name
    after = ''
    if seconds:
        made, what = fuzz(program, folder, seconds)
        if not made:
            return False, what
        KEPT.mkdir(exist_ok=True)
        shutil.copyfile(what, kept)
        path.write_text(FUZZED.sub(f'fuzzed: found after {made}', path.read_text()))
        after = f' after {made} executions'
    if not kept.exists():
        return False, f'no input is kept, {kept}'
    if end_of(FUZZ, [kept])[0] != 0:
        return False, 'its input fails without the bug'
    code, what = end_of(program, [kept])
    return code != 0, f'found by {what}{after}' if code else 'its input is well with the bug'


def fuzzed_bugs(names):
    return [path for path in planted.bugs(names) if FUZZED.search(path.read_text())]


def main():
    parser = argparse.ArgumentParser(description='planted bugs are found by the fuzzer')
    parser.add_argument('--measure', type=int, default=0, metavar='SECONDS')
    parser.add_argument('--docs', type=pathlib.Path, metavar='FILE')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    if options.docs:
        rows = ['| bug | found after so many executions |', '| --- | ---: |']
        rows += [f'| {bug.title} | {bug.fuzzed} |' for bug in map(planted.Bug, fuzzed_bugs([]))]
        planted.write_table(options.docs, 'fuzzed', rows)
        return 0
    passed = failed = 0
    if end_of(FUZZ, sorted(CORPUS.glob('*')))[0] != 0:
        print('FAIL the committed inputs without any bug')
        failed += 1
    for path in fuzzed_bugs(options.names):
        try:
            is_right, what = judge(path, options.measure)
        except (planted.Wrong, subprocess.CalledProcessError) as error:
            is_right, what = False, str(error)
        print(f'{"ok  " if is_right else "FAIL"} {path.stem:34} {what}', flush=True)
        passed += is_right
        failed += not is_right
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
