#!/usr/bin/env bash
# Cuts the power under a server at work, as far as a disk can tell: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: power-cut.sh [--cuts N] [--cuts-per-server N] [--rate N] [--megabytes N] [--seed N] [--no-controls]
                    [--write-delay-ms N] [--record]

Cuts the power under a server at work, N times, and checks that every event with a SYNCED receipt is there afterwards,
unchanged and once. The server writes to an ext4 in a file; the driver keeps its receipts elsewhere. A cut stops the
server (SIGSTOP), waits until nothing is on its way to the disk, and copies the file: the copy holds what the disk held
at that moment and nothing of what was in memory. The copy is mounted, a second server started on it and asked for
everything.

Two controls come first, or the campaign proves nothing: events that are only JOURNALED have to be lost in a cut, and a
server whose forces do nothing (libeatmydata) has to be caught losing SYNCED events.

  --cuts N             cuts in all (10)
  --cuts-per-server N  cuts before the server is killed and everything begun anew on an empty disk (5)
  --rate N             events per second (1500)
  --megabytes N        size of the disk (1024)
  --seed N             of the moments of the cuts (from the clock)
  --no-controls        leave the controls out
  --write-delay-ms N   have every write to the disk take so much longer (nbdkit, nbdfuse); none
  --record             add the result to docs/reliability.md

Needs root, losetup and mkfs.ext4; the second control needs libeatmydata and is left out, aloud, without it.
Exit code: 0 nothing found, 1 something found, 77 this machine cannot do it.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

cuts=10
per_server=5
rate=1500
megabytes=1024
seed=$(date +%s)
controls=yes
delay=
# shellcheck disable=SC2034
unit=cuts
while [ $# -gt 0 ]; do
  case $1 in
    --cuts) positive "$1" "${2:-}" && cuts=$2 && shift ;;
    --cuts-per-server) positive "$1" "${2:-}" && per_server=$2 && shift ;;
    --rate) positive "$1" "${2:-}" && rate=$2 && shift ;;
    --megabytes) positive "$1" "${2:-}" && megabytes=$2 && shift ;;
    --seed) positive "$1" "${2:-}" && seed=$2 && shift ;;
    --no-controls) controls= ;;
    --write-delay-ms) positive "$1" "${2:-}" && delay=$2 && shift ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
need_root
need losetup util-linux
need mkfs.ext4 e2fsprogs
need findmnt util-linux
if [ -n "$delay" ]; then
  need nbdkit nbdkit
  need nbdfuse libnbd-bin
fi
RANDOM=$((seed % 32768))

