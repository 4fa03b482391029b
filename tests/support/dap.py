"""A client of a debug adapter (the Debug Adapter Protocol over standard input and output), as editors are."""

import json
import os
import select
import subprocess
import time

from processes import Program


class Adapter:
    def __init__(self, *command, environment):
        # What the adapter says on standard error is kept apart from the protocol.
        self.program = Program(*command, stdin=subprocess.PIPE, separate_stdout=True, env=environment)
        self._input = self.program.process.stdin
        self._output = self.program.process.stdout.fileno()
        self._bytes = b""
        self._sequence = 0
        self._events = []
        self._responses = {}

    def request(self, command, **arguments):
        """The body of the response; an AssertionError if the adapter refuses."""
        number = self.send(command, **arguments)
        return self.response_to(number)

    def send(self, command, **arguments):
        self._sequence += 1
        message = {"seq": self._sequence, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._input.flush()
        return self._sequence

    def response_to(self, number):
        while number not in self._responses:
            self._hear()
        message = self._responses.pop(number)
        assert message["success"], message
        return message.get("body", {})

    def event(self, name, **fields):
        """The first event of this name whose body has these fields; it is taken off the list."""
        position = 0
        while True:
            for event in self._events[position:]:
                if event["event"] == name and fields.items() <= (event.get("body") or {}).items():
                    self._events.remove(event)
                    return event.get("body")
            position = len(self._events)
            self._hear()

    def _hear(self):
        message = self._next()
        if message["type"] == "event":
            self._events.append(message)
        elif message["type"] == "response":
            self._responses[message["request_seq"]] = message

    def _next(self, timeout=20.0):
        deadline = time.monotonic() + timeout
        while (message := self._take()) is None:
            ready, _, _ = select.select([self._output], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"the adapter says nothing; so far: {self._events}"
            piece = os.read(self._output, 65536)
            assert piece, "the adapter has ended"
            self._bytes += piece
        return message

    def _take(self):
        head, separator, rest = self._bytes.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = int(head.split(b":")[1])
        if len(rest) < length:
            return None
        self._bytes = rest[length:]
        return json.loads(rest[:length])

    def end(self):
        self._input.close()
        self.program.end()
