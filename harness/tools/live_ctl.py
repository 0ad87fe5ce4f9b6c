#!/usr/bin/python3
"""live_ctl.py DIMP: asks a live bridge by its control socket (as root, in a network namespace of its own): tables, JSON,
metrics, reload, drain, who may, and that no secret is told. Prints what failed and "N passed, N failed"."""
import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

VSI = "01" * 37
VM = "02:00:00:00:00:0a"
# A SAK, octets of docs/spec 8.3, and a lease.
SAK = "000102030405060708090a0b0c0d0e0f"
DI = f"""
0203 0055 01 01 02000000000a0001 00 01 0080c20001000001 1e 01 01 20 02 00000040 0000000000000400 00000000000003c0
0001 0010 00112233445566778899aabb00000001 0002 0010 {SAK}

0204 0022 01 01 002a 02000000000a 0a00000a 80000e10 0001 0004 deadbeef 0002 0004 0a000001
"""


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, is_well, what):
        if is_well:
            self.passed += 1
        else:
            self.failed += 1
            print(what)


class Lab:
    """A namespace with a bridge whose one VM has DI, and that nobody answers."""

    def __init__(self, dimp, work):
        self.dimp, self.work, self.process = dimp, work, None
        self.namespace = f"lab-ctl-{os.getpid()}"
        self.socket = f"{work}/control"
        self.run("ip", "netns", "add", self.namespace)
        for ours, theirs in (("vm", "h0"), ("u1", "h1")):
            self.run("ip", "-n", self.namespace, "link", "add", ours, "type", "veth", "peer", "name", theirs)
            for name in (ours, theirs):
                self.run("ip", "-n", self.namespace, "link", "set", name, "up")
        key = self.run(dimp, "genkey", "-q").stdout
        self.secret = key.strip()
        self.public = self.run(dimp, "pubkey", input=key).stdout.strip()
        self.write("a.key", key)
        self.write("di.hex", DI)
        self.write("a.yaml", self.text())

    def text(self, more=""):
        return f"""name: edge-a
key: a.key
address: "52:54:00:00:0a:0a"
ports:
  vm: {{interface: vm, kind: station, vlan: 42}}
  up: {{interface: u1, kind: uplink}}
vms:
  vm1: {{vsi: "{VSI}", mac: "{VM}", vlan: 42, port: vm, here: true, di: di.hex}}
peers:
  edge-b: {{key: "{self.public[:-2]}00", mac: "52:54:00:00:0b:0b"}}
  server: {{key: "{self.public[:-2]}01", mac: "52:54:00:00:0c:0c", role: station}}
{more}"""

    def write(self, name, text):
        path = pathlib.Path(self.work, name)
        path.write_text(text)
        path.chmod(0o600)

    @staticmethod
    def run(*words, **more):
        return subprocess.run(words, capture_output=True, text=True, **more)

    def start(self):
        log = open(f"{self.work}/log", "w", encoding="utf-8")
        self.process = subprocess.Popen(["ip", "netns", "exec", self.namespace, self.dimp, "bridge", "--control",
                                         self.socket, f"{self.work}/a.yaml"], stdout=log, stderr=subprocess.STDOUT)
        for _ in range(200):
            if self.run(self.dimp, "ctl", "-q", self.socket, "show", "di").returncode == 0:
                return
            time.sleep(0.025)
        sys.exit("the bridge does not start: " + pathlib.Path(self.work, "log").read_text())

    def ctl(self, *words):
        return self.run(self.dimp, "ctl", self.socket, *words)

    def rows(self, what):
        return json.loads(self.ctl("--json", "show", what).stdout)["rows"]

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.run("ip", "netns", "del", self.namespace)


def check_tables(lab, check):
    table = lab.ctl("show", "di").stdout.splitlines()
    check(table[0].split() == ["vm", "state", "in_force", "serial", "entry"], f"show di begins {table[0]}")
    check(len(table) == 3, f"show di has {len(table)} lines")
    check(any("dhcp_binding vlan=42" in line and line.startswith("vm1 ") for line in table), "no lease is shown")
    rows = lab.rows("di")
    lease = [row["record"] for row in rows if row["record"]["type"] == "dhcp_binding"]
    check(len(lease) == 1 and lease[0]["address"] == "10.0.0.10" and 3590000 < lease[0]["remaining"] <= 3600000,
          f"the lease is {lease}")
    check(lab.ctl("show", "migrations").stdout == "none\n", "there is a migration")
    peers = {row["peer"]: row for row in lab.rows("peers")}
    check(set(peers) == {"edge-b", "server"} and peers["server"]["role"] == "station" and
          peers["edge-b"]["associated"] is False and peers["edge-b"]["key"].endswith("00"), f"peers are {peers}")
    check(len(lab.ctl("show", "peers").stdout.splitlines()) == 3, "show peers has not a line for each")
    counters = {row["name"]: row for row in lab.rows("counters")}
    check(counters["dimp_entries"]["value"] == 2, "two entries are not counted")


