"""A client of the remote serial protocol that sends exactly what it is told to."""

import collections
import os
import re
import select
import socket
import struct
import time

from processes import Missed

ESCAPED = re.compile(rb"\}(.)", re.DOTALL)


def checksum(payload):
    return b"%02x" % (sum(payload) & 0xff)


def escape(payload):
    return re.sub(rb"[#$}]", lambda found: b"}" + bytes([found[0][0] ^ 0x20]), payload)


def unescape(payload):
    return ESCAPED.sub(lambda found: bytes([found[1][0] ^ 0x20]), payload)


def expand_runs(payload):
    expanded = bytearray()
    at = 0
    while at < len(payload):
        if payload[at:at + 1] == b"*" and at + 1 < len(payload):
            expanded += expanded[-1:] * (payload[at + 1] - 29)
            at += 2
        else:
            expanded.append(payload[at])
            at += 1
    return bytes(expanded)


def frame(payload):
    escaped = escape(payload)
    return b"$" + escaped + b"#" + checksum(escaped)


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def as_hex(text):
    return as_bytes(text).hex()


class Closed(Missed):
    """The server closed the connection."""


class Client:
    """Payloads are text with one character a byte (latin-1); received ones are expanded and unescaped."""

    def __init__(self, read_fd, write_fd, opened=None):
        self._read_fd, self._write_fd, self._socket = read_fd, write_fd, opened
        self._unread = b""
        self._notifications = collections.deque()
        self.acks = self.sends_acks = True

    @classmethod
    def over_tcp(cls, port, host="127.0.0.1"):
        opened = socket.create_connection((host, port), timeout=5)
        opened.settimeout(None)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(opened.fileno(), opened.fileno(), opened)

    @classmethod
    def over_unix(cls, path):
        opened = socket.socket(socket.AF_UNIX)
        opened.connect(path)
        return cls(opened.fileno(), opened.fileno(), opened)

    @classmethod
    def over_pipes(cls, process):
        return cls(process.stdout.fileno(), process.stdin.fileno())

    def send_raw(self, data):
        view = memoryview(as_bytes(data))
        while view:
            view = view[os.write(self._write_fd, view):]

    def send(self, payload):
        self.send_raw(frame(as_bytes(payload)))
        if self.acks:
            self.receive_ack()

    def send_in_pieces(self, payload):
        for byte in frame(as_bytes(payload)):
            self.send_raw(bytes([byte]))
        if self.acks:
            self.receive_ack()

    def receive_ack(self, timeout=5.0):
        answer = self.receive_raw(1, timeout)
        if answer != b"+":
            raise Missed(f"wanted an acknowledgement, got {answer + self._unread!r}")

    def receive_raw(self, length, timeout=5.0):
        self._fill_until(lambda: len(self._unread) >= length, timeout)
        data, self._unread = self._unread[:length], self._unread[length:]
        return data

    def receive(self, timeout=5.0):
        """The next reply."""
        kind, payload = self._receive_frame(timeout)
        while kind == b"%":
            self._notifications.append(payload)
            kind, payload = self._receive_frame(timeout)
        return payload

    def receive_notification(self, timeout=5.0):
        if self._notifications:
            return self._notifications.popleft()
        kind, payload = self._receive_frame(timeout)
        if kind != b"%":
            raise Missed(f"wanted a notification, got the reply {payload!r}")
        return payload

    def ask(self, payload, timeout=5.0):
        self.send(payload)
        return self.receive(timeout)

    def stop_acks(self):
        answer = self.ask("QStartNoAckMode")
        if answer != "OK":
            raise Missed(f"QStartNoAckMode was answered {answer!r}")
        self.acks = False

    def negotiate(self, features="multiprocess+;swbreak+;hwbreak+;vContSupported+;xmlRegisters=i386"):
        answer = self.ask("qSupported:" + features)
        self.stop_acks()
        return answer

    def transfer(self, what, annex=""):
        """A whole qXfer object."""
        data = ""
        while True:
            part = self.ask(f"qXfer:{what}:read:{annex}:{len(data):x},1000")
            if part[:1] not in ("l", "m"):
                raise Missed(f"qXfer:{what}:read was answered {part!r}")
            data += part[1:]
            if part[0] == "l":
                return data

    def interrupt(self):
        self.send_raw(b"\x03")

    def is_closed(self, timeout=5.0):
        try:
            self._fill_until(lambda: False, timeout)
        except Closed:
            return True
        except Missed:
            return False

    def close(self):
        """Ends the connection in the orderly way (FIN)."""
        if self._socket:
            self._socket.close()

    def reset(self):
        """Ends the connection the hard way (RST)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _receive_frame(self, timeout):
        whole = self._fill_until(self._find_frame, timeout)
        self._unread = self._unread[whole.end():]
        kind, body, sum_text = whole[1], whole[2], whole[3]
        if checksum(body) != sum_text.lower():
            raise Missed(f"wrong checksum in {whole[0]!r}")
        if self.acks and self.sends_acks and kind == b"$":
            self.send_raw(b"+")
        return kind, unescape(expand_runs(body)).decode("latin-1")

    def _find_frame(self):
        self._unread = re.sub(rb"\A\++", b"", self._unread)
        if self._unread and self._unread[:1] not in (b"$", b"%"):
            raise Missed(f"this is no packet: {self._unread[:200]!r}")
        return re.match(rb"([$%])([^#]*)#([0-9a-fA-F]{2})", self._unread, re.DOTALL)

    def _fill_until(self, complete, timeout):
        deadline = time.monotonic() + timeout
        while not (found := complete()):
            readable, _, _ = select.select([self._read_fd], [], [], max(0, deadline - time.monotonic()))
            if not readable:
                raise Missed(f"no answer within {timeout} s; received so far: {self._unread[:200]!r}")
            self._unread += self._read_some()
        return found

    def _read_some(self):
        try:
            data = os.read(self._read_fd, 1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed(f"the server closed the connection; received so far: {self._unread[:200]!r}")
        return data
