"""Starting programs so that none outlives the test, waiting for what they do, and looking at them through /proc."""

import atexit
import ctypes
import os
import re
import signal
import subprocess
import threading
import time

import elf

PR_SET_CHILD_SUBREAPER = 36


class Missed(AssertionError):
    """Something awaited did not happen in time."""


def wait_until(happened, what, timeout=10.0):
    """Polls `happened` and returns its first true value; for states of other processes, which nothing announces."""
    deadline = time.monotonic() + timeout
    while True:
        value = happened()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Missed(f"{what}: not within {timeout} s")
        time.sleep(0.002)


class Lines:
    """Collects what a program prints, and lets others wait for it."""

    def __init__(self, stream):
        self.text = ""
        self.finished = False
        self._changed = threading.Condition()
        self._stream = stream
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self):
        while chunk := os.read(self._stream.fileno(), 65536):
            with self._changed:
                self.text += chunk.decode("utf-8", "replace")
                self._changed.notify_all()
        with self._changed:
            self.finished = True
            self._changed.notify_all()

    def wait_for(self, pattern, start=0, timeout=10.0):
        """Waits until `pattern` is found in the text after `start`; returns the match."""
        wanted = re.compile(pattern, re.MULTILINE)
        with self._changed:
            self._changed.wait_for(lambda: wanted.search(self.text, start) or self.finished, timeout)
            found = wanted.search(self.text, start)
        if not found:
            raise Missed(f"no /{pattern}/ within {timeout} s in:\n{self.text[start:]}")
        return found

    def wait_for_end(self, timeout=10.0):
        with self._changed:
            if not self._changed.wait_for(lambda: self.finished, timeout):
                raise Missed(f"output did not end within {timeout} s:\n{self.text}")
        return self.text


class Program:
    """A started program; it is killed by the kernel should this process die first."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL, separate_stdout=False, **options):
        self.arguments = [str(argument) for argument in arguments]
        self.process = subprocess.Popen(
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", *self.arguments], stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if separate_stdout else subprocess.STDOUT, start_new_session=True, **options)
        self.pid = self.process.pid
        self.lines = Lines(self.process.stderr if separate_stdout else self.process.stdout)

    @property
    def text(self):
        return self.lines.text

    def wait_for(self, pattern, start=0, timeout=10.0):
        return self.lines.wait_for(pattern, start, timeout)

    def signal(self, number):
        os.kill(self.pid, number)

    def wait_for_exit(self, timeout=10.0):
        """The exit code, or minus the number of the signal that killed it."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Missed(f"{self.arguments} did not exit within {timeout} s; it printed:\n{self.text}") from None

    def has_exited(self):
        return self.process.poll() is not None

    def end(self):
        if not self.has_exited():
            self.signal(signal.SIGKILL)
            self.process.wait(10)


class Inferior(Program):
    """A program of tests/inferiors, running free."""

    def __init__(self, path, *arguments):
        super().__init__(path, *arguments)
        self.path = str(path)
        wait_until(lambda: self._has_started(), f"start of {path}")

    def _has_started(self):
        if executable_of(self.pid) == os.path.realpath(self.path):
            return self._has_reached_main()
        return state_of(self.pid) == "Z"

    # Others than the programs of tests/inferiors do not tell; the kernel maps the vdso last, so all their pages are there.
    def _has_reached_main(self):
        try:
            if not any(path == "[vdso]" for *_, path in mappings_of(self.pid)):
                return False
            return not elf.read(self.path).has_symbol("main_reached") or self.global_value("main_reached") == 1
        except OSError:
            return state_of(self.pid) == "Z"  # it has ended

    def global_value(self, name):
        return read_global(self.pid, self.path, name)

    def wait_for_global(self, name, accepts, timeout=10.0):
        def accepted():
            try:
                return accepts(self.global_value(name))
            except OSError:
                return False  # /proc shows the new program before its segments are mapped

        return wait_until(accepted, f"{name} in {self.path}", timeout)

    def wait_for_progress(self, name):
        """Waits until a counter has moved: the program runs."""
        before = self.global_value(name)
        self.wait_for_global(name, lambda now: now != before)


def executable_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def threads_of(pid):
    return sorted(int(name) for name in os.listdir(f"/proc/{pid}/task"))


def status_field(pid, field, tid=None):
    """A line of /proc/PID/status; None when the process is gone."""
    try:
        with open(f"/proc/{pid}/task/{tid or pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return line.split(":", 1)[1].strip()
    except (FileNotFoundError, ProcessLookupError):
        pass
    return None


def state_of(pid, tid=None):
    """The state's letter (R S D T t Z), or None when the process is gone."""
    state = status_field(pid, "State", tid)
    return state[0] if state else None


def tracer_of(pid):
    return int(status_field(pid, "TracerPid") or 0)


def is_gone(pid):
    return state_of(pid) in (None, "Z", "X")


def mappings_of(pid):
    """(start, end, permissions, file offset, path) of each mapping."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            span, permissions, offset, _, _, *path = line.rstrip("\n").split(maxsplit=5)
            start, end = (int(part, 16) for part in span.split("-"))
            yield start, end, permissions, int(offset, 16), path[0] if path else ""


def read_memory(pid, address, length):
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        return os.pread(memory.fileno(), length, address)


def load_bias(pid, path):
    """How far a position-independent program was moved."""
    image = elf.read(path)
    if not image.position_independent:
        return 0
    real = os.path.realpath(path)
    return min(start for start, _, _, offset, mapped in mappings_of(pid) if mapped == real and offset == 0)


def address_of(pid, path, name):
    return elf.read(path).symbol(name).address + load_bias(pid, path)


def read_global(pid, path, name):
    symbol = elf.read(path).symbol(name)
    data = read_memory(pid, symbol.address + load_bias(pid, path), symbol.size or 8)
    return int.from_bytes(data, "little")


def patched_text(pid):
    """Executable mappings of files that differ from their file: [(path, address, byte in memory, byte in file)]."""
    differences = []
    for start, end, permissions, offset, path in mappings_of(pid):
        if "x" not in permissions or not path.startswith("/"):
            continue
        with open(path, "rb") as file:
            original = os.pread(file.fileno(), end - start, offset)
        memory = read_memory(pid, start, len(original))
        if memory != original:
            first = next(i for i, (left, right) in enumerate(zip(memory, original)) if left != right)
            differences.append((path, hex(start + first), hex(memory[first]), hex(original[first])))
    return differences


def descendants():
    """Every process below this one, those adopted from ended parents included."""
    found, unvisited = [], [os.getpid()]
    while unvisited:
        parent = unvisited.pop()
        for tid in _tasks(parent):
            try:
                with open(f"/proc/{parent}/task/{tid}/children", encoding="ascii") as children:
                    unvisited += (new := [int(child) for child in children.read().split()])
                    found += new
            except OSError:
                continue
    return found


def _tasks(pid):
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def end_all_descendants():
    """Kills and reaps until nothing started from here is left."""
    deadline = time.monotonic() + 10
    while remaining := descendants():
        for pid in remaining:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        _reap_ended()
        if time.monotonic() > deadline:
            raise Missed(f"could not end {remaining}")
        time.sleep(0.001)


def _reap_ended():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def own_all_descendants():
    """From now on orphans come to this process, and none is left when it ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    atexit.register(end_all_descendants)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def may_use_real_time_priority():
    """Asks in a child, so that the answer changes nothing here."""
    child = os.fork()
    if child == 0:
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
