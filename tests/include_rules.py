#!/usr/bin/env python3
"""Who may include whom. Prints every wrong edge as file:line, and fails if there is one."""
import re
import sys
from pathlib import Path

# A rung of target/ may use the rungs below it; the entries of one rung know nothing of each other.
RUNGS = [
    ["types"],
    ["arch", "bytecode"],
    ["linux", "breakpoints", "stops"],
    ["register_file", "thread", "address_space"],
    ["trampolines", "recording", "allocations"],
    ["process"],
    ["run_control", "observers", "core", "modules", "symbols", "attachable", "disassembly", "file_digest", "host_files",
     "link_maps", "memory_scan", "os_data", "process_info", "signal_words", "spawn", "syscall_names"],
    ["thread_locals"],
    ["inferiors"],
]
RUNG_OF = {name: number for number, names in enumerate(RUNGS, 1) for name in names}
# Edges that the rungs forbid, each with its reason.
EXCEPTIONS = {
    ("target/stops/", "target/linux/child_events.hpp"),  # a decoded wait status is plain data
    ("target/thread.", "target/register_file.hpp"),      # a thread owns its registers
}
# What server/ and tools/ may use of target/, and what server/handlers/ may use of server/.
PUBLIC = ["types", "observers", "inferiors", "process", "thread", "address_space", "register_file",
          "attachable", "core", "disassembly", "file_digest", "host_files", "link_maps", "memory_scan", "modules", "os_data",
          "process_info", "signal_words", "spawn", "symbols", "syscall_names", "thread_locals"]
FOR_HANDLERS = ["client", "host_files", "host_info", "monitor_tool", "platform", "route_table", "routes", "stop_reporter"]
FAMILIES = "server/handlers/families.hpp"  # declares every handler's table

# header: (where it is allowed, what the rule is called)
CONFINED = {
    r"(sys|linux)/ptrace\.h": (r"target/linux/", "ptrace only in target/linux"),
    r"sys/wait\.h": (r"(target/linux/|tools/syscalls/(names|structures)\.cpp)",
                     "wait only in target/linux; tools/syscalls has its constants' names"),
    r"(asio/.*|asio\.hpp)": (r"server/(?!handlers/)", "asio only in server/, outside handlers/"),
    r"(elfutils/.*|dwarf\.h|libelf\.h|gelf\.h|libdw\.h)": (r"target/symbols/", "libdw and libelf only in target/symbols"),
    r"seccomp\.h": (r"target/(linux/seccomp_filter|syscall_names)", "libseccomp only behind its two wrappers"),
    r"(lua5\.4/)?(lua|lualib|lauxlib|luaconf)\.h(pp)?": (r"tools/script/", "Lua only in tools/script"),
    r"capstone/.*": (r"target/(arch|trampolines|recording|observers)/",
                     "capstone only in target/{arch,trampolines,recording,observers}"),
}
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def part_of(path):
    """target/linux/ptrace.hpp -> linux, target/process.cpp -> process"""
    return re.split(r"[/.]", path)[1]


def wrong_in_target(source, header):
    if not header.startswith("target/"):
        return "target/ includes nothing of protocol/, server/ or tools/"
    ours, theirs = part_of(source), part_of(header)
    for name, path in ((ours, source), (theirs, header)):
        if name not in RUNG_OF:
            return f"{path} is on no rung: add it to RUNGS in tests/include_rules.py"
    exempt = any(source.startswith(s) and header == h for s, h in EXCEPTIONS)
    if ours == theirs or exempt or RUNG_OF[theirs] < RUNG_OF[ours]:
        return None
    return f"rung {RUNG_OF[ours]} ({ours}) may use only the rungs below it, {theirs} is on {RUNG_OF[theirs]}"


def wrong_of_ours(source, header):
    if source.startswith("protocol/"):
        allowed = header.startswith(("protocol/", "target/types/"))
        return None if allowed else "protocol/ includes only itself and target/types"
    if source.startswith("target/"):
        return wrong_in_target(source, header)
    if source.startswith("tools/") and header.startswith(("protocol/", "server/")):
        return "tools/ works on target/ alone: no protocol, no server"
    if header.startswith("tools/") and not source.startswith("tools/") and source != "server/main.cpp":
        return "only the program's beginning calls a tool"
    if header.startswith("target/") and part_of(header) not in PUBLIC:
        return "outside target/ only its public parts: " + " ".join(PUBLIC)
    if source.startswith("server/handlers/") and header.startswith("server/"):
        own_header = Path(source).stem == Path(header).stem
        # A family that has a folder of its own.
        own_header |= Path(header).parent == Path(source).parent != Path("server/handlers")
        if not own_header and header != FAMILIES and part_of(header) not in FOR_HANDLERS:
            return "of server/, a handler includes only " + " ".join(FOR_HANDLERS)
    return None


def wrong_of_others(source, header):
    for pattern, (place, rule) in CONFINED.items():
        if re.fullmatch(pattern, header) and not re.match(place, source):
            return rule
    documents = source.startswith("protocol/documents/") and header.startswith("nlohmann/")
    if source.startswith("protocol/") and re.search(r"[./]", header) and not documents:
        return "protocol/ includes no header from outside but the C++ standard library's, and JSON for documents"
    return None


def main(root):
    wrong = checked = 0
    for folder in ("protocol", "target", "server", "tools"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            source = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if not (found := INCLUDE.match(line)):
                    continue
                checked += 1
                ours, others = found.groups()
                broken = wrong_of_ours(source, ours) if ours else wrong_of_others(source, others)
                if broken:
                    wrong += 1
                    print(f"{source}:{number}: includes {ours or others}: {broken}")
    print(f"{checked} includes, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
