#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sequence_chart.py PROGRAM SCENARIO.yaml FILE.svg [PAGE.md]: runs the scenario and draws what its VM, servers and bridges sent one
another, from the run's own capture and trace. With a page, the table between its lines <!-- flow: SCENARIO --> and
<!-- end --> is written anew: the same rows, by the same numbers."""
import html
import os
import re
import sys

from flow_capture import Run
from flow_frames import describe_pdu, name_of

WIDTH, TIME, TOP, FOOT = 1080, 92, 92, 40
LANES = {'server-1': 190, 'edge-a': 410, 'edge-b': 730, 'server-2': 950}
QUIET_US = 5000  # a gap as long as this between rows shows what passed meanwhile
STATE_LINE, ROW = 13, 30
WRAP = 46
STYLE = '''text{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:#222}
.small{font-size:10.5px;fill:#555}.time{font-size:10.5px;fill:#555;text-anchor:end}.state{font-size:10.5px;fill:#7a3d00}
.lane{font-weight:bold;text-anchor:middle}.title{font-size:15px;font-weight:bold}.mid{text-anchor:middle}
.note{font-weight:bold;fill:#a01818}.life{stroke:#999;stroke-dasharray:3 3}.dimp{stroke:#1749a0;stroke-width:1.4}
.vm{stroke:#2b7a2b;stroke-width:1.4}.quiet{fill:#f3f3ef}.runs{fill:#bfe3bf}.force{fill:#c5d6f5}.number{fill:#fff;font-size:9.5px;text-anchor:middle}'''


class Row:
    """One line of the chart: an arrow, a note, or what passed meanwhile."""

    def __init__(self, time_us, kind, names, **more):
        self.time_us, self.kind, self.names = time_us, kind, names
        self.source, self.target = more.get('source'), more.get('target')
        self.details = more.get('details', [])
        self.arrival_us = more.get('arrival_us', time_us)
        self.octets = more.get('octets', 0)
        self.count, self.number, self.states = 1, 0, []

    def label(self):
        return ' + '.join(self.names) + (' ×%d' % self.count if self.count > 1 else '')


def nodes_by_mac(run):
    """Who an address is: the first node that sends from it."""
    nodes = {}
    for sighting in run.sightings:
        if not sighting.is_inbound:
            nodes.setdefault(sighting.octets[6:12], sighting.node)
    return nodes


def pdu_rows(run):
    nodes, arrivals, rows, seen, quiet = nodes_by_mac(run), {}, [], set(), 0
    octets_of = {sighting.number: sighting for sighting in run.sightings}
    for sighting in run.sightings:
        if sighting.is_inbound:
            arrivals[(sighting.octets, sighting.node)] = sighting.time_us
    for pdu in run.pdus:
        sighting = octets_of[pdu['frame']]
        if sighting.octets in seen:
            continue
        seen.add(sighting.octets)
        names, details = describe_pdu(pdu)
        target = nodes.get(sighting.octets[:6])
        if not names:
            quiet += 1
            continue
        rows.append(Row(sighting.time_us, 'dimp', names, source=sighting.node, target=target, details=details,
                        arrival_us=arrivals.get((sighting.octets, target), sighting.time_us), octets=len(sighting.octets)))
    return rows, quiet


def bridge_of(server):
    return 'edge-a' if server == 'server-1' else 'edge-b'


def vm_rows(run):
    """Frames on the servers' cables that are not DIMP: rows for those that have a name, instants of the rest."""
    octets_of = {sighting.number: sighting.octets for sighting in run.sightings}
    dimp = {octets_of[pdu['frame']] for pdu in run.pdus}
    rows, services = [], []
    for sighting in run.sightings:
        if sighting.node not in ('server-1', 'server-2') or sighting.octets in dimp:
            continue
        name = name_of(sighting.octets)
        ends = (sighting.node, bridge_of(sighting.node))
        source, target = ends[::-1] if sighting.is_inbound else ends
        if name is None:
            services.append((sighting.time_us, source, target))
            continue
        name, _, detail = name.partition(': ')
        rows.append(Row(sighting.time_us, 'vm', [name], source=source, target=target, octets=len(sighting.octets),
                        details=[detail] if detail else []))
    return rows, services


def note_rows(run):
    rows = []
    for migration in run.report['migrations']:
        phases = migration['phases_us']
        rows.append(Row(phases['stopped'], 'note', ['%s is stopped for its last memory: %.3f ms' % (
            migration['vm'], migration['stop_us'] / 1000)], source='server-1'))
        rows.append(Row(phases['resumed'], 'note', ['%s runs again' % migration['vm']], source='server-2'))
    return rows


