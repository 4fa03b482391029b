"""Programs that crash, of tests/inferiors/crashes: how they are built, and each way to run them."""

import collections
import pathlib
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "inferiors" / "crashes"
USUAL = ["-g", "-w", "-pthread", "-fno-stack-protector"]
NO_TABLES = ["-w", "-pthread", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]

BUILDS = {
    "pie": ("ways.c", [*USUAL, "-O0", "-pie", "-fPIE"]),
    "optimized": ("ways.c", [*USUAL, "-O2", "-no-pie", "-fno-pie"]),
    "protected": ("ways.c", ["-g", "-w", "-pthread", "-O2", "-fstack-protector-all"]),
    "static": ("ways.c", [*USUAL, "-O1", "-static"]),
    "static_pie": ("ways.c", [*USUAL, "-O1", "-static-pie"]),
    "stripped": ("ways.c", [*USUAL, "-O1", "-s"]),
    "static_stripped": ("ways.c", [*USUAL, "-O1", "-static", "-s"]),
    "i386": ("ways.c", [*USUAL, "-O1", "-m32"]),
    "framed": ("ways.c", [*NO_TABLES, "-O1", "-fno-omit-frame-pointer"]),
    "unframed": ("ways.c", [*NO_TABLES, "-O1", "-fomit-frame-pointer"]),
    "bare": ("bare.S", ["-g"]),
    "uncaught": ("uncaught.cpp", ["-g", "-O0"]),
    "uncaught_optimized": ("uncaught.cpp", ["-g", "-O2"]),
    "uses_library": ("uses_library.c", ["-g", "-O1", "-L.", "-lcrashes", "-Wl,-rpath,$ORIGIN"]),
}

# beyond: the functions that the stack has where gdb, which does not count what a function has pushed, loses its way.
Crash = collections.namedtuple("Crash", "build way signal beyond", defaults=[None])

CRASHES = [
    *(Crash("pie", way, name) for way, name in {
        "segv": "SIGSEGV", "bus": "SIGBUS", "fpe": "SIGFPE", "ill": "SIGILL", "abrt": "SIGABRT", "asserts": "SIGABRT", "sys": "SIGSYS",
        "overflows": "SIGSEGV", "in_handler": "SIGSEGV", "on_own_stack": "SIGSEGV", "call_null": "SIGSEGV", "call_wild": "SIGSEGV",
        "call_data": "SIGSEGV", "call_heap": "SIGSEGV", "in_string": "SIGSEGV", "in_copy": "SIGSEGV", "in_callback": "SIGSEGV",
        "frees_twice": "SIGABRT", "in_vdso": "SIGSEGV", "calls_last": "SIGSEGV", "in_thread": "SIGSEGV", "among_threads": "SIGSEGV",
    }.items()),
    *(Crash("optimized", way, "SIGSEGV") for way in ("corrupted", "inlined", "in_callback", "in_handler", "after_alloca", "call_data")),
    Crash("protected", "smashes", "SIGABRT"),
    *(Crash("static", way, "SIGSEGV") for way in ("in_handler", "in_thread", "call_null")),
    Crash("static_pie", "in_callback", "SIGSEGV"),
    *(Crash("stripped", way, "SIGSEGV") for way in ("in_callback", "call_null")),
    Crash("static_stripped", "fpe", "SIGFPE"),
    *(Crash("i386", way, "SIGSEGV") for way in ("in_handler", "on_own_stack", "call_null", "calls_last", "in_thread")),
    *(Crash("framed", way, "SIGSEGV") for way in ("in_handler", "in_callback", "call_null")),
    Crash("unframed", "in_callback", "SIGSEGV", ["main"]),
    Crash("bare", "none", "SIGSEGV"),
    Crash("bare", "framed", "SIGSEGV"),
    Crash("bare", "pushes", "SIGSEGV", ["main"]),
    Crash("bare", "early", "SIGSEGV", ["early", "main"]),
    Crash("bare", "begins", "SIGSEGV"),
    Crash("uncaught", "x", "SIGABRT"),
    Crash("uncaught_optimized", "x", "SIGABRT"),
    Crash("uses_library", "x", "SIGSEGV"),
]


def _compiler(source):
    return "g++" if source.endswith(".cpp") else "gcc"


def _make_library(folder):
    library, debug = folder / "libcrashes.so", folder / "libcrashes.so.debug"
    for command in (["gcc", "-g", "-O1", "-shared", "-fPIC", SOURCES / "library.c", "-o", library],
                    ["objcopy", "--only-keep-debug", library, debug],
                    ["objcopy", "--strip-debug", f"--add-gnu-debuglink={debug}", library]):
        subprocess.run(command, check=True, cwd=folder)


def build(folder, names):
    """Makes these programs in the folder, two at a time; those that this machine has no libraries for are missing."""
    if "uses_library" in names:
        _make_library(folder)
    started = []
    for name in names:
        source, flags = BUILDS[name]
        if len(started) > 1:
            started.pop(0).wait()
        started.append(subprocess.Popen([_compiler(source), SOURCES / source, "-o", folder / name, *flags], cwd=folder,
                                        stderr=subprocess.DEVNULL if name == "i386" else None))
    for compiler in started:
        compiler.wait()
