#!/usr/bin/python3
"""Plays recorded conversations (*.rsp) against the real server and a real inferior.

Head of a file:
    inferior: NAME ARGS     a program of tests/inferiors, started by the server
    attach: yes             the program is already running, the server attaches to it
    launch: no              the program only gives the symbols; the server gets no program
    server: OPTIONS         further options of the server
Then, line by line:
    -> PAYLOAD              a packet, framed and escaped here; ~> sends it one byte at a time
    => BYTES                raw bytes
    <- GLOB                 the next reply; * is any text, {x=*} keeps it as {x}. Console output (O...) is passed over
    <~ REGEX                the same with a regular expression; named groups are kept
    <% GLOB                 the next notification
    <= BYTES                raw bytes from the server
    <error, <refused        an error reply; an error or the empty reply
    ! ACTION                see Conversation.act_*
Everywhere {symbol} is an address and {*symbol} the 8-byte value there, in hex; {symbol+8} and {symbol.end} as
expected; {symbol:le} is the same as eight bytes, lowest first;
{pid} and {tid} are those of the inferior in hex, {program} and {program_hex} its path. \\xNN is a byte.
"""

import os
import re
import shlex
import signal
import sys

import elf
import processes
from processes import Missed
from rsp import as_hex
from servers import Server, inferior_path

NAME = re.compile(r"\{(\*?)([A-Za-z_]\w*)(\.end)?(?:([+-])([0-9a-f]+))?(:le)?\}")
CAPTURE = re.compile(r"\{([A-Za-z_]\w*)=\*\}")
ERROR = r"E[0-9a-fA-F]{2}(;.*)?|E\..*|F-1(,.*)?"
HEADS = ("inferior", "attach", "launch", "server")
ARROWS = ("->", "~>", "=>", "<-", "<~", "<%", "<=", "<error", "<refused", "!")


class Step:
    def __init__(self, line):
        arrow = next((arrow for arrow in sorted(ARROWS, key=len, reverse=True) if line.startswith(arrow)), None)
        if arrow is None:
            raise ValueError(f"not understood: {line!r}")
        self.arrow, self.text = arrow, line[len(arrow):].removeprefix(" ")


def parse(path):
    """The head as a dictionary and the numbered steps."""
    head, steps = {}, []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            key, colon, value = line.partition(":")
            if colon and key in HEADS and not steps:
                head[key] = value.strip()
            elif line.strip() and not line.startswith("#"):
                steps.append((number, Step(line)))
    return head, steps


def with_bytes(text):
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), text)


def glob_to_regex(glob):
    """`*` is any text, `{x=*}` a named group, all else stands for itself."""
    parts = re.split(r"(\{[A-Za-z_]\w*=\*\}|\*)", glob)
    return "".join(_glob_part(part) for part in parts)


def _glob_part(part):
    if capture := CAPTURE.fullmatch(part):
        return f"(?P<{capture[1]}>.*?)"
    return ".*" if part == "*" else re.escape(with_bytes(part))