def merge(rows):
    """Periodic ones beyond a VM's first few are one row, counted."""
    merged, often = [], {}
    for row in sorted(rows, key=lambda row: (row.time_us, row.kind != 'note', row.kind != 'dimp')):
        key = (row.kind, row.source, row.target, tuple(row.names + row.details))
        last = often.get(key)
        if row.kind == 'vm' and last and merged and not any(other.kind == 'dimp' and other.time_us > last.time_us
                                                           for other in merged) and last.number >= 2:
            last.count += 1
            continue
        row.number = last.number + 1 if last and not any(
            other.kind == 'dimp' and other.time_us > last.time_us for other in merged) else 1
        often[key] = row
        merged.append(row)
    return merged


def attach_states(run, rows):
    """A state that a machine reaches stands under the row that brought it there."""
    arrows = [row for row in rows if row.kind == 'dimp']
    for instant, node, machine, before, after, clause in run.transitions:
        if before == after or machine == 'station':
            continue
        came = [row for row in arrows if row.target == node and row.arrival_us == instant]
        sent = [row for row in arrows if row.source == node and row.time_us <= instant]
        row = came[-1] if came else sent[-1] if sent else None
        if row:
            row.states.append((node, '%s → %s (%s)' % (before, after, clause)))


def meanwhile(services, begin_us, end_us):
    """What services sent to and from the VM between two rows."""
    counts = {}
    for time_us, source, target in services:
        if begin_us < time_us <= end_us:
            counts[(source, target)] = counts.get((source, target), 0) + 1
    texts = []
    for server in ('server-1', 'server-2'):
        bridge = bridge_of(server)
        inward, outward = counts.get((bridge, server), 0), counts.get((server, bridge), 0)
        if inward or outward:
            texts.append('at %s %d frames of the service to vm1, %d from it' % (server, inward, outward))
    return '; '.join(texts)


def add_gaps(rows, services, end_us):
    """Rows between rows that are far apart; an ending one up to the end of the run."""
    whole, number = [], 0
    for index, row in enumerate(rows):
        number += row.kind != 'note'
        row.number = number if row.kind != 'note' else 0
        whole.append(row)
        until_us = rows[index + 1].time_us if index + 1 < len(rows) else end_us
        if until_us - row.time_us < QUIET_US:
            continue
        text = meanwhile(services, row.time_us, until_us)
        whole.append(Row(row.time_us, 'quiet', ['%s later: %s' % (duration(until_us - row.time_us), text or 'no frame of the service')]))
    return whole


def duration(us):
    if us < 1000:
        return '%d µs' % us
    return '%.3f ms' % (us / 1000) if us < 1000000 else '%.4f s' % (us / 1000000)


def wrapped(details):
    lines = []
    for detail in details:
        while len(detail) > WRAP:
            cut = detail.rfind(', ', 0, WRAP)
            cut = cut + 1 if cut > 0 else WRAP
            lines.append(detail[:cut])
            detail = detail[cut:].strip()
        lines.append(detail)
    return lines


def text(x, y, words, style='', anchor=''):
    return '<text x="%d" y="%d"%s%s>%s</text>' % (x, y, ' class="%s"' % style if style else '',
                                                ' text-anchor="%s"' % anchor if anchor else '', html.escape(words))


def arrow(y, row):
    begin, end = LANES[row.source], LANES[row.target]
    tip = 7 if begin < end else -7
    parts = ['<line x1="%d" y1="%d" x2="%d" y2="%d" class="%s"/>' % (begin, y, end, y, row.kind),
             '<path d="M%d %d l%d -4 v8 z" fill="%s"/>' % (end, y, -tip, '#1749a0' if row.kind == 'dimp' else '#2b7a2b'),
             '<circle cx="%d" cy="%d" r="8" fill="%s"/>' % (begin, y, '#1749a0' if row.kind == 'dimp' else '#2b7a2b'),
             text(begin, y + 4, str(row.number), 'number')]
    return parts, (begin + end) // 2


def draw_arrow(y, row, start_us):
    parts, middle = arrow(y, row)
    parts.append(text(TIME, y + 4, clock(row.time_us - start_us), 'time'))
    parts.append(text(middle, y - 5, row.label(), 'mid'))
    below = y + 13
    for line in wrapped(row.details):
        parts.append(text(middle, below, line, 'small mid'))
        below += STATE_LINE
    for node, state in row.states:
        is_left = node in ('edge-a', 'server-1')
        side = LANES[node] + (-6 if is_left else 6)
        parts.append(text(side, below, state, 'state', 'end' if is_left else ''))
        below += STATE_LINE
    return parts, max(below - y + (8 if row.states else 0), ROW)


