"""Mutants of the model, drawn from its own text: one small change each, of a kind that people make.

What can be changed where is found by regular expressions in model/*.c and in the rows of model/registry. Of each
kind so many are taken as OPERATORS says, those whose fingerprint under the seed is least: a change elsewhere in the sources
leaves the others in place. What only prints, wipes or asserts is left out, for nobody outside can tell."""

import hashlib
import pathlib
import re

# Text for people, the way memory is laid out, wiping: not seen on the wires by their nature.
UNSEEN = {'text.c', 'printer.c', 'names.c', 'wipe.c', 'arena.c', 'di_index.c', 'duration.c', 'config.c'}
LEFT_OUT = re.compile(r'\bassert\(|\bwipe\(|^\s*/?\*|#|"|_trace|\bconst char\b')
AT_LEAST = {'OVERTAKEN_ABORTS'}  # who has more keeps the rule, too (DIMP 9.1-13)
MACHINES = ('source', 'destination', 'station')
ROW = re.compile(r'^ROW\((\w+),(\s*)(\w+),(\s*)(\w+),(\s*)(\w+),(\s*)"([^"]+)"\)$')
LIMIT = re.compile(r'^LIMIT\((\w+),(\s*)(\d+), "([^"]+)"')
SETTING = re.compile(r'^SETTING\((\w+),(\s*)(\d+),')


class Mutant:
    """One change: what it is called, what it breaks, and the whole new text of each file that it changes."""

    def __init__(self, name, kind, title, clause=''):
        self.name, self.kind, self.title, self.clause = name, kind, title, clause
        self.texts = {}
        self.place = ''

    def change_line(self, file, number, line):
        """Puts |line| in place of line |number|, which counts from 0; the others keep their numbers."""
        lines = pathlib.Path(file).read_text().split('\n')
        lines[number] = line
        self.texts[file] = '\n'.join(lines)
        self.place = f'{file}:{number + 1}'


def fingerprint(*parts):
    """Hexadecimal digits that depend on nothing but |parts|."""
    return hashlib.sha256('|'.join(parts).encode()).hexdigest()


def rows_of(machine):
    """Of each row of a machine: the number of its line, and what matched."""
    path = pathlib.Path(f'model/registry/{machine}.def')
    for number, line in enumerate(path.read_text().split('\n')):
        match = ROW.match(line)
        if match:
            yield number, match


def row_mutants(machine, kind):
    """The rows of a machine, taken away, led elsewhere or given the action of another."""
    rows = list(rows_of(machine))
    states = sorted({row[1] for _, row in rows} | {row[7] for _, row in rows})
    actions = sorted({row[5] for _, row in rows})
    for number, row in rows:
        came, event, action, to, clause = row[1], row[3], row[5], row[7], row[9]
        which = f'{machine}.{came}.{event}'
        draw = int(fingerprint(kind, which)[:8], 16)
        if kind == 'row-removed':
            title, line = f'{came} takes no notice of {event}', ''
        elif kind == 'row-redirected':
            others = [state for state in states if state not in (to, came)]
            other = came if came != to else others[draw % len(others)]
            title = f'{came} goes to {other} upon {event}, not to {to}'
            line = f'ROW({came}, {event}, {action}, {other}, "{clause}")'
        else:
            others = [each for each in actions if each != action]
            other = others[draw % len(others)]
            title = f'{came} does {other} upon {event}, not {action}'
            line = f'ROW({came}, {event}, {other}, {to}, "{clause}")'
        mutant = Mutant(f'{kind}/{which}', kind, title, f'DIMP {clause}')
        mutant.change_line(f'model/registry/{machine}.def', number, line)
        yield mutant


def definition_mutants(kind):
    """Limits one too large, or too small where larger ones are right, too; timers and bounds of the settings twice as long."""
    name = 'limits' if kind == 'limit' else 'settings'
    file = f'model/registry/{name}.def'
    for number, line in enumerate(pathlib.Path(file).read_text().split('\n')):
        match = (LIMIT if kind == 'limit' else SETTING).match(line)
        if not match or match[3] == '0':
            continue
        beyond = int(match[3]) + (-1 if match[1] in AT_LEAST else 1)
        value = beyond if kind == 'limit' else int(match[3]) * 2
        start, end = match.span(3)
        clause = re.search(r'"([0-9.]+-[0-9]+)"', line)
        mutant = Mutant(f'{kind}/{match[1]}', kind, f'{match[1]} is {value}, not {match[3]}', f'DIMP {clause[1]}')
        mutant.change_line(file, number, line[:start] + str(value) + line[end:])
        yield mutant


