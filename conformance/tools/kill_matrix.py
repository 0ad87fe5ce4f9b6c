"""What the runs of mutants.py came to: kept between runs, judged, and published as docs/MUTANTS.md and docs/mutants.json."""

import collections
import json
import re

BY_HAND = ('hand', 'planted')
DEAD = ('killed', 'hangs')
NONE_OF_THEM = ('equivalent', 'free')  # reasons for which a mutant is none
BAR = 95  # of a hundred mutants, so many must be killed
KINDS = {
    'hand': 'by hand, for this', 'planted': 'by hand, of `harness/planted`', 'row-removed': 'a row of a machine is gone',
    'row-redirected': 'a row leads to another state', 'row-action': 'a row does what another does',
    'limit': 'a limit is one larger, or one smaller where larger is right, too',
    'setting': 'a timer or bound has twice its default', 'check': 'a check is dropped', 'statement': 'a call or an assignment is left out',
    'result': 'a function returns the opposite, or no error', 'boundary': '`<` for `<=` and the like', 'equality': '`==` for `!=` and back',
    'logic': '`and` for `or` and back', 'arithmetic': '`+` for `-`, `*` for `/`, `<<` for `>>` and back', 'constant': 'a number is one larger',
}


class Kept:
    """The last results of each mutant, in a file of the build."""

    def __init__(self, path):
        self.path = path
        self.results = {}
        if path.exists():
            self.results = {each['name']: each for each in json.loads(path.read_text())['mutants']}

    def has_killed(self, name):
        return self.results.get(name, {}).get('outcome') in DEAD + ('same',)

    def add(self, baseline, result, is_part):
        """Notes what became of a mutant; if only a part of the cases ran, their kills are added to the others."""
        if is_part and result['outcome'] in ('killed', 'alive'):
            before = self.results[result['name']]
            result = dict(before, kills=sorted(set(before['kills']) | set(result['kills'])))
        self.results[result['name']] = result
        self.path.write_text(json.dumps({'cases': list(baseline), 'mutants': list(self.results.values())}))

    def idle_cases(self, ids):
        """Those of |ids| that have killed nothing."""
        busy = {case.split('/')[0] for each in self.results.values() for case in each['kills']}
        return [case for case in ids if case not in busy]

    def matrix(self, baseline, names):
        """What became of each of |names|, the last time that it ran."""
        return {'cases': list(baseline), 'mutants': [self.results[name] for name in names if name in self.results]}


def reasons_of(path):
    """Why mutants are alive, by name: "NAME equivalent|free|unseen|gap: why"."""
    reasons = {}
    for line in path.read_text().split('\n'):
        match = re.match(r'^(\S+) (equivalent|free|unseen|gap): (.+)$', line)
        if match:
            reasons[match[1]] = (match[2], match[3])
        elif line and not line.startswith('#'):
            raise ValueError(f'{path}: what is "{line}"?')
    return reasons


class Tally:
    """Who is dead, alive, and no mutant at all."""

    def __init__(self, mutants, reasons):
        self.mutants = [each for each in mutants if each['outcome'] not in ('same', 'broken')
                        and reasons.get(each['name'], ('',))[0] not in NONE_OF_THEM]
        self.equivalent = [each for each in mutants if each['outcome'] == 'alive' and reasons.get(each['name'], ('',))[0] in NONE_OF_THEM]
        self.same = [each for each in mutants if each['outcome'] == 'same']
        self.broken = [each for each in mutants if each['outcome'] == 'broken']
        self.alive = [each for each in self.mutants if each['outcome'] == 'alive']

    def of(self, by_hand):
        """(killed, all) of those by hand, or of the others."""
        mine = [each for each in self.mutants if (each['kind'] in BY_HAND) == by_hand]
        return sum(each['outcome'] in DEAD for each in mine), len(mine)


def percent(killed, count):
    return 100 * killed / count if count else 100.0


def idle_cases(matrix):
    """Cases that kill nothing, and turns of cases that kill nothing, by id; to see that all is broken is nothing."""
    busy = {case for each in matrix['mutants'] if 2 * len(each['kills']) <= len(matrix['cases']) for case in each['kills']}
    ids = collections.defaultdict(list)
    for case in matrix['cases']:
        ids[case.split('/')[0]].append(case)
    idle = [case for case, turns in ids.items() if not busy.intersection(turns)]
    return idle, [case for case in matrix['cases'] if case not in busy], len(ids)