def clock(us):
    return ('-' if us < 0 else '+') + duration(abs(us))


def draw_row(y, row, start_us):
    if row.kind == 'quiet':
        return ['<rect x="%d" y="%d" width="%d" height="20" class="quiet"/>' % (TIME + 10, y - 14, WIDTH - TIME - 30),
                text((TIME + WIDTH) // 2, y, row.names[0], 'small mid')], ROW
    if row.kind == 'note':
        x = LANES[row.source]
        return [text(TIME, y, clock(row.time_us - start_us), 'time'),
                text(x + (12 if row.source == 'server-1' else -12), y, row.names[0], 'note',
                     '' if row.source == 'server-1' else 'end')], ROW
    return draw_arrow(y, row, start_us)


def bars(run, places, bottom):
    """Where the VM runs, and where its DI is in force."""
    phases = run.report['migrations'][0]['phases_us']

    def place(instant):
        return next((y for time_us, y in places if time_us >= instant), bottom)

    def bar(lane, begin, end, style):
        return '<rect x="%d" y="%d" width="10" height="%d" class="%s"/>' % (LANES[lane] - 5, begin, end - begin, style)

    return [bar('server-1', TOP, place(phases['stopped']), 'runs'), bar('server-2', place(phases['resumed']), bottom, 'runs'),
            bar('edge-a', TOP, place(phases['frozen']), 'force'), bar('edge-b', place(phases['activated']), bottom, 'force')]


def draw(run, rows, quiet):
    start_us = run.report['migrations'][0]['phases_us']['requested']
    y, parts, places = TOP + 34, [], []
    for row in rows:
        drawn, height = draw_row(y, row, start_us)
        parts += drawn
        places.append((row.arrival_us, y))
        y += height + 6
    bottom = y
    lanes = [text(x, TOP - 12, name, 'lane') for name, x in LANES.items()]
    lives = ['<line x1="%d" y1="%d" x2="%d" y2="%d" class="life"/>' % (x, TOP, x, bottom) for x in LANES.values()]
    head = [text(16, 28, run.report['title'], 'title'),
            text(16, 48, 'Blue: DIMP. Green: the VM\'s own frames on its cable. Green bar: vm1 runs here. Blue bar: this bridge owns its DI. '
                 'Times are from REQUEST on.', 'small'),
            text(16, 64, '%d PDUs that carry acknowledgements and PING alone are left out. Under arrows: what they say, and the states '
                 'that they lead to, with the clause.' % quiet, 'small')]
    size = (WIDTH, bottom + FOOT)
    return '\n'.join(['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (size * 2),
                      '<style>%s</style>' % STYLE, '<rect width="%d" height="%d" fill="#fff"/>' % size]
                     + head + lives + bars(run, places, bottom) + lanes + parts + ['</svg>', ''])


def table(run, rows):
    start_us = run.report['migrations'][0]['phases_us']['requested']
    lines = ['| | time | from | to | message | says | octets |', '| --- | --- | --- | --- | --- | --- | --- |']
    for row in rows:
        if row.kind in ('dimp', 'vm'):
            lines.append('| %d | %s | %s | %s | %s | %s | %d |' % (row.number, clock(row.time_us - start_us), row.source, row.target,
                                                         row.label(), '; '.join(row.details), row.octets))
        else:
            lines.append('| | %s | | | *%s* | | |' % (clock(row.time_us - start_us), row.names[0]))
    return '\n'.join(lines) + '\n'


def renew(page, name, rows):
    with open(page) as file:
        before = file.read()
    begin = '<!-- flow: %s -->\n' % name
    after, count = re.subn(re.escape(begin) + '.*?<!-- end -->\n', lambda _: begin + rows + '<!-- end -->\n', before, flags=re.S)
    if count != 1:
        sys.exit('sequence_chart.py: %s: has no lines %s and <!-- end -->' % (page, begin.strip()))
    if after != before:
        with open(page, 'w') as file:
            file.write(after)


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    program, scenario, svg = sys.argv[1:4]
    run = Run(program, scenario)
    named, services = vm_rows(run)
    pdus, quiet = pdu_rows(run)
    rows = merge(named + pdus + note_rows(run))
    attach_states(run, rows)
    rows = add_gaps(rows, services, run.report['ended_us'])
    with open(svg + '.new', 'w') as file:
        file.write(draw(run, rows, quiet))
    os.replace(svg + '.new', svg)
    if len(sys.argv) == 5:
        renew(sys.argv[4], os.path.basename(scenario)[:-len('.yaml')], table(run, rows))


main()