def swaps(pattern, others):
    """A maker of changes: each match of |pattern| in a line becomes what |others| says."""
    compiled = re.compile(pattern)

    def make(lines, number):
        line = lines[number]
        for match in compiled.finditer(line):
            other = others(match[0])
            yield line[:match.start()] + other + line[match.end():], f'`{match[0].strip()}` is `{other.strip()}`'
    return make


def dropped_checks(lines, number):
    """A condition upon which a function returns, or goes on, never holds."""
    match = re.match(r'^(\t+)if \((.*)\)$', lines[number])
    leaves = re.match(r'^\t+(return|continue|break)\b', lines[number + 1]) if number + 1 < len(lines) else None
    if match and leaves:
        yield f'{match[1]}if (0 && ({match[2]}))', 'this check is dropped'


def taken_results(lines, number):
    """A function says the opposite, or that nothing is wrong."""
    match = re.match(r'^(\t+)return (true|false|DIMP_ERROR_\w+);$', lines[number])
    if match and match[2] != 'DIMP_ERROR_NONE':
        other = {'true': 'false', 'false': 'true'}.get(match[2], 'DIMP_ERROR_NONE')
        yield f'{match[1]}return {other};', f'`{match[2]}` is `{other}`'


def dropped_statements(lines, number):
    """A call or an assignment does not happen."""
    match = re.match(r'^(\t+)([a-z_]\w*(?:->|\.|\[)\S* [|&+-]?= .*;|[a-z_]\w*\(.*\);|[a-z_][\w>.-]*(\+\+|--);)$', lines[number])
    if match and not lines[number - 1].endswith((',', '=', '(', '?', '&&', '||')):
        yield f'{match[1]};', 'this is not done'


COMPARED = {'<': '<=', '<=': '<', '>': '>=', '>=': '>'}
SUMS = {'+': '-', '-': '+', '*': '/', '/': '*', '<<': '>>', '>>': '<<'}
IN_TEXT = {
    'check': dropped_checks,
    'statement': dropped_statements,
    'result': taken_results,
    'boundary': swaps(r'(?<= )(?:<=|>=|<|>)(?= )', COMPARED.get),
    'equality': swaps(r'(?<= )[=!]=(?= )', lambda was: '!=' if was == '==' else '=='),
    'logic': swaps(r'(?<= )(?:&&|\|\|)(?= ?)', lambda was: '||' if was == '&&' else '&&'),
    'arithmetic': swaps(r'(?<=[\w)\]] )(?:\+|-|\*|/|<<|>>)(?= [\w(])', SUMS.get),
    'constant': swaps(r'(?<=[ (])[1-9][0-9]*(?=[;,) ])', lambda was: str(int(was) + 1)),
}
EVERYTHING = 1000000  # a factor
# How many of each kind are taken; 0: all.
OPERATORS = {
    'row-removed': 0, 'row-redirected': 25, 'row-action': 15, 'limit': 6, 'setting': 6,
    'check': 35, 'statement': 35, 'result': 15, 'boundary': 15, 'equality': 15, 'logic': 15, 'arithmetic': 15, 'constant': 8,
}


def text_mutants(kind):
    """All changes of a kind in the sources of the model."""
    for path in sorted(pathlib.Path('model').glob('*.c')):
        if path.name in UNSEEN:
            continue
        lines = path.read_text().split('\n')
        function, seen = '', {}
        for number, line in enumerate(lines):
            head = re.match(r'^(?:static )?[a-z].*?\b(\w+)\(', line)
            function = head[1] if head else function
            if not line.startswith('\t') or LEFT_OUT.search(line) or (kind != 'statement' and 'for (' in line):
                continue
            for changed, what in IN_TEXT[kind](lines, number):
                print_of = fingerprint(kind, path.name, function, line, changed)
                seen[print_of] = seen.get(print_of, 0) + 1
                name = f'{kind}/{path.stem}.{function}.{fingerprint(print_of, str(seen[print_of]))[:4]}'
                mutant = Mutant(name, kind, f'`{line.strip()}`: {what}')
                mutant.change_line(str(path), number, changed)
                yield mutant


def all_mutants(kind):
    """All changes of a kind."""
    if kind.startswith('row-'):
        return [mutant for machine in MACHINES for mutant in row_mutants(machine, kind)]
    if kind in ('limit', 'setting'):
        return list(definition_mutants(kind))
    return list(text_mutants(kind))


def generated(seed, factor):
    """Those that are taken under the seed: of each kind |factor| times as many as OPERATORS says."""
    for kind, count in OPERATORS.items():
        mutants = all_mutants(kind)
        if count:
            mutants.sort(key=lambda mutant: fingerprint(seed, mutant.name))
            mutants = mutants[:max(1, round(count * factor))]
        yield from mutants
