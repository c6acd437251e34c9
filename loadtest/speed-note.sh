#!/bin/sh
# Measures what docs/performance.md notes: starts a server on free ports with fresh data, offers each load in turn, three
# rounds, and prints the medians. Everything stays on loopback and ends by itself.
#
#   loadtest/speed-note.sh [CLOUDTRAIL_DIR]
#
# ROUNDS, SECONDS_EACH and WARMUP may be set in the environment.
set -eu

root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
cloudtrail=${1:-}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-10}
warmup=${WARMUP:-5}
work=$(mktemp -d)
results=$work/results

cleanup() {
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  [ -z "${server:-}" ] || wait "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

"$root/evident" --version >/dev/null
"$root/evident" serve --http 127.0.0.1:0 --tcp 127.0.0.1:0 --data "$work/data" >"$work/ready" 2>"$work/log" &
server=$!
tries=0
until grep -q 'evident ready' "$work/ready" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$work/log" >&2
    exit 1
  fi
  sleep 0.2
done
tcp=$(sed -n 's/.* tcp=\([^ ]*\).*/\1/p' "$work/ready")

# NAME OPTIONS...: one run, its rate and latencies appended to the results.
run() {
  name=$1
  shift
  json=$("$root/evident" load --tcp "$tcp" --seconds "$seconds" --warmup "$warmup" --json "$@") || {
    echo "run '$name' failed: $json" >&2
    exit 1
  }
  number() {
    printf '%s' "$json" | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"
  }
  echo "$name|$(number eventsPerSecond)|$(number p50)|$(number p99)|$(number p99.9)" >>"$results"
  echo "  $name: $(number eventsPerSecond)/s p50 $(number p50) ms p99 $(number p99) ms" >&2
}

round=1
while [ "$round" -le "$rounds" ]; do
  echo "round $round of $rounds" >&2
  run "256 B, frames of 500, ACCEPTED" --tier accepted
  run "256 B, frames of 500, JOURNALED" --tier journaled
  run "256 B, frames of 500, SYNCED" --tier synced
  if [ -n "$cloudtrail" ]; then
    run "CloudTrail, frames of 100, JOURNALED" --tier journaled --batch 100 --cloudtrail "$cloudtrail"
    run "CloudTrail, frames of 100, SYNCED" --tier synced --batch 100 --cloudtrail "$cloudtrail"
  fi
  run "256 B, frames of 500, 50,000/s offered, ACCEPTED" --tier accepted --rate 50000
  run "256 B, frames of 500, 50,000/s offered, JOURNALED" --tier journaled --rate 50000
  run "256 B, frames of 500, 50,000/s offered, SYNCED" --tier synced --rate 50000
  run "256 B, single events, 20,000/s offered, ACCEPTED" --tier accepted --batch 1 --connections 8 --rate 20000
  run "256 B, single events, 20,000/s offered, JOURNALED" --tier journaled --batch 1 --connections 8 --rate 20000
  run "256 B, single events, 20,000/s offered, SYNCED" --tier synced --batch 1 --connections 8 --rate 20000
  round=$((round + 1))
done

median() {
  sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

echo "| load | events/s | p50 ms | p99 ms | p99.9 ms | lowest and highest events/s |"
echo "| ---- | -------- | ------ | ------ | -------- | --------------------------- |"
cut -d'|' -f1 "$results" | awk '!seen[$0]++' | while IFS= read -r name; do
  rows=$(awk -F'|' -v name="$name" '$1 == name' "$results")
  field() {
    printf '%s\n' "$rows" | cut -d'|' -f"$1" | median
  }
  low=$(printf '%s\n' "$rows" | cut -d'|' -f2 | sort -n | head -n 1)
  high=$(printf '%s\n' "$rows" | cut -d'|' -f2 | sort -n | tail -n 1)
  echo "| $name | $(field 2) | $(field 3) | $(field 4) | $(field 5) | $low to $high |"
done