def check_secrets(lab, check):
    said = "".join(lab.ctl(*form, *words).stdout for form in ((), ("--json",)) for words in
                   (("show", "di"), ("show", "peers"), ("show", "migrations"), ("show", "counters"), ("metrics",)))
    check("<hidden>" in said, "no secret is hidden")
    check(SAK not in said.replace(":", "") and lab.secret not in said, "a secret is told")


def check_metrics(lab, check):
    """The text format: HELP and TYPE once, in front of all samples of a name; counters end with _total."""
    path = pathlib.Path(lab.work, "dimp.prom")
    check(lab.ctl("metrics", "--output", str(path)).returncode == 0, "no metrics are written")
    described, typed, last, samples = [], {}, None, 0
    for line in path.read_text().splitlines():
        words = line.split(" ", 3)
        if line.startswith("# HELP "):
            described.append(words[2])
            last = words[2]
        elif line.startswith("# TYPE "):
            check(words[2] == last and words[3] in ("counter", "gauge"), f"out of place: {line}")
            typed[words[2]] = words[3]
        else:
            sample = re.fullmatch(r'([a-z_]+)\{bridge="edge-a"(,(port|peer)="[a-z-]+")?\} \d+', line)
            check(sample is not None and sample.group(1) == last, f"no sample, or out of place: {line}")
            samples += 1
    check(len(described) == len(set(described)) == len(typed) > 20 and samples > 40, "metrics are missing or told twice")
    for name, kind in typed.items():
        check(name.startswith("dimp_") and name.endswith("_total") == (kind == "counter"), f"a bad name: {name}")
    text = path.read_text()
    check('dimp_port_up{bridge="edge-a",port="up"} 1' in text, "a port that is up is not told")
    check(stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444, "the collector cannot read it")


def check_refusals(lab, check):
    check(stat.S_IMODE(os.stat(lab.socket).st_mode) == 0o600, "others may use the socket")
    for words, code in ((("show", "secrets"), 2), (("show",), 2), (("stop",), 2), (("drain", "now"), 2)):
        check(lab.ctl(*words).returncode == code, f"ctl {words} is not refused")
    check(lab.run(lab.dimp, "ctl", f"{lab.work}/nobody", "show", "di").returncode == 3, "nobody listens, and it is not said")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(lab.socket)
        client.settimeout(5)
        for request in (b"{}\n", b'{"show": 1}\n', b'{"show": "di", "do": "drain"}\n', b'{"do": "dance"}\n', b"no\n"):
            client.sendall(request)
            check(json.loads(client.recv(4096))["ok"] is False, f"{request} is not refused")
    second = lab.run("ip", "netns", "exec", lab.namespace, lab.dimp, "bridge", "--control", lab.socket,
                     f"{lab.work}/a.yaml")
    check(second.returncode == 3 and "somebody listens there" in second.stderr, "a second one takes the socket")


def check_reload(lab, check):
    lab.write("a.yaml", lab.text().replace("ports:", "prots:"))
    done = lab.ctl("reload")
    check(done.returncode == 2 and "not taken" in done.stderr, "a wrong file is taken")
    other = f'  vm2: {{vsi: "{"02" * 37}", mac: "02:00:00:00:00:0b", vlan: 42, port: vm, here: true}}\n'
    lab.write("a.yaml", lab.text().replace("peers:", other + "peers:"))
    check(lab.ctl("reload").returncode == 0, "a good file is not taken")
    check(lab.rows("counters") and {row["name"]: row["value"] for row in lab.rows("counters")}["dimp_vsis"] == 2,
          "the new VM is not there")
    lab.write("a.yaml", "".join(line for line in lab.text().splitlines(keepends=True) if "server:" not in line))
    check(lab.ctl("reload").returncode == 0 and {row["peer"] for row in lab.rows("peers")} == {"edge-b"}, "a removed peer is shown")
    lab.write("a.yaml", lab.text())
    check(lab.ctl("reload").returncode == 0 and len(lab.rows("peers")) == 2, "a peer that is back is not shown")


