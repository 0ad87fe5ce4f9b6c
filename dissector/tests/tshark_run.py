"""Runs tshark with the plugin, as a user for whom it loads it, and reads what it prints.

As root tshark ignores WIRESHARK_PLUGIN_DIR; then it is run as nobody. Whoever uses this asserts
first that the plugin is listed: without it every test about what is absent would pass.
"""

import json
import os
import re
import shutil
import subprocess

NOBODY = 65534


class Tshark:
    """tshark with the plugin of a build, in a scratch folder that everybody may read."""

    def __init__(self, scratch, plugin, preload=None):
        self.scratch = scratch
        self.plugins = os.path.join(scratch, "plugins-asan" if preload else "plugins")
        self.preload = preload
        self.errors = ""
        self.known = {}  # what was read of captures, which do not change
        folder = os.path.join(self.plugins, self.release(), "epan")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(plugin, os.path.join(folder, "dimp.so"))
        self.home = os.path.join(scratch, "home")
        os.makedirs(self.home, exist_ok=True)
        os.chmod(self.home, 0o777)

    @staticmethod
    def release():
        text = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout
        return re.search(r"TShark.*? (\d+\.\d+)\.", text).group(1)

    def run(self, *arguments, check=True):
        """Standard output as text; what it says on standard error is in .errors."""
        command = ["tshark", *(() if arguments[0] == "-G" else ("-n",)), *arguments]
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                       "WIRESHARK_PLUGIN_DIR": self.plugins,
                       "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1"}
        if self.preload:
            environment["LD_PRELOAD"] = self.preload
            environment["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=0:exitcode=99"
            environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
        if os.geteuid() == 0:
            assignments = [f"{name}={value}" for name, value in environment.items()]
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                       "env", "-i", *assignments, *command]
        done = subprocess.run(command, capture_output=True, env=environment, cwd=self.scratch,
                              timeout=300)
        self.errors = done.stderr.decode("utf-8", "replace")
        if check and done.returncode != 0:
            raise RuntimeError(f"{command}: exit code {done.returncode}\n{self.errors[-3000:]}")
        return done.stdout.decode("utf-8", "replace")

    def is_loaded(self):
        return any(line.startswith("dimp.so") for line in self.run("-G", "plugins").splitlines())

    def fields(self, capture, *names, keys=None, filtered=None, more=()):
        """A list of lists of texts, a row for each frame."""
        arguments = ["-r", capture, "-T", "fields", "-E", "separator=/t", *more]
        for name in names:
            arguments += ["-e", name]
        arguments += self.options(keys, filtered)
        return [line.split("\t") for line in self.run(*arguments).splitlines()]

    def layers(self, capture, keys=None, filtered="dimp", more=()):
        """For each frame its dimp layer, an ordered list of (key, value or such a list)."""
        asked = (capture, keys, filtered, tuple(more))
        if asked not in self.known:
            self.known[asked] = self.read_layers(capture, keys, filtered, more)
        return self.known[asked]

    def read_layers(self, capture, keys, filtered, more):
        arguments = ["-r", capture, "-T", "json", "-J", "frame dimp _ws.expert", *more]
        frames = json.loads(self.run(*arguments, *self.options(keys, filtered)),
                            object_pairs_hook=list)
        rows = []
        for frame in frames:
            layers = dict(dict(frame)["_source"])["layers"]
            number = int(dict(dict(layers)["frame"])["frame.number"])
            rows.append((number, [value for key, value in layers if key == "dimp"]))
        return rows

    @staticmethod
    def options(keys, filtered):
        options = ["-o", "dimp.keylog_file:" + keys] if keys else []
        return options + (["-Y", filtered] if filtered else [])