def judge(mutants, reasons, is_whole):
    """Prints what it comes to; the exit code."""
    tally = Tally(mutants, reasons)
    wrong = [f"{each['name']} is not killed: {each['breaks']} ({each['place']})" for each in tally.alive if each['name'] not in reasons]
    wrong += [f"{each['name']} cannot be built: {each.get('why', '')}" for each in tally.broken]
    wrong += [f"{each['name']} is the reference" for each in tally.same if each['kind'] in BY_HAND]
    wrong += [f"{each['name']} has a reason to be alive, and is killed" for each in mutants
              if each['outcome'] in DEAD and each['name'] in reasons]
    for by_hand, what in ((True, 'by hand'), (False, 'generated')):
        killed, count = tally.of(by_hand)
        print(f'{what}: {killed} of {count} killed, {percent(killed, count):.1f} %')
        if is_whole and percent(killed, count) < BAR:
            wrong.append(f'of mutants {what} less than {BAR} % are killed')
    for line in wrong:
        print(f'FAIL {line}')
    print(f'{len(mutants) - len(tally.same)} mutants run, {len(tally.same)} drawn that compile to the reference, '
          f'{len(tally.equivalent)} equivalent')
    print(f'{len(mutants) - len(wrong)} passed, {len(wrong)} failed')
    return 1 if wrong or not mutants else 0


def ranges(numbers):
    """Ascending numbers as "0-4,7"."""
    spans = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ','.join(f'{first}-{last}' if last > first else f'{first}' for first, last in spans)


def write_json(path, matrix):
    """The matrix: the ids of all turns, and for each mutant the places in that list of those that kill it."""
    place = {case: number for number, case in enumerate(matrix['cases'])}
    lines = []
    for each in matrix['mutants']:
        kills = sorted(place[case] for case in each['kills'] if case in place)
        lines.append(json.dumps({'name': each['name'], 'breaks': each['breaks'], 'outcome': each['outcome'], 'kills': ranges(kills)}))
    cases = ',\n'.join(json.dumps(case) for case in matrix['cases'])
    path.write_text(f'{{"cases": [\n{cases}\n],\n"mutants": [\n' + ',\n'.join(lines) + '\n]}\n')


def cell(text):
    return text.replace('|', '\\|')


def row_of(each):
    """A mutant's row: what it breaks, how many kill it, who is first."""
    kills = each['kills']
    killed = {'hangs': 'it hangs', 'alive': 'alive'}.get(each['outcome'], f'{len(kills)}')
    breaks = each['breaks'] if each['kind'] in BY_HAND else f"{each['breaks']} (`{each['place'].split('/')[-1]}`)"
    return f"| `{each['name']}` | {cell(breaks)} | {killed} | {kills[0] if kills else ''} |"


def tables(matrix, reasons):
    """The lines of the page that follow from the matrix."""
    tally = Tally(matrix['mutants'], reasons)
    idle, idle_turns, case_count = idle_cases(matrix)
    lines = ['## What it came to', '', '| mutants | run | killed | of a hundred |', '| --- | --- | --- | --- |']
    for by_hand, what in ((True, 'by hand'), (False, 'generated')):
        killed, count = tally.of(by_hand)
        lines.append(f'| {what} | {count} | {killed} | {percent(killed, count):.1f} |')
    lines += ['', f'Besides, {len(tally.same)} that were drawn compile to the octets of the reference and are none, and {len(tally.equivalent)} are '
              f"equivalent for the reason that stands below. {case_count - len(idle)} of {case_count} cases kill at least one; of their "
              f"{len(matrix['cases'])} turns {len(matrix['cases']) - len(idle_turns)} do. "
              'A mutant that more than half of the turns kill does not count there.', '', '| kind | what is wrong | run | killed |',
              '| --- | --- | --- | --- |']
    for kind, what in KINDS.items():
        mine = [each for each in tally.mutants if each['kind'] == kind]
        lines.append(f"| {kind} | {what} | {len(mine)} | {sum(each['outcome'] in DEAD for each in mine)} |")
    lines += ['', '## Alive', '', '| mutant | what is wrong | why nobody kills it |', '| --- | --- | --- |']
    for each in tally.alive + tally.equivalent:
        why = reasons.get(each['name'])
        text = f'{why[0]}: {why[1]}' if why else ('only inconclusive cases' if each['unsure'] else 'a gap of the suite')
        lines.append(f"| `{each['name']}` | {cell(each['breaks'])} (`{each['place'].split('/')[-1]}`) | {cell(text)} |")
    lines += ['', '## Cases that kill nothing', '', ', '.join(idle) + '.' if idle else 'None.', '', '## By hand', '']
    head = ['| mutant | what it breaks | cases that kill it | the first |', '| --- | --- | --- | --- |']
    lines += head + [row_of(each) for each in tally.mutants if each['kind'] in BY_HAND]
    lines += ['', '## Generated', ''] + head + [row_of(each) for each in tally.mutants if each['kind'] not in BY_HAND]
    return lines


def publish(folder, matrix, reasons):
    """Writes the matrix, and the page's part between its markers."""
    write_json(folder / 'mutants.json', matrix)
    page = folder / 'MUTANTS.md'
    start, end = '<!-- generated: mutants -->\n', '<!-- end -->'
    before, _, rest = page.read_text().partition(start)
    page.write_text(before + start + '\n'.join(tables(matrix, reasons)) + '\n' + rest[rest.index(end):])