class Conversation:
    def __init__(self, head):
        name, *arguments = shlex.split(head.get("inferior", "")) or [None]
        options = shlex.split(head.get("server", ""))
        self.known = {}
        self.program = name and inferior_path(name)
        self.inferior = None
        self.server = self._start(head, name, arguments, options)
        self.client = self.server.connect()
        self.last_sent = ""

    def _start(self, head, name, arguments, options):
        if head.get("attach") == "yes":
            self.inferior = processes.Inferior(self.program, *arguments)
            return Server.attached_to(self.inferior.pid, options)
        if name is None or head.get("launch") == "no":
            return Server(*options, "localhost:0")
        return Server.launching(name, *arguments, options=options)

    @property
    def pid(self):
        return int(self.known["pid"], 16) if "pid" in self.known else self.server.inferior

    def substitute(self, text):
        return NAME.sub(lambda found: self._value(*found.groups()), text)

    def _value(self, deref, name, end, sign, offset, little_endian):
        if name in self.known:
            return self.known[name]
        if name in ("pid", "tid"):
            return f"{self.pid:x}"
        if name in ("program", "program_hex"):
            return self.program if name == "program" else as_hex(self.program)
        address = self._address(name, end)
        if deref:
            address = int.from_bytes(processes.read_memory(self.pid, address, 8), "little")
        address += int((sign or "+") + (offset or "0"), 16)
        return address.to_bytes(8, "little").hex() if little_endian else f"{address:x}"

    def _address(self, name, end):
        image = elf.read(self.program)
        bias = processes.load_bias(self.pid, self.program) if image.position_independent else 0
        symbol = image.symbol(name)
        return symbol.address + bias + (symbol.size if end else 0)

    def play(self, step):
        if step.arrow == "!":
            action, *arguments = step.text.split()
            getattr(self, "act_" + action.replace("-", "_"))(*map(self.substitute, arguments))
        elif step.arrow in ("->", "~>", "=>"):
            self._send(step.arrow, with_bytes(self.substitute(step.text)))
        else:
            self._expect(step)

    def _send(self, arrow, text):
        if arrow == "=>":
            self.client.send_raw(text)
        elif arrow == "~>":
            self.client.send_in_pieces(text)
        else:
            self.client.send(text)
        self.last_sent = text

    def _expect(self, step):
        if step.arrow == "<=":
            wanted = with_bytes(self.substitute(step.text))
            self._match(re.escape(wanted), self.client.receive_raw(len(wanted)).decode("latin-1"))
        elif step.arrow == "<%":
            self._match(glob_to_regex(self.substitute(step.text)), self.client.receive_notification())
        else:
            pattern = self._reply_pattern(step)
            self._match(pattern, self._next_reply(pattern))

    def _reply_pattern(self, step):
        if step.arrow == "<error":
            return ERROR
        if step.arrow == "<refused":
            return f"|{ERROR}"
        text = self.substitute(step.text)
        return text if step.arrow == "<~" else glob_to_regex(text)

    def _next_reply(self, pattern):
        reply = self.client.receive()
        while re.fullmatch(r"O([0-9a-f]{2})+", reply) and not re.fullmatch(pattern, reply):
            reply = self.client.receive()
        if self.last_sent == "QStartNoAckMode" and reply == "OK":
            self.client.acks = False
        return reply

    def _match(self, pattern, actual):
        found = re.fullmatch(pattern, actual, re.DOTALL)
        if not found:
            raise Missed(f"wanted /{pattern}/\n  got    {actual[:2000]!r}")
        self.known.update(found.groupdict())

    def act_negotiate(self, *features):
        """What gdb says at first, and no acknowledgements from then on."""
        self.client.negotiate(*[";".join(features)] if features else [])
        self.client.ask("?")

    def act_no_acks_from_us(self):
        self.client.sends_acks = False

    def act_drop(self):
        self.client.close()

    def act_reset(self):
        self.client.reset()

    def act_connect(self):
        self.client = self.server.connect()

    def act_closed(self):
        """The server closes the connection."""
        if not self.client.is_closed():
            raise Missed("the connection is still open")

    def act_step_past(self, address):
        """What both clients do to get past a breakpoint: take it out, step, put it in."""
        for payload in (f"z0,{address},1", f"vCont;s:p{self.pid:x}.{self._stopped_thread():x}", f"Z0,{address},1"):
            reply = self.client.ask(payload)
            if not reply.startswith(("OK", "T05")):
                raise Missed(f"{payload} was answered {reply!r}")

    def _stopped_thread(self):
        return int(re.search(r"([0-9a-f]+)$", self.client.ask("qC"))[1], 16)

    def act_pc(self, address):
        pc = self.client.ask("p10") or self.client.ask("g")[16 * 16:17 * 16]
        if pc != (wanted := int(address, 16).to_bytes(8, "little").hex()):
            raise Missed(f"pc is {pc}, not {wanted}")

    def act_signal(self, name):
        os.kill(self.pid, getattr(signal, name))

    def act_await(self, symbol, value):
        """A global of the inferior gets this value."""
        processes.wait_until(lambda: self._global(symbol) == int(value, 0), f"{symbol} = {value}")

    def act_check(self, symbol, value):
        if self._global(symbol) != int(value, 0):
            raise Missed(f"{symbol} is {self._global(symbol)}, not {value}")

    def _global(self, symbol):
        return processes.read_global(self.pid, self.program, symbol)

    def act_runs(self, counter):
        before = self._global(counter)
        processes.wait_until(lambda: self._global(counter) != before, f"progress of {counter}")

    def act_clean(self):
        """The inferior's code is as in its files."""
        if patched := processes.patched_text(self.pid):
            raise Missed(f"patched: {patched}")

    def act_untraced(self):
        processes.wait_until(lambda: processes.tracer_of(self.pid) == 0, "end of tracing")

    def act_gone(self):
        processes.wait_until(lambda: processes.is_gone(self.pid), f"end of process {self.pid}")

    def act_server_exits(self):
        self.server.wait_for_exit()

    def act_server_says(self, *words):
        self.server.wait_for(" ".join(words))


def play(path):
    """None when all went as written, else what did not."""
    head, steps = parse(path)
    number = 0
    try:
        conversation = Conversation(head)
        for number, step in steps:
            conversation.play(step)
    except (Missed, OSError, KeyError, ValueError) as failure:
        return f"{path}:{number}: {failure}"
    finally:
        processes.end_all_descendants()
    return None


def main(paths):
    processes.own_all_descendants()
    failures = [failure for failure in map(play, paths) if failure]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