# Whether every thread of the server is stopped: one in the midst of a force stops only after it.
all_stopped() {
  local stat line
  for stat in /proc/"$server_pid"/task/*/stat; do
    read -r line <"$stat" 2>/dev/null || continue
    case ${line##*) } in
      T* | t*) ;;
      *) return 1 ;;
    esac
  done
}

# What was ever written to the disk, and what is on its way.
disk_activity() {
  awk '{ print $7, $9 }' "/sys/block/$(basename "$(findmnt -n -o SOURCE "$work/disk")")/stat"
}

# The cut: takes $work/cut.img, and sets promised to the bytes of the ledger that were written before it.
cut_power() {
  local before tries=0
  kill -STOP "$server_pid"
  until all_stopped; do sleep 0.01; done
  # Receipts that the sockets still hold were promised too.
  sleep 0.1
  promised=$(stat -c %s "$ledger")
  while :; do
    before=$(disk_activity)
    cp --sparse=always "$work/disk.img" "$work/cut.img"
    [ "$before" != "$(disk_activity)" ] || [ "${before##* }" -ne 0 ] || break
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || die "something goes on writing to the disk while the server is stopped"
    sleep 0.1
  done
  kill -CONT "$server_pid"
}

# Starts a server on the copy and compares what it serves with the ledger so far.
recover_and_compare() {
  local pid
  mount_image "$work/cut.img" "$work/cut"
  spawn_server recovered "$work/cut/data" --http 127.0.0.1:0 --tcp 127.0.0.1:0
  pid=$spawned
  recovered_pid=$pid
  if await_ready recovered "$pid"; then
    compare --ledger "$ledger" --ledger-bytes "$promised" --http "http://$http" --survived synced
  else
    found "no server starts on what the cut left"
    result=
  fi
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  recovered_pid=
  unmount_image "$work/cut"
  rm -f "$work/cut.img"
}

# [ARGS]: an empty disk and a server on it.
begin_disk() {
  make_image "$work/disk.img" "$megabytes"
  disk_file=$work/disk.img
  [ -z "$delay" ] || attach_nbd "$work/disk.img" --filter=delay file "$work/disk.img" "delay-write=${delay}ms"
  mount_image "$disk_file" "$work/disk"
  start_server "$work/disk/data" --http 127.0.0.1:0 --tcp 127.0.0.1:0 "$@"
  disks=$((disks + 1))
  ledger=$work/receipts-$disks
}

end_disk() {
  stop_driver
  kill_server
  unmount_image "$work/disk"
  [ -z "$delay" ] || detach_nbd
  rm -f "$work/disk.img" "$ledger"
}

# The disk has to forget what nobody forced.
control_unforced() {
  begin_disk --set commit.maxForceIntervalMs=3600000
  start_driver "$ledger" --rate "$rate" --tiers journaled
  sleep 2
  cut_power
  recover_and_compare
  end_disk
  lost_unforced=$(number journaledNotThere "$result")
  [ "${lost_unforced:-0}" -gt 0 ] || die "the rig does not bite: no event that was only JOURNALED is lost in a cut"
  say "control: a cut loses $lost_unforced of $(number journaledReceipts "$result") events that were only JOURNALED"
}

# A server whose forces do nothing has to be caught.
control_lying_force() {
  local library
  library=$(find /usr/lib /usr/local/lib -name 'libeatmydata.so*' 2>/dev/null | head -n 1)
  [ -n "$library" ] || {
    say "control left out: libeatmydata is not there (Debian package: libeatmydata1)"
    return 0
  }
  local findings_before=$findings lost
  server_env=("LD_PRELOAD=$library")
  begin_disk
  server_env=()
  start_driver "$ledger" --rate "$rate" --tiers synced
  sleep 2
  cut_power
  recover_and_compare >/dev/null 2>&1
  end_disk
  lost=$(number syncedNotThere "$result")
  [ "${lost:-0}" -gt 0 ] || [ -z "$result" ] || die "the rig does not bite: a server that never forces is not caught"
  findings=$findings_before
  lost_lying=${lost:-all}
  say "control: a server that never forces is caught: $lost_lying of $(number syncedReceipts "$result") SYNCED events lost"
}

begin "$@"
disks=0
lost_journaled=0
lost_unforced=
lost_lying=
controlled="no controls"
if [ -n "$controls" ]; then
  control_unforced
  control_lying_force
  controlled="controls: $lost_unforced unforced events lost"
  [ -z "$lost_lying" ] || controlled="$controlled, $lost_lying SYNCED events lost by a server that never forces"
fi
while [ "$rounds" -lt "$cuts" ]; do
  begin_disk
  start_driver "$ledger" --rate "$rate"
  for ((n = 0; n < per_server && rounds < cuts; n++)); do
    sleep "$(random_seconds 200 2500)"
    cut_power
    recover_and_compare
    rounds=$((rounds + 1))
    gone=$(number journaledNotThere "$result")
    lost_journaled=$((lost_journaled + ${gone:-0}))
    synced=$(number syncedReceipts "$result")
    receipts=$((receipts + ${synced:-0}))
    summary="every SYNCED event there, unchanged, once; of what was only JOURNALED $lost_journaled lost, as may be; \
$controlled; seed $seed"
    say "cut $rounds of $cuts: ${synced:-?} SYNCED receipts, $(number syncedNotThere "$result") of them not there;" \
      "JOURNALED: ${gone:-?} not there"
  done
  end_disk
done
[ "$findings" -eq 0 ] || summary="FINDINGS; seed $seed"
