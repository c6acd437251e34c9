#!/usr/bin/env bash
# Kills a server at random moments, again and again on the same data: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: kill-9.sh [--kills N] [--compare-every N] [--rate N] [--seed N] [--record]

Kills a server under load with SIGKILL at random moments, N times on the same data directory: while it works, and one
time in five while it starts. The driver goes on through all of it, as a sender does: it connects again and sends again
what has no answer. Every event with a JOURNALED or SYNCED receipt has to be there, unchanged, once and under the
identity that was promised, and the sequences have to be without a hole.

  --kills N          kills in all (20)
  --compare-every N  kills between two comparisons (5)
  --rate N           events per second (1500)
  --seed N           of the moments (from the clock)
  --record           add the result to docs/reliability.md

Needs no root. Exit code: 0 nothing found, 1 something found.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

kills=20
every=5
rate=1500
seed=$(date +%s)
unit=kills
while [ $# -gt 0 ]; do
  case $1 in
    --kills) positive "$1" "${2:-}" && kills=$2 && shift ;;
    --compare-every) positive "$1" "${2:-}" && every=$2 && shift ;;
    --rate) positive "$1" "${2:-}" && rate=$2 && shift ;;
    --seed) positive "$1" "${2:-}" && seed=$2 && shift ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
RANDOM=$((seed % 32768))

# The journal files, as the kills left them and while the server goes on. Only then do the kills before it count.
compare_files() {
  compare --ledger "$ledger" --data "$work/data" --survived journaled
  receipts=$(compared_receipts)
  rounds=$killed
  summary="every JOURNALED and SYNCED event there, unchanged, once, without a hole; seed $seed"
  say "kill $killed of $kills: $receipts receipts, $(number stored "$result") events stored"
}

kill_once() {
  kill_server
  killed=$((killed + 1))
}

begin "$@"
killed=0
ledger=$work/receipts
find_port
addresses=(--http "127.0.0.1:$port")
find_port
addresses+=(--tcp "127.0.0.1:$port")
start_server "$work/data" "${addresses[@]}"
start_driver "$ledger" --rate "$rate"
while [ "$killed" -lt "$kills" ]; do
  sleep "$(random_seconds 50 1500)"
  kill_once
  if [ $((RANDOM % 5)) -eq 0 ] && [ "$killed" -lt "$kills" ]; then
    spawn_server server "$work/data" "${addresses[@]}"
    server_pid=$spawned
    sleep "$(random_seconds 50 1500)"
    kill_once
  fi
  start_server "$work/data" "${addresses[@]}" || {
    found "no server starts after kill $killed"
    exit 1
  }
  [ $((killed - rounds)) -lt "$every" ] || compare_files
done
stop_driver
compare_files
# In the end also what the server says.
compare --ledger "$ledger" --http "http://$http" --survived journaled
say "$result"
stop_server
[ "$exit_code" -eq 0 ] || found "the last server ended with exit code $exit_code"
grep -E ' (ERROR|WARN) ' "$work/server.log" | grep -v UNFINISHED | sort | uniq -c | head >&2 || true
[ "$findings" -eq 0 ] || summary="FINDINGS; seed $seed"
