#!/usr/bin/env bash
# Overloads a server on a slow disk, and measures what becomes of its CRITICAL events: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: overload.sh [--write-delay-ms N] [--times N] [--seconds N] [--critical-rate N] [--rounds N] [--megabytes N]
                   [--record]

Puts a server on an ext4 whose disk takes N ms longer for each write, measures how many STANDARD events it stores there at
the most, then offers so many times of that, and CRITICAL events at a steady rate beside. At the same time, on the same
disk, a probe writes and forces as many bytes as one CRITICAL event has, again and again: the least that any SYNCED
receipt can take there. Prints the latency of CRITICAL events at SYNCED beside the probe's, for each round.

No CRITICAL event may be refused while it measures. None may be lost either: a driver writes down the receipts of some events of all lanes,
and after each round the server is killed, started again and asked for all that has a SYNCED receipt.

  --write-delay-ms N   how much longer every write to the disk takes (20); 0 for the disk as it is
  --times N            the overload (10)
  --seconds N          how long each round measures (20)
  --critical-rate N    CRITICAL events per second (100)
  --rounds N           (3)
  --megabytes N        size of the disk (4096)
  --record             add the result to docs/reliability.md

Needs root, losetup, mkfs.ext4; nbdkit and nbdfuse for the delay.
Exit code: 0 nothing found, 1 a CRITICAL event was refused, or an event lost, 77 this machine cannot do it.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

delay=20
times=10
seconds=20
critical_rate=100
asked=3
megabytes=4096
# The size of a generated event.
bytes=256
while [ $# -gt 0 ]; do
  case $1 in
    --write-delay-ms) [ "${2:-}" = 0 ] || positive "$1" "${2:-}" && delay=$2 && shift ;;
    --times) positive "$1" "${2:-}" && times=$2 && shift ;;
    --seconds) positive "$1" "${2:-}" && seconds=$2 && shift ;;
    --critical-rate) positive "$1" "${2:-}" && critical_rate=$2 && shift ;;
    --rounds) positive "$1" "${2:-}" && asked=$2 && shift ;;
    --megabytes) positive "$1" "${2:-}" && megabytes=$2 && shift ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
need_root
need losetup util-linux
need mkfs.ext4 e2fsprogs
need findmnt util-linux
if [ "$delay" -gt 0 ]; then
  need nbdkit nbdkit
  need nbdfuse libnbd-bin
fi
# The lanes as they are shipped: how full they can get is what this is about.
small=()

load() {
  EVIDENT_JAVA_OPTS='-Xms256m -Xmx512m' "$evident" load --tcp "$tcp" --bytes "$bytes" --json "$@" 2>>"$work/load.log" || true
}

# NAME PERCENTILE: a latency of a line of JSON, in ms.
latency() {
  sed -n "s/.*\"latencyMs\":{.*\"$2\":\([0-9.]*\).*/\1/p" "$work/$1"
}

# The most that the server stores on this disk: as much as four connections can keep under way.
capacity() {
  load --tier synced --warmup 3 --seconds "$seconds" --connections 4 >"$work/capacity"
  number eventsPerSecond "$(cat "$work/capacity")"
}

overload() {
  local offered=$1 pids=()
  load --tier synced --warmup 4 --seconds "$((seconds + 2))" --connections 48 --window 8000 --rate "$offered" \
    >"$work/standard" &
  pids+=("$!")
  load --tier synced --warmup 5 --seconds "$seconds" --connections 1 --batch 1 --critical 1 --rate "$critical_rate" \
    >"$work/critical" &
  pids+=("$!")
  sleep 5
  "$evident" load force --file "$work/disk/probe" --bytes "$bytes" --rate 50 --seconds "$seconds" --json \
    >"$work/probe" 2>>"$work/load.log" || true
  wait "${pids[@]}"
}

judge() {
  [ -n "$(latency critical p99.9)" ] || die "no latency of CRITICAL events: $(tail -n 3 "$work/load.log")"
  [ -n "$(latency probe p99.9)" ] || die "no latency of the probe: $(tail -n 3 "$work/load.log")"
  grep -q '"refused":{}' "$work/critical" || found "CRITICAL events were refused: $(cat "$work/critical")"
  ratio=$(awk -v a="$(latency critical p99.9)" -v b="$(latency probe p99.9)" 'BEGIN { printf "%.1f", a / b }')
  row="capacity $stored/s, offered $((stored * times))/s, sent $(number sent "$(cat "$work/standard")") in $((seconds + 2)) s, \
stored $(number eventsPerSecond "$(cat "$work/standard")")/s; CRITICAL ms p50 $(latency critical p50) \
p99 $(latency critical p99) p99.9 $(latency critical p99.9); bare force ms p50 $(latency probe p50) \
p99 $(latency probe p99) p99.9 $(latency probe p99.9); ratio of p99.9 $ratio"
  say "round $rounds of $asked: $row"
  details="${details:+$details. }$row"
}

begin "$@"
details=
while [ "$rounds" -lt "$asked" ]; do
  make_image "$work/disk.img" "$megabytes"
  disk_file=$work/disk.img
  [ "$delay" -eq 0 ] || attach_nbd "$work/disk.img" --filter=delay file "$work/disk.img" "delay-write=${delay}ms"
  mount_image "$disk_file" "$work/disk"
  start_server "$work/disk/data"
  stored=$(capacity)
  ledger=$work/receipts-$rounds
  start_driver "$ledger" --rate 60 --tiers synced
  overload "$((stored * times))"
  rounds=$((rounds + 1))
  judge
  stop_driver
  kill_server
  start_server "$work/disk/data"
  # From the files: there are too many events to ask for each. What the emergency journals held is folded in by now.
  compare --ledger "$ledger" --data "$work/disk/data" --survived synced --others
  receipts=$((receipts + $(compared_receipts)))
  kill_server
  unmount_image "$work/disk"
  [ "$delay" -eq 0 ] || detach_nbd
  rm -f "$work/disk.img"
done
summary="writes ${delay} ms slower, $times times what it can store: no CRITICAL event refused, every SYNCED event there. $details"
[ "$findings" -eq 0 ] || summary="FINDINGS. $details"
