#!/usr/bin/python3
"""Whether the conformance suite judges rightly: of the reference, of others behind a program or a shared object, of those that must fail.

The whole suite runs in process and through both kinds of shim, in random order too; broken implementations fail with the code
that says how; verdicts, exit codes, reports, expectations, PICS files and evidence are those that docs/CONFORM.md promises.

The whole suite is timed and repeated by the program of BUILD; ASAN's runs it once, and does all else.

usage: conformance_test.py BUILD ASAN ROUNDS; the last line is "N passed, N failed".
"""

import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

BUILD, ASAN, ROUNDS = sys.argv[1:]
TESTS = 'conformance/tests'
CASES = f'{TESTS}/verdicts'
UPPER_PORT = 20000 + os.getpid() % 20000
failures = []
passed = 0
counting = threading.Lock()


def check(is_right, what, shown=''):
    """Counts a thing that must be so."""
    global passed
    with counting:
        passed += bool(is_right)
    if is_right:
        return
    failures.append(what)
    print(f'{what}\n{str(shown)[-3000:]}')


def conform(*words, broken=None, build=ASAN):
    """Runs dimp conform; its code and what it printed."""
    environment = {'PATH': '/usr/bin:/bin', 'BROKEN': broken or ''}
    done = subprocess.run([f'{build}/dimp', 'conform', *words], env=environment, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def judged(*words, broken=None, build=ASAN):
    """Verdicts by id, and the exit code."""
    code, text = conform('run', '--evidence', '', '--json', '-', *words, broken=broken, build=build)
    try:
        whole = json.loads(text[text.index('{'):text.rindex('}') + 1])
    except ValueError:
        return {}, code
    return {case['id']: case['verdict'] for case in whole['cases']}, code


def test_whole_suite(scratch):
    before = os.times()
    code, text = conform('run', '--fail-skipped', '--strict', '--evidence', f'{scratch}/evidence', '--junit', f'{scratch}/whole.xml',
                         '--statement', f'{scratch}/statement.md', build=BUILD)
    after = os.times()  # of the processor: others may be busy here
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    check(code == 0, 'the reference passes every case', text)
    check(seconds < 10, f'the whole suite takes {seconds:.1f} s, at most 10')
    check_junit(f'{scratch}/whole.xml')
    print(text.strip().splitlines()[-1] + f' in {seconds:.1f} s in process')
    reference, code = judged()
    check(code == 0, 'nor does the sanitizer find anything', reference)
    for target in (f'shim:{BUILD}/libdimp_iut', f'so:{BUILD}/libdimp_iut.so'):
        verdicts, code = judged('--target', target, build=BUILD)
        others = {case: verdict for case, verdict in verdicts.items() if verdict != reference[case]}
        check(code == 0 and verdicts.keys() == reference.keys() and not others, f'{target} is judged as the model is', others)
    verdicts, code = judged('--target', f'shim:{BUILD}/first_hour', build=BUILD)
    tally = collections.Counter(verdicts.values())
    check(tally['PASS'] > 100 and tally['SKIP'] > tally['PASS'] and tally['FAIL'] < 20 and not tally['ERROR'],
          'the shim of the first hour gets as far as docs/VENDOR.md says', tally)
    code, text = conform('run', '--random-order', '--repeat', ROUNDS, '--evidence', '', build=BUILD)
    check(code == 0 and f'{ROUNDS} rounds came to the same' in text, f'{ROUNDS} rounds in random order come to the same', text)


def test_broken():
    for how, codes, wanted in (('null', (1, 10), {'INCONC', 'FAIL'}), ('echo', (1, 10), {'INCONC', 'FAIL'}),
                                     ('random', (1, 10), {'INCONC', 'FAIL'}), ('crash', (11,), {'ERROR'}), ('hang', (11,), {'ERROR'})):
        chosen = ('5.6-*', '--timeout', '300') if how == 'hang' else ('5.*', '9.3-*')
        verdicts, code = judged('--target', f'so:{BUILD}/broken_iut.so', *chosen, broken=how, build=BUILD)
        check(code in codes, f'{how}: code {code}, not one of {codes}')
        check(verdicts and wanted & set(verdicts.values()), f'{how}: some {wanted}', verdicts)
        check('PASS' not in verdicts.values() or how in ('null', 'echo', 'random'), f'{how}: passes something', verdicts)
        few = [case for case, verdict in verdicts.items() if verdict == 'PASS']
        check(len(few) * 20 <= len(verdicts), f'{how}: passes more than a twentieth', few)
    code, text = conform('run', '--target', f'so:{BUILD}/broken_iut.so', broken='liar')
    check(code == 2 and 'does not exist' in text, 'who claims what does not exist is not judged', text)


def test_ways_to_end():
    for how, wanted, code_wanted in (('89', {'SKIP'}, 77), ('3', {'ERROR'}, 11), ('garbage', {'ERROR'}, 11),
                                     ('nowhere', {'ERROR'}, 11), ('no-hex', {'ERROR'}, 11)):
        verdicts, code = judged('--target', f'shim:{TESTS}/odd_shim.sh {how}', '5.6-*')
        check(set(verdicts.values()) == wanted and code == code_wanted, f'a program that ends so: {how}', (verdicts, code))


def check_junit(path):
    done = subprocess.run(['xmllint', '--noout', '--schema', 'conformance/junit.xsd', path], capture_output=True, text=True, check=False)
    check(done.returncode == 0, f'{path} is JUnit as conformance/junit.xsd says', done.stderr)


def test_verdicts(scratch):
    wanted = {'5.6-BV-01': 'PASS', '5.6-BV-02': 'FAIL', '5.6-BI-01': 'INCONC', '5.6-TI-01': 'FAIL', '9.7-BV-01': 'SKIP',
              '9.1-BO-01/0': 'SKIP', '9.1-BO-01/1': 'SKIP'}
    mine = ('--cases', CASES, '--pics', f'{TESTS}/no-tickets.pics')
    verdicts, code = judged(*mine)
    check(verdicts == wanted and code == 1, 'each verdict comes about', verdicts)
    check(judged(*mine, '5.6-BV-01')[1] == 0, 'code 0: all well')
    check(judged(*mine, '5.6-BI-*')[1] == 10, 'code 10: inconclusive')
    check(judged(*mine, '9.*')[1] == 77, 'code 77: all skipped')
    check(judged(*mine, '9.*', '--fail-skipped')[1] == 1, 'code 1: skipped, and that fails')
    check(judged(*mine, 'none*')[1] == 2, 'code 2: nothing chosen')
    check(judged(*mine, '5.6-TI-01')[1] == 0, 'a SHOULD does not count')
    check(judged(*mine, '5.6-TI-01', '--strict')[1] == 1, 'a SHOULD counts if strict')
    check(set(judged(*mine, '^9.*', '^*-TI-*')[0]) == {'5.6-BV-01', '5.6-BV-02', '5.6-BI-01'}, 'patterns take away')
    check(set(judged(*mine, '9.1-BO-01')[0]) == {'9.1-BO-01/0', '9.1-BO-01/1'}, 'an id without its turn is all of them')
    check(judged('--cases', f'{TESTS}/senseless')[0] == {'5.6-BV-03': 'ERROR'}, 'a case that makes no sense is an ERROR')
    check(conform('run', '--cases', 'docs/spec')[0] == 2, 'a folder without cases is bad input')
    check(conform('run', '--cases', 'harness/drills/source')[0] == 2, 'drills that look inside are no cases')


@contextlib.contextmanager
def live_iut(target, *words):
    """The reference on a wire of its own, with the upper tester of a target; it ends whatever happens meanwhile."""
    with subprocess.Popen([f'{BUILD}/live_iut', f'127.0.0.1:{target.rsplit(":", 1)[1]}', *words]) as live:
        try:
            time.sleep(0.3)
            yield
        finally:
            live.terminate()


def test_real_time():
    """Over UDP, and over a veth where this may make one."""
    large = '3-BV-01'  # whose PDU no Ethernet of 1,500 octets carries
    chosen = ('9.3-BV-0[1-4]', '^*/[^S]*', large, '--timeout', '20000')
    ports = {f'udp:127.0.0.1:{UPPER_PORT}': ()}
    names = [f'dimpc{os.getpid() % 10000}{end}' for end in 'ab']
    if os.geteuid() == 0:
        made = subprocess.run(['ip', 'link', 'add', names[0], 'type', 'veth', 'peer', 'name', names[1]], check=False).returncode == 0
        for name in names if made else ():
            subprocess.run(['ip', 'link', 'set', name, 'up'], check=True)
        check(made, 'a veth can be made')
        ports[f'ether:{names[0]},127.0.0.1:{UPPER_PORT + 1}'] = (names[1],)
    for target, words in ports.items():
        with live_iut(target, *words):
            verdicts, code = judged('--target', target, *chosen, build=BUILD)
        check(code == 0 and list(verdicts.values()).count('PASS') >= 3, f'{target} passes', verdicts)
        check(verdicts.get(large) == ('SKIP' if words else 'PASS'), f'{target}: what the link does not carry is not judged', verdicts)
    subprocess.run(['ip', 'link', 'del', names[0]], stderr=subprocess.DEVNULL, check=False)


def test_whole_suite_in_real_time():
    """A tenth of it, over UDP: 20 s of it would be 200 s if each question waited for an acknowledgement of TCP's."""
    target = f'udp:127.0.0.1:{UPPER_PORT + 2}'
    with live_iut(target):
        started = time.monotonic()
        verdicts, code = judged('--target', target, '9.2-1*', '9.2-BV-[1-3]*', '--timeout', '20000', build=BUILD)
        seconds = time.monotonic() - started
    check(code == 0 and list(verdicts.values()).count('PASS') >= 30, f'{target} passes much', verdicts)
    print(f'{len(verdicts)} cases over UDP in {seconds:.1f} s')


def test_expectations(scratch):
    known = pathlib.Path(scratch, 'known.expect')
    known.write_text(pathlib.Path(TESTS, 'known.expect').read_text())
    verdicts, code = judged('--cases', CASES, '--expect', str(known))
    check(code == 0 and verdicts['5.6-BV-02'] == verdicts['5.6-BI-01'] == 'XFAIL', 'what is known to fail does not count', verdicts)
    follower = known.with_suffix('.expect.next').read_text()
    check('5.6-BV-02 counts nothing' in follower and '# give a reason: 5.6-TI-01' in follower, 'the next file is written', follower)
    check(judged('--cases', CASES, '--expect', str(known), '5.6-BV-02')[1] == 0, 'a part of the cases may be run')
    follower = known.with_suffix('.expect.next').read_text()
    check('5.6-BI-01 never gets there' in follower, 'what was not run stays on the list', follower)
    known.write_text(pathlib.Path(TESTS, 'too-much.expect').read_text())
    verdicts, code = judged('--cases', CASES, '--expect', str(known))
    check(code == 1 and verdicts['5.6-BV-01'] == 'XPASS', 'what passes unexpectedly fails', verdicts)
    known.write_text('5.6-BV-98 is of nobody\n')
    check(conform('run', '--cases', CASES, '--expect', str(known))[0] == 2, 'what no case is called is bad input')
    known.write_text('5.6-BV-02\n')
    check(conform('run', '--cases', CASES, '--expect', str(known))[0] == 2, 'a waiver without a reason is bad input')


def test_reports(scratch):
    files = {form: f'{scratch}/report.{form}' for form in ('junit', 'tap', 'html', 'statement')}
    code, text = conform('run', '--cases', CASES, '--pics', f'{TESTS}/no-tickets.pics', '--target', f'so:{BUILD}/broken_iut.so',
                         '--evidence', '', *[word for form, path in files.items() for word in (f'--{form}', path)], broken='crash')
    check(code == 11, 'code 11: the implementation crashed', text)
    check_junit(files['junit'])
    junit = pathlib.Path(files['junit']).read_text()
    check(junit.count('<failure') == 1 and junit.count('type="INCONC"') == 1 and junit.count('<skipped') == 4
          and 'died of signal 6' in junit, 'JUnit has a failing, an inconclusive, a crashed and skipped cases', junit)
    tap = pathlib.Path(files['tap']).read_text().split('\n')
    numbered = [line for line in tap if re.match(r'(not )?ok \d+ - ', line)]
    check(tap[0] == 'TAP version 14' and tap[1] == f'1..{len(numbered)}' and len(numbered) == 7, 'TAP has its plan', tap)
    check(sum(' # SKIP ' in line for line in numbered) == 3 and sum(' # TO' 'DO ' in line for line in numbered) == 1,
          'TAP has its directives', tap)
    check('<td>INCONC</td>' in pathlib.Path(files['html']).read_text(), 'the page has verdicts')
    check('&lt;text&gt;' in pathlib.Path(files['html']).read_text(), 'the page escapes')
    statement = pathlib.Path(files['statement']).read_text()
    check(re.search(r'^\| 9\.7-2 \| MUST \| \w+ \| .* \| no \| SKIP \|$', statement, re.MULTILINE), 'the statement tells support',
          statement[:2000])


def test_evidence(scratch):
    folder = pathlib.Path(scratch, 'kept')
    code, text = conform('run', '--cases', CASES, '5.6-BV-0?', '--evidence', str(folder), '--seed', '7',
                         '--target', f'shim:{BUILD}/libdimp_iut')
    check(code == 1 and [one.name for one in folder.iterdir()] == ['5.6-BV-02'], 'evidence is kept of what failed alone', text)
    kept = folder / '5.6-BV-02'
    said = json.loads((kept / 'case.json').read_text())
    check(said['verdict'] == 'FAIL' and said['seed'] == 7 and said['requirements'][0]['clause'] == '5.6-1', 'case.json says what', said)
    check({one.name for one in kept.iterdir()} == {'case.json', 'case.drill', 'keys.txt', 'report.txt', 'trace.pcapng'}, 'all of it is there')
    check('pdus_received is 0' in (kept / 'report.txt').read_text(), 'report.txt says why')
    code, text = conform('replay', str(kept), '--evidence', '')
    check(code == 1 and 'it was FAIL' in text and 'FAIL   5.6-BV-02' in text, 'replay runs it again', text)
    folder = pathlib.Path(scratch, 'sealed')
    conform('run', '--cases', f'{TESTS}/wire', '--evidence', str(folder))
    kept = folder / '5.6-BV-04'
    done = subprocess.run([f'{BUILD}/dimp', 'decode', '--keys', str(kept / 'keys.txt'), str(kept / 'trace.pcapng')], capture_output=True, text=True,
                          check=False)
    check('ping' in done.stdout and 'ack' in done.stdout, 'the capture is opened by its key log', done.stdout + done.stderr)


def vendor_commands():
    """The commands of docs/VENDOR.md as typed, but those with a name that the reader is to put in."""
    blocks = pathlib.Path('docs/VENDOR.md').read_text().split('```')[1::2]
    lines = [line.split('#')[0].strip() for block in blocks for line in block.strip().split('\n')]
    return [line for line in lines if line.startswith('build/dimp conform') and not re.search(r'\bID\b|my_iut|udp:', line)]


def test_vendor_page(scratch):
    """Each does what the page says; runs are cut to two cases."""
    commands = vendor_commands()
    check(len(commands) >= 8, 'docs/VENDOR.md has its commands', commands)
    for line in commands:
        words = line.replace('statement.md', f'{scratch}/statement.md').replace('build/', f'{BUILD}/', 1)
        words = words.replace(':build/', f':{BUILD}/').replace("'5.*'", '')
        if ' conform run' in line:
            words += " --evidence '' '5.6-BV-0[12]'"
        done = subprocess.run(words, shell=True, capture_output=True, text=True, timeout=120, check=False)
        check(done.returncode == 0, f'docs/VENDOR.md: {line}', done.stdout + done.stderr)


def test_commands():
    code, text = conform('list', '--cases', CASES)
    check(code == 0 and '7 of 7 cases' in text, 'list tells the cases', text)
    code, text = conform('explain', '5.6-BV-02', '--cases', CASES)
    check(code == 0 and '10.4-1' in text and 'counter pdus_received 5' in text, 'explain shows one', text)
    check(conform('explain', '1-BV-01')[0] == 2, 'what does not exist is not explained')
    check(conform('doctor')[0] == 0, 'the doctor finds all well')
    check(conform('doctor', '--target', 'shim:/bin/false')[0] == 3, 'the doctor finds a target that does not speak')
    check(conform('run', '--target', 'shim:exit 89')[0] == 2, 'who says nothing at all is no target')
    check(conform('run', '--target', 'pigeon:coop')[0] == 2, 'there is no such target')


def main():
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor() as beside:
        test_whole_suite(scratch)
        waiting = beside.submit(test_whole_suite_in_real_time)  # a minute in which little is done
        for test in (test_verdicts, test_expectations, test_reports, test_evidence, test_vendor_page):
            test(scratch)
        test_broken()
        test_ways_to_end()
        test_real_time()
        test_commands()
        waiting.result()  # raises what was raised there
    print(f'{passed} passed, {len(failures)} failed')
    return 1 if failures else 0


sys.exit(main())
