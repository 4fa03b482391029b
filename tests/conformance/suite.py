"""gdb's own test suite, in the version of the gdb that is installed, from Debian's source package."""

import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

NEEDED = {"gdb": "gdb", "runtest": "dejagnu", "expect": "expect", "gcc": "gcc", "g++": "g++", "gdbserver": "gdbserver"}
WANTED = ("gdb/testsuite/", "gdb/features/", "gdb/contrib/")
MIRROR = "http://deb.debian.org/debian"
SOURCES = """Types: deb-src
URIs: {mirror}
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


def require_tools():
    missing = sorted(package for tool, package in NEEDED.items() if not shutil.which(tool))
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; run as root: apt-get install {' '.join(missing)}")


def installed_version():
    return subprocess.run(["dpkg-query", "-W", "-f", "${source:Version}", "gdb"], capture_output=True, text=True,
                          check=True).stdout


def mirror():
    """The one the machine is set up for, where it says so in the usual place."""
    try:
        lines = pathlib.Path("/etc/apt/sources.list.d/debian.sources").read_text(encoding="utf-8").splitlines()
    except OSError:
        return MIRROR
    return next((line.split()[1] for line in lines if line.startswith("URIs:")), MIRROR)


def fetch_archive(folder, version):
    """Nothing of the machine's own set-up is touched, and nobody has to be root."""
    parts = folder / "parts"
    for path in (parts, folder / "lists/partial", folder / "cache/archives/partial"):
        path.mkdir(parents=True)
    (parts / "source.sources").write_text(SOURCES.format(mirror=mirror()), encoding="utf-8")
    settings = {"Dir::Etc::SourceList": "/dev/null", "Dir::Etc::SourceParts": parts, "Dir::State::Lists": folder / "lists",
                "Dir::Cache": folder / "cache", "APT::Sandbox::User": ""}
    apt = ["apt-get", "-qq", *(word for key, value in settings.items() for word in ("-o", f"{key}={value}"))]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "source", "--download-only", f"gdb={version}"], check=True, cwd=folder)
    return next(path for path in folder.glob("gdb_*.orig.tar.*") if path.suffix != ".asc")


def unpack(archive, into):
    with tarfile.open(archive) as files:
        for member in files:
            _, _, inside = member.name.partition("/")
            if inside.startswith(WANTED):
                member.name = inside
                files.extract(member, into)


def prepared(cache):
    """The folder gdb/testsuite, fetched where the cache does not have it."""
    version = installed_version()
    suite = cache / f"gdb-{version}"
    if not suite.exists():
        print(f"fetching the source of gdb {version}", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            folder = pathlib.Path(folder)
            unpack(fetch_archive(folder, version), folder / "suite")
            os.rename(folder / "suite", suite)
    return suite / "gdb/testsuite"
