#!/usr/bin/env bash
# Steps the clock of a server at work: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: clock-steps.sh [--rounds N] [--seconds N] [--rate N] [--record]

Steps the wall clock of a server at work by two and four hours, forwards and backwards, with libfaketime; the steady
clock goes on, as when an operator sets the time. In each round: two hours ahead, back, two hours behind, two hours
ahead of the right time, killed there (kill -9) and started again with the right time. The driver sends some events
again all the time. Receipts have to come at every time, events that are sent again have to be told as duplicates, and
everything acknowledged has to be there, unchanged, once and without a hole. Segments are told to end after an hour, so
that the steps end some.

  --rounds N    times through all steps (2)
  --seconds N   between two steps (4)
  --rate N      events per second (1500)
  --record      add the result to docs/reliability.md

Needs libfaketime and curl, but no root.
Exit code: 0 nothing found, 1 something found, 77 this machine cannot do it.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

wanted=2
seconds=4
rate=1500
# shellcheck disable=SC2034
unit=rounds
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) positive "$1" "${2:-}" && wanted=$2 && shift ;;
    --seconds) positive "$1" "${2:-}" && seconds=$2 && shift ;;
    --rate) positive "$1" "${2:-}" && rate=$2 && shift ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
need curl curl
library=$(find /usr/lib /usr/local/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$library" ] || skip "libfaketime is not there (Debian package: libfaketime)"

# HOURS: sets the server's clock, as a whole.
set_clock() {
  printf '%sh\n' "$1" >"$work/clock.new"
  mv "$work/clock.new" "$work/clock"
}

# How far the clock is off by which the server says it received the newest event, in hours.
clock_offset() {
  local time
  time=$(curl -s -m 10 "http://$http/v1/events?limit=1" | sed -n 's/.*"receivedTime":"\([^"]*\)".*/\1/p')
  [ -n "$time" ] || return 1
  awk -v s="$(($(date -d "$time" +%s) - $(date +%s)))" 'BEGIN { printf "%+.0f", s / 3600 }'
}

# HOURS: steps, and looks whether the server goes on.
step_to() {
  local before after offset
  set_clock "$1"
  sleep 2
  before=$(wc -l <"$ledger")
  sleep "$seconds"
  after=$(wc -l <"$ledger")
  steps=$((steps + 1))
  offset=$(clock_offset) || offset=none
  [ "$offset" = "$(printf '%+d' "$1")" ] || found "the server's clock is off by $offset hours, not by $1: no step"
  # Half of what was offered is enough for a busy machine; a server that hangs has none.
  [ $((after - before)) -ge $((rate * seconds / 2)) ] ||
    found "only $((after - before)) answers in $seconds seconds after the step to $1 hours"
  say "clock at $1 h: $((after - before)) answers in $seconds s"
}

begin "$@"
# The steady clock is left alone in two ways: not read falsely, and waits on it not recalculated, which takes forever.
server_env=("LD_PRELOAD=$library" "FAKETIME_TIMESTAMP_FILE=$work/clock" FAKETIME_CACHE_DURATION=1
  FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 NO_FAKE_STAT=1)
settings=(--set storage.segmentHours=1)
ledger=$work/receipts
steps=0
set_clock +0
find_port
addresses=(--http "127.0.0.1:$port")
find_port
addresses+=(--tcp "127.0.0.1:$port")
start_server "$work/data" "${addresses[@]}" "${settings[@]}"
start_driver "$ledger" --rate "$rate"
while [ "$rounds" -lt "$wanted" ]; do
  for hours in +2 +0 -2 +2; do
    step_to "$hours"
  done
  kill_server
  set_clock +0
  start_server "$work/data" "${addresses[@]}" "${settings[@]}"
  rounds=$((rounds + 1))
  compare --ledger "$ledger" --data "$work/data" --survived journaled
  receipts=$(compared_receipts)
  again=$(number duplicateReceipts "$result")
  [ "${again:-0}" -gt 0 ] || found "no event that was sent again was told as a duplicate"
  summary="$steps steps of 2 and 4 hours: every JOURNALED and SYNCED event there, unchanged, once, without a hole; \
${again:-0} events that were sent again told as duplicates"
done
stop_driver
compare --ledger "$ledger" --http "http://$http" --survived journaled
say "$result"
stop_server
[ "$exit_code" -eq 0 ] || found "the last server ended with exit code $exit_code"
[ "$findings" -eq 0 ] || summary="FINDINGS: $summary"