def check_keylog(lab, check):
    """The SAK of a VM's SA is in the key log, as docs/spec 8.3 has it: SCI, AN 0, no extended packet numbers."""
    text = lab.text()
    lab.write("logged.yaml", text)
    with subprocess.Popen(["ip", "netns", "exec", lab.namespace, lab.dimp, "bridge", "--keylog", f"{lab.work}/keys",
                           f"{lab.work}/logged.yaml"], stdout=subprocess.PIPE, text=True) as logged:
        for line in logged.stdout:
            if " started " in line:
                break
        time.sleep(0.2)
        logged.terminate()
        check(logged.wait(timeout=10) == 0, "one that logs keys does not end well")
    lines = pathlib.Path(lab.work, "keys").read_text().splitlines()
    check(f"MACSEC_SAK {VM.replace(':', '')}0001 0 - - {SAK}" in lines, f"no SAK in {lines}")
    check(stat.S_IMODE(os.stat(f"{lab.work}/keys").st_mode) == 0o600, "others may read keys")


def check_upper_tester(lab, check):
    """For tests alone: not with a file that is used, for nobody else, and in no unit."""
    refused = lab.run(lab.dimp, "bridge", "--upper-tester", f"{lab.work}/upper", f"{lab.work}/a.yaml")
    check(refused.returncode == 2 and "peers or vms" in refused.stderr, "a bridge with VMs may be commanded")
    text = lab.text()
    lab.write("bare.yaml", text[:text.index("vms:")].replace("kind: station, vlan: 42", "kind: host"))
    refused = lab.run(lab.dimp, "bridge", "--upper-tester", f"{lab.work}/upper", f"{lab.work}/bare.yaml")
    check(refused.returncode == 2 and "kind: station" in refused.stderr, "it is judged without a port for VMs")
    lab.write("bare.yaml", text[:text.index("vms:")])
    with subprocess.Popen(["ip", "netns", "exec", lab.namespace, lab.dimp, "bridge", "--upper-tester", f"{lab.work}/upper",
                           f"{lab.work}/bare.yaml"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as judged:
        for _ in range(200):
            if os.path.exists(f"{lab.work}/upper"):
                break
            time.sleep(0.025)
        time.sleep(0.05)
        check(stat.S_IMODE(os.stat(f"{lab.work}/upper").st_mode) == 0o600, "others may command it")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{lab.work}/upper")
            client.settimeout(5)
            for question in (b'{"do": "wait"}\n', b'{"do": "put"}\n', b'{"do": "begin", "role": "station"}\n', b'{"do": "poll"}\n',
                             b'{"do": "begin", "settings": {"probe_us": 1}}\n', b'{"do": 7}\n'):
                client.sendall(question)
                check("unimplemented" in json.loads(client.recv(4096)), f"{question} is answered")
        lab.write("bare.yaml", text)
        judged.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        judged.terminate()
        check(judged.wait(timeout=10) == 0, "one that is judged does not end well")
        said = judged.stdout.read()
        check(" upper_tester socket=" in said and "whoever opens it" in said, f"its log does not warn: {said}")
        check(" reload_failed " in said and " reloaded " not in said, f"it takes VMs of a file when it is read again: {said}")
    units = pathlib.Path(__file__).resolve().parents[2] / "docs/examples/systemd"
    check(not any("upper-tester" in path.read_text() for path in units.rglob("*") if path.is_file()), "a unit gives it")


def check_drain(lab, check):
    check(lab.ctl("drain").returncode == 0, "it cannot be drained")
    check(lab.process.wait(timeout=10) == 0, "it does not end well")
    check(not os.path.exists(lab.socket), "it leaves its socket")
    lab.write("a.yaml", lab.text())
    lab.start()
    lab.process.kill()
    lab.process.wait()
    check(os.path.exists(lab.socket), "a killed one has removed its socket")
    lab.start()
    check(lab.ctl("show", "di").returncode == 0, "the socket of a dead one is in the way")


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as work:
        lab = Lab(os.path.realpath(sys.argv[1]), work)
        try:
            lab.start()
            for check in (check_tables, check_secrets, check_metrics, check_refusals, check_keylog, check_upper_tester, check_reload, check_drain):
                check(lab, tally.check)
        finally:
            lab.end()
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
