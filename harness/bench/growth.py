#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""growth.py: draws docs/bench/growth.svg from docs/bench/results.json: time and memory of a fabric against its bridges (each with 100 VMs), and time of
a transfer against its records, by loss. Needs gnuplot."""
import json
import re
import subprocess

RESULTS, PICTURE = 'docs/bench/results.json', 'docs/bench/growth.svg'


def points(rows, pattern):
    """(number, ours) of the rows whose name matches."""
    found = [(re.fullmatch(pattern, row['what']), row['ours']) for row in rows]
    return sorted((int(match[1]), ours) for match, ours in found if match)


def block(name, values):
    return f'${name} << END\n' + ''.join(f'{x} {y}\n' for x, y in values) + 'END\n'


def main():
    with open(RESULTS, encoding='utf-8') as file:
        sections = json.load(file)
    fabric, transfer = sections['fabric']['rows'], sections['transfer']['rows']
    losses = ('0', '1', '5')
    script = block('run', points(fabric, r'(\d+) bridges.*: run in')) + block('memory', points(fabric, r'(\d+) bridges.*: memory'))
    for loss in losses:
        script += block(f'loss{loss}', points(transfer, rf'NewReno, (\d+) records, .*RTT 1 ms, loss {loss} %'))
    script += f"""set terminal svg size 900,320 font 'sans,11'
set output '{PICTURE}'
set multiplot layout 1,3
set logscale xy
set grid
set key top left
set xlabel 'bridges'
plot $run with linespoints title 'processor seconds'
plot $memory with linespoints title 'MiB'
set xlabel 'records, RTT 1 ms'
plot {', '.join(f"$loss{loss} with linespoints title 'ms, loss {loss} %'" for loss in losses)}
"""
    subprocess.run(['gnuplot'], input=script, text=True, check=True)


if __name__ == '__main__':
    main()
