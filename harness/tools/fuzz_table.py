#!/usr/bin/env python3
"""fuzz_table.py [FOLDER...]: writes the table of docs/FUZZING.md.

A row is a fuzzer: what it reads (the first sentence of its source), and a run that ended without a report, taken from
the logs (fuzz_<name>.log, as harness/tools/fuzz.sh leaves them) in the folders. The run that the table has already stays
unless the log's was no shorter and had no fewer executions: seconds on a busy machine say little, and executions of an
earlier, lighter fuzzer say little, too.  Inputs and finds are counted in harness/fuzz."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs/FUZZING.md'
BEGIN, END = '<!-- runs: written by harness/tools/fuzz_table.py -->\n', '<!-- end of runs -->\n'
HEAD = ('| fuzzer | input | engine | seconds | executions | edges | inputs kept | finds |\n'
        '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n')
NO_RUN = ['libFuzzer', '-', '-', '-']


def meaning(path):
    """The first comment that is no licence, up to its first stop or colon."""
    comments = re.findall(r'/\*(.*?)\*/', path.read_text(), re.S)
    text = next(' '.join(re.sub(r'^\s*\* ?', '', comment, flags=re.M).split())
                for comment in comments if 'SPDX' not in comment)
    return re.split(r'[:.](?:\s|$)', text)[0]


def run_of(log):
    """Engine, seconds, executions, edges of a log; None when it did not end well."""
    text = log.read_text(errors='replace')
    done = re.search(r'^Done (\d+) runs in (\d+) second', text, re.M)
    edges = re.findall(r'DONE +cov: (\d+)', text)
    if 'ERROR:' in text or not done or not edges:
        return None
    return ['libFuzzer', done[2], done[1], edges[-1]]


def is_no_less(run, known):
    return int(run[1]) >= int(known[1]) and int(run[2]) >= int(known[2])


def count(folder):
    return sum(1 for _ in folder.glob('*')) if folder.is_dir() else 0


def main():
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    runs = {}
    for row in table.splitlines():
        cells = [cell.strip() for cell in row.strip('|').split('|')]
        if len(cells) == 8:
            runs[cells[0]] = cells[2:6]
    for folder in sys.argv[1:]:
        for log in sorted(pathlib.Path(folder).glob('fuzz_*.log')):
            name, run = log.stem[len('fuzz_'):], run_of(log)
            known = runs.get(name, NO_RUN)
            if run and (not known[1].isdigit() or is_no_less(run, known)):
                runs[name] = run
    rows = ''
    for path in sorted((ROOT / 'harness/fuzz').glob('fuzz_*.c')):
        name = path.stem[len('fuzz_'):]
        cells = [name, meaning(path), *runs.get(name, NO_RUN), str(count(ROOT / 'harness/fuzz/corpus' / name)),
                 str(count(ROOT / 'harness/fuzz/regressions' / name))]
        rows += '| ' + ' | '.join(cells) + ' |\n'
    PAGE.write_text(before + BEGIN + HEAD + rows + END + after)


main()
