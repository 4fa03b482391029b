#!/usr/bin/env bash
# A small session that explains itself: remora runs a program, gdb drives it. Called by tools/run.
#
#   tools/demo.sh PATH-OF-REMORA
set -euo pipefail
remora=$1
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; }
give_up() {
  echo "the demonstration failed: $*" >&2
  cat "$work"/*.log >&2
  exit 1
}

step "1. A program to debug: tools/demo.c, compiled with -g"
gcc -g -O0 -fno-pie -no-pie -o "$work/fish" "$top/tools/demo.c"

step "2. remora starts it, stopped at its first instruction, and waits for a debugger on a free port of this machine"
echo "\$ remora --once localhost:0 fish"
"$remora" --once localhost:0 "$work/fish" 2>"$work/remora.log" &
server=$!
port=
for _ in $(seq 100); do
  port=$(sed -n 's/^Listening on port \([0-9]*\)$/\1/p' "$work/remora.log")
  [[ -n $port ]] && break
  kill -0 "$server" 2>/dev/null || give_up "remora ended"
  sleep 0.05
done
[[ -n $port ]] || give_up "remora does not listen"
cat "$work/remora.log"

step "3. gdb connects and does the rest"
timeout 60 gdb -batch -nx -q "$work/fish" -ex "set \$port = $port" -x "$top/tools/demo.gdb" 2>"$work/gdb.log" ||
  give_up "gdb ended with status $?"

status=0
wait "$server" || status=$?
server=
step "remora saw the program out and ended with its exit code, $status"
[[ $status -eq 6 ]] || give_up "that should have been 6"
echo "Try it: tools/run --help, or tools/run :1234 PROGRAM and \"target remote :1234\" in gdb."
