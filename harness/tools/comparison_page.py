# SPDX-License-Identifier: MIT
"""What comparison.py measured, as tables (page, text, CSV) and plots. Everything here follows from results.json alone."""
import csv
import io
import os
import re
import statistics
import subprocess

FOLDER = 'docs/comparison/'
RESULTS = FOLDER + 'results.json'
TEXT = FOLDER + 'results.txt'
PAGE = 'docs/COMPARISON.md'
TITLES = {'acl': '802.1X and dynamic ACL', 'macsec': 'MACsec', 'igmp': 'IGMP membership', 'mld': 'MLD membership',
          'dhcp': 'DHCP binding, source guard', 'dhcp6': 'DHCPv6 binding, source guard', 'savi': 'SAVI binding',
          'plain': 'a VM without DI', 'all': 'all four together', 'entries': 'DHCP bindings and groups'}
COLOURS = {'nothing': '#888888', 'announced': '#c8a24a', 'workarounds': '#c0504d', 'one-shot': '#6fa8dc', 'staged': '#1749a0',
           'frames held': '#5a9c4b'}
COLUMNS = ['experiment', 'template', 'method', 'value', 'seed', 'results', 'stop_us', 'blackout_us', 'handover_us', 'full_us', 'restored_vms',
           'served_vms', 'moved_vms', 'lost', 'lost_beyond_stop', 'uplink_octets', 'port_octets', 'vm_messages', 'announcements', 'observed_us']


def rows_of(results, experiment):
    return [row for row in results if row['experiment'] == experiment]


def unique(values):
    return list(dict.fromkeys(values))


def milliseconds(us):
    return '%.1f s' % (us / 1e6) if us >= 10e6 else '%.2f s' % (us / 1e6) if us >= 1e6 else '%.1f ms' % (us / 1000)


def time_to_full(row):
    return 'not in %.0f s' % (row['observed_us'] / 1e6) if row['full_us'] is None else milliseconds(row['full_us'])


def darkest(row):
    return max(service['dark_us'] for service in row['services'].values())


def types_table(results, experiment='types'):
    head = ['DI type', 'method', 'full service after', 'longest silence', 'frames lost', 'beyond the stop', 'octets between bridges',
            "octets at the VM's port", 'messages of the VM']
    rows, last = [], None
    for row in rows_of(results, experiment):
        name = TITLES[row['template']] if row['template'] != last else ''
        last = row['template']
        rows.append([name, row['method'], time_to_full(row), milliseconds(darkest(row)), row['lost'], row['lost_beyond_stop'],
                     row['uplink_octets'], row['port_octets'], row['vm_messages']])
    return [head] + rows


def spread(rows):
    """Median and worst over the seeds of the time beyond the VM's own stop, and of the frames lost there."""
    if not rows:
        return ''
    beyond = [None if row['full_us'] is None else max(row['full_us'] - row['stop_us'], 0) for row in rows]
    lost = [row['lost_beyond_stop'] for row in rows]
    never = sum(value is None for value in beyond)
    if len(rows) == 1:
        return '%s, %d lost' % ('never' if never else milliseconds(beyond[0]) if beyond[0] >= 1000 else '< 1 ms', lost[0])
    known = [value for value in beyond if value is not None]
    text = 'never' if not known else milliseconds(statistics.median(known))
    worst = 'never in %d of %d' % (never, len(rows)) if never else 'worst ' + milliseconds(max(known))
    return '%s, %s; %d lost' % (text, worst, max(lost))


def sweep_table(results, experiment, axis):
    rows = rows_of(results, experiment)
    methods = unique(row['method'] for row in rows)
    table = [['DI type', axis] + methods]
    for template in unique(row['template'] for row in rows):
        rows_here = [row for row in rows if row['template'] == template]
        for value in unique(row['value'] for row in rows):
            cells = [[row for row in rows_here if (row['value'], row['method']) == (value, method)]
                     for method in methods]
            name = TITLES[template] if value == rows[0]['value'] else ''
            table.append([name, value] + [spread(cell) for cell in cells])
    return table


