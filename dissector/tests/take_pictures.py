#!/usr/bin/python3
"""Pictures of Wireshark with the plugin, for docs: each a capture of pcaps/scenarios, a filter and a frame.

usage: take_pictures.py BUILD FOLDER

Wireshark runs under Xvfb as a user for whom it loads the plugin. The screen is read from Xvfb's memory, cut to
the window and written as PNG: besides wireshark and xvfb only xdotool is needed, to unfold the details.
"""

import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

from tshark_run import NOBODY, Tshark

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

WIDTH, HEIGHT, SETTLE_S = 1280, 900, 9
DETAILS_Y = 496  # where the first line of the details stands
# Name, scenario, filter, frame that is chosen, end of its details that is shown.
PICTURES = (
    ("success", "success-staged", "dimp.move && !dimp.copy_of", "dimp.commit", "End"),
    ("fail", "fail-policy-conflict", "dimp.move && !dimp.copy_of", "dimp.response", "End"),
    ("attack", "fault-duplicate", "dimp && !dimp.copy_of || dimp.expert.5_5_1 || dimp.expert.5_2_6",
     "dimp.expert.5_5_1", "Home"),
)
RECENT = f"""gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: {WIDTH}
gui.geometry_main_height: {HEIGHT}
gui.geometry_main_maximized: FALSE
"""
PREFERENCES = """privs.warn_if_elevated: FALSE
gui.update.enabled: FALSE
gui.interfaces_show_hidden: FALSE
gui.packet_list_show_minimap: FALSE
gui.layout_content_3: NONE
gui.column.format:
	"No.", "%m",
	"Time", "%t",
	"Source", "%s",
	"Destination", "%d",
	"Number", "%Cus:dimp.packet_number:0:R",
	"Info", "%i"
"""


def screen_of(path):
    """The rows of pixels of a screen in XWD form, three octets a pixel."""
    with open(path, "rb") as file:
        octets = file.read()
    head = struct.unpack(">25I", octets[:100])
    header_size, width, height, bits, line, colours = head[0], head[4], head[5], head[11], head[12], head[19]
    assert bits == 32, bits
    start = header_size + colours * 12
    rows = []
    for row in range(height):
        at = start + row * line
        pixels = octets[at:at + width * 4]
        if head[7] == 0:  # least significant octet first
            blue, green, red = pixels[0::4], pixels[1::4], pixels[2::4]
        else:
            red, green, blue = pixels[1::4], pixels[2::4], pixels[3::4]
        flat = bytearray(3 * width)
        flat[0::3], flat[1::3], flat[2::3] = red, green, blue
        rows.append(bytes(flat))
    return width, rows


def chunk(kind, octets):
    return struct.pack(">I", len(octets)) + kind + octets + struct.pack(">I", zlib.crc32(kind + octets))


def palette_of(rows):
    """At most 256 colours: all, or all to five bits a channel, or to four and three."""
    for mask in (0xFF, 0xF8, 0xF0, 0xE0):
        table = bytes(value & mask for value in range(256))
        masked = [row.translate(table) for row in rows]
        colours = {row[at:at + 3] for row in masked for at in range(0, len(row), 3)}
        if len(colours) <= 256:
            return sorted(colours), masked
    raise SystemExit("too many colours")


def write_png(path, width, rows):
    """An indexed PNG."""
    colours, rows = palette_of(rows)
    places = {colour: place for place, colour in enumerate(colours)}
    lines = b"".join(b"\0" + bytes(places[row[at:at + 3]] for at in range(0, len(row), 3)) for row in rows)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)) +
                   chunk(b"PLTE", b"".join(colours)) + chunk(b"IDAT", zlib.compress(lines, 9)) +
                   chunk(b"IEND", b""))


def as_nobody(environment, command):
    assignments = [f"{name}={value}" for name, value in environment.items()]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", "-i", *assignments,
            *command]


def prepare_home(tshark):
    folder = os.path.join(tshark.home, ".config", "wireshark")
    shutil.copytree(os.path.join(ROOT, "dissector", "profile"), os.path.join(folder, "profiles", "DIMP"))
    for name, text in (("recent_common", RECENT), ("recent", RECENT), ("preferences", PREFERENCES)):
        for place in (folder, os.path.join(folder, "profiles", "DIMP")):
            with open(os.path.join(place, name), "a", encoding="ascii") as file:
                file.write(text)
    for path, _, names in os.walk(tshark.home):
        for name in [path, *(os.path.join(path, each) for each in names)]:
            os.chown(name, NOBODY, NOBODY)


def unfold(display, end):
    """Unfolds the details of DIMP, the last of them: a click on the first line, for the focus, then keys."""
    for step in (["search", "--onlyvisible", "--name", "pcapng", "windowfocus"],
                 ["mousemove", "200", str(DETAILS_Y), "click", "1"], ["key", "End"], ["key", "shift+Right"],
                 ["key", end], ["mousemove", str(WIDTH - 1), str(HEIGHT - 1)]):
        subprocess.run(["xdotool", *step], env={**os.environ, "DISPLAY": display}, check=True)
        time.sleep(1)


def take(tshark, display, picture, screen):
    """Runs Wireshark and reads the screen."""
    name, scenario, shown, chosen, end = picture
    base = os.path.join(tshark.scratch, scenario)
    for ending in (".pcapng", ".keys"):
        shutil.copy(os.path.join(ROOT, "pcaps", "scenarios", scenario + ending), base + ending)
        os.chmod(base + ending, 0o644)
    rows = tshark.fields(base + ".pcapng", "frame.number", keys=base + ".keys",
                         filtered=f"({shown}) && ({chosen})")
    environment = {"PATH": os.environ["PATH"], "HOME": tshark.home, "LC_ALL": "C.UTF-8", "DISPLAY": display,
                   "XDG_RUNTIME_DIR": tshark.home, "WIRESHARK_PLUGIN_DIR": tshark.plugins, "QT_SCALE_FACTOR": "1"}
    command = ["wireshark", "-C", "DIMP", "-n", "-o", f"dimp.keylog_file:{base}.keys", "-Y", shown, "-g",
               rows[0][0], base + ".pcapng"]
    with subprocess.Popen(as_nobody(environment, command), stderr=subprocess.PIPE) as program:
        time.sleep(SETTLE_S)
        unfold(display, end)
        code = program.poll()
        pixels = screen_of(screen)
        program.send_signal(signal.SIGTERM)
        said = program.stderr.read().decode("utf-8", "replace")
    if code is not None:
        raise SystemExit(f"{name}: wireshark ended with {code}\n{said[-2000:]}")
    return pixels


def main():
    build, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        tshark = Tshark(scratch, os.path.join(build, "dimp.so"))
        if not tshark.is_loaded():
            raise SystemExit("the plugin is not loaded\n" + tshark.errors)
        prepare_home(tshark)
        memory = os.path.join(scratch, "memory")
        os.makedirs(memory)
        display = f":{90 + os.getpid() % 100}"
        with subprocess.Popen(["Xvfb", display, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", memory,
                               "-nolisten", "tcp"], stderr=subprocess.DEVNULL) as server:
            try:
                time.sleep(1)
                for picture in PICTURES:
                    width, rows = take(tshark, display, picture, os.path.join(memory, "Xvfb_screen0"))
                    write_png(os.path.join(folder, picture[0] + ".png"), width, rows)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
