"""Runs a command on a terminal of its own and does what a user does there: each step when its text has been printed."""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

rows, columns, steps, *command = sys.argv[1:]
steps = json.loads(steps)
child, terminal = pty.fork()


def resize(fd: int, columns: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), columns, 0, 0))


if child == 0:
    resize(0, int(columns))
    os.execvp(command[0], command)
unseen = b""
while True:
    while steps and steps[0]["after"].encode() in unseen:
        step = steps.pop(0)
        unseen = unseen.split(step["after"].encode(), 1)[1]
        if "type" in step:
            os.write(terminal, step["type"].encode())
        if "columns" in step:
            resize(terminal, step["columns"])
        if "touch" in step:
            open(step["touch"], "w").close()
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux says so when the last program on the terminal has ended.
        break
    if not data:
        break
    unseen += data
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
if steps:
    sys.stderr.write("never printed: " + steps[0]["after"] + "\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