def entries_table(results):
    rows = rows_of(results, 'entries')
    table = [['entries', 'method', 'DIMP within the stop', "beyond the VM's own stop", 'frames lost there', 'octets between bridges', 'octets for each entry']]
    for row in rows:
        count = int(row['value'])
        table.append([row['value'], row['method'], milliseconds(row['handover_us']),
                      milliseconds(max((row['blackout_us'] or 0) - row['stop_us'], 0)), row['lost_beyond_stop'], row['uplink_octets'],
                      '%.0f' % (row['uplink_octets'] / count)])
    return table


def vms_table(results):
    rows = rows_of(results, 'VMs')
    table = [['DI type', 'VMs', 'method', 'slowest DIMP within a stop', 'full service of all after', 'VMs with services that came back', 'frames lost beyond stops', 'octets between bridges', 'messages of VMs']]
    for row in rows:
        table.append([TITLES[row['template']], row['value'], row['method'], '' if row['handover_us'] is None else milliseconds(row['handover_us']), time_to_full(row), '%d of %d' % (row['restored_vms'], row['served_vms']),
                      row['lost_beyond_stop'], row['uplink_octets'], row['vm_messages']])
    return table


TABLES = {
    'types': types_table,
    'near': lambda results: types_table(results, 'near'),
    'round-trip': lambda results: sweep_table(results, 'round trip', 'round trip'),
    'round-trip-near': lambda results: sweep_table(results, 'round trip, near', 'round trip'),
    'stop': lambda results: sweep_table(results, 'stop', "the VM's own stop"),
    'loss': lambda results: sweep_table(results, 'loss', 'loss'),
    'entries': entries_table,
    'VMs': vms_table,
}


def as_markdown(table):
    lines = ['| ' + ' | '.join(str(cell) for cell in row) + ' |' for row in table]
    return '\n'.join([lines[0], '|' + ' --- |' * len(table[0])] + lines[1:]) + '\n'


def as_text(name, table):
    widths = [max(len(str(row[column])) for row in table) for column in range(len(table[0]))]
    lines = ['  '.join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table]
    return name + '\n\n' + '\n'.join(lines) + '\n'


def as_csv(results):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator='\n')
    writer.writerow(COLUMNS)
    for row in results:
        writer.writerow(['/'.join(row[column]) if column == 'results' else '' if row[column] is None else row[column] for column in COLUMNS])
    return out.getvalue()


def page_of(results):
    with open(PAGE) as file:
        page = file.read()
    for name, table in TABLES.items():
        begin = '<!-- comparison: %s -->\n' % name
        page, count = re.subn(re.escape(begin) + '.*?<!-- end -->\n', lambda _: begin + as_markdown(table(results)) + '<!-- end -->\n', page, flags=re.S)
        if count != 1:
            raise SystemExit('comparison_page: %s has no lines %s and <!-- end -->' % (PAGE, begin.strip()))
    return page


# ---- Plots

HEAD = '''set terminal svg size 900,%d font "Helvetica,12" background "#ffffff"
set output "%s"
set title "%s"
set grid ytics lc rgb "#dddddd"
set key %s
'''


def plot(name, script):
    subprocess.run(['gnuplot'], input=script, text=True, check=True)


def colour_of(method):
    return COLOURS[method]


def plot_types(results, path):
    rows = rows_of(results, 'types')
    methods, templates = unique(row['method'] for row in rows), unique(row['template'] for row in rows)
    data, labels = [], []
    for position, template in enumerate(templates):
        cells = []
        for index, method in enumerate(methods):
            row = next(row for row in rows if (row['template'], row['method']) == (template, method))
            value = (row['observed_us'] if row['full_us'] is None else row['full_us']) / 1000
            cells.append('%.3f' % value)
            if row['full_us'] is None:
                labels.append('set label "never" at first %f,%f rotate by 90 font ",9" offset 0,0.3 left' %
                              (position - 0.333 + index * 0.1667, value))
        data.append('"%s" %s' % (re.sub('(,| and| membership)', r'\\n\1', TITLES[template]).replace('\\n,', ',\\n'), ' '.join(cells)))
    script = HEAD % (520, path, 'Time from the stop until all services pass again (VM\\x27s own stop 14.4 ms)'.replace('\\x27', "'"), 'outside top center horizontal')
    script += 'set logscale y\nset yrange [10:1e6]\nset format y "10^{%T}"\nset ylabel "ms"\nset style data histogram\nset style histogram clustered gap 1\n'
    script += 'set style fill solid 0.9\nset xtics scale 0\nset bmargin 5\n' + '\n'.join(labels) + '\n$data << EOD\n' + '\n'.join(data) + '\nEOD\nplot '
    script += ', '.join('$data using %d%s title "%s" lc rgb "%s"' % (index + 2, ':xtic(1)' if index == 0 else '', method, colour_of(method))
                        for index, method in enumerate(methods))
    plot(path, script + '\n')


DASHES = {'all': 1, 'dhcp': 2, 'igmp': 3, 'macsec': 2, 'acl': 4}
MARKS = {'all': 7, 'dhcp': 5, 'igmp': 9, 'macsec': 5, 'acl': 11}
DRAWN_LOSS = ('igmp', 'dhcp', 'acl', 'all')


def number_in(text):
    return float(re.match(r'[\d.]+', text).group())


def lines_of(rows, worst_of):
    """(title, method, template, points) for each line of a plot; a point that never came is left out."""
    for template in unique(row['template'] for row in rows):
        for method in unique(row['method'] for row in rows):
            points = []
            for value in unique(row['value'] for row in rows):
                measured = [worst_of(row) for row in rows if (row['template'], row['method'], row['value']) == (template, method, value)]
                if measured and None not in measured:
                    points.append((number_in(value), max(measured)))
            if points:
                yield '%s: %s' % (TITLES[template], method), method, template, points


def beyond_ms(row):
    return None if row['full_us'] is None else max(row['full_us'] - row['stop_us'], 100) / 1000


def octets_if_any(row):
    return row['uplink_octets'] or None


def plot_lines(path, title, rows, axes, worst_of):
    script = HEAD % (430, path, title, 'outside right top vertical font ",10"')
    script += 'set xlabel "%s"\nset ylabel "%s"\n%s\n' % axes
    parts = []
    for index, (name, method, template, points) in enumerate(lines_of(rows, worst_of)):
        script += '$line%d << EOD\n%s\nEOD\n' % (index, '\n'.join('%g %g' % point for point in points))
        parts.append('$line%d using 1:2 with linespoints lw 2 pt %d ps 0.8 dt %d lc rgb "%s" title "%s"' % (
            index, MARKS.get(template, 7), DASHES.get(template, 1), colour_of(method), name))
    plot(path, script + 'plot ' + ', '.join(parts) + '\n')


def write_plots(results):
    plot_types(results, FOLDER + 'types.svg')
    both_log = 'set logscale xy\nset yrange [0.1:100000]'
    plot_lines(FOLDER + 'round-trip.svg', "Beyond the VM's own stop until all services pass again", rows_of(results, 'round trip'),
               ('round-trip time between the bridges, ms', 'ms (0.1: none)', both_log), beyond_ms)
    plot_lines(FOLDER + 'loss.svg', "Beyond the VM's own stop, the worst of three seeds", [row for row in rows_of(results, 'loss') if row['template'] in DRAWN_LOSS],
               ('frames lost on each of the two links, %', 'ms (0.1: none)', 'set logscale y\nset yrange [0.1:100000]'), beyond_ms)
    plot_lines(FOLDER + 'entries.svg', 'What DIMP does within the stop, round trip 10 ms', rows_of(results, 'entries'),
               ('DI entries of the VM', 'ms', 'set logscale x\nset yrange [0:*]'), lambda row: row['handover_us'] / 1000)
    plot_lines(FOLDER + 'VMs.svg', 'Control frames on the link of the new bridge', rows_of(results, 'VMs'),
               ('VMs that move at once', 'octets', 'set logscale xy\nset yrange [100:1e6]'), octets_if_any)


def write_files(results, is_check):
    """Writes what follows from |results|; or, for a check, returns the names of the files that do not."""
    texts = {FOLDER + 'results.csv': as_csv(results),
             TEXT: '\n'.join(as_text(name, table(results)) for name, table in TABLES.items()),
             PAGE: page_of(results)}
    if is_check:
        return [name for name, text in texts.items() if not os.path.exists(name) or open(name).read() != text]
    for name, text in texts.items():
        with open(name, 'w') as file:
            file.write(text)
    write_plots(results)
    return []
