#!/usr/bin/env bash
# Lets a disk fail under a server at work: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: failing-disk.sh [--rounds N] [--rate N] [--megabytes N] [--seed N] [--record]

Lets the disk of a server at work fail at a random moment: from then on every write to it ends with EIO, and so does the
next force. The server has to stop calling itself ready, to answer what was waiting with "outcome unknown", and to send
no new SYNCED receipt from then on. Then the server is killed, the disk healed and mounted anew, so that only what
really reached it is there: every event with a SYNCED receipt has to be served, unchanged and once, and the server has
to take new events.

Each round begins with an empty disk.

  --rounds N      disks that fail (5)
  --rate N        events per second (1500)
  --megabytes N   size of the disk (512)
  --seed N        of the moments (from the clock)
  --record        add the result to docs/reliability.md

Needs root, losetup, mkfs.ext4, nbdkit, nbdfuse (libnbd-bin) and curl.
Exit code: 0 nothing found, 1 something found, 77 this machine cannot do it.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

wanted=5
rate=1500
megabytes=512
seed=$(date +%s)
# shellcheck disable=SC2034
unit="failed disks"
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) positive "$1" "${2:-}" && wanted=$2 && shift ;;
    --rate) positive "$1" "${2:-}" && rate=$2 && shift ;;
    --megabytes) positive "$1" "${2:-}" && megabytes=$2 && shift ;;
    --seed) positive "$1" "${2:-}" && seed=$2 && shift ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
need_root
need losetup util-linux
need mkfs.ext4 e2fsprogs
need nbdkit nbdkit
need nbdfuse libnbd-bin
need curl curl
RANDOM=$((seed % 32768))

begin_disk() {
  make_image "$work/disk.img" "$megabytes"
  attach_nbd "$work/disk.img" --filter=error file "$work/disk.img" \
    error-pwrite=EIO error-pwrite-rate=100% "error-pwrite-file=$work/fail"
  mount_image "$disk_file" "$work/disk"
}

# From here on the disk takes nothing more.
fail_disk() {
  local tries=0
  touch "$work/fail"
  until [ "$(readiness)" = 503 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || {
      found "the server still says that it is ready, 20 seconds after its disk failed"
      break
    }
    sleep 0.2
  done
  # What was on its way to the driver has come after this.
  sleep 1
  failed_at=$(stat -c %s "$ledger")
  sleep 3
  late=$(synced_behind "$ledger" "$failed_at")
  [ "$late" -eq 0 ] || found "$late new SYNCED receipts after the disk had failed"
  kill -0 "$server_pid" 2>/dev/null || say "the server has ended by itself"
}

# Mounted anew, so that the cache of the file system says nothing any more.
heal_disk() {
  unmount_image "$work/disk"
  rm -f "$work/fail"
  e2fsck -p "$disk_file" >"$work/fsck.log" 2>&1 || [ $? -le 2 ] || {
    cat "$work/fsck.log" >&2
    die "the file system cannot be mended"
  }
  mount_image "$disk_file" "$work/disk"
}

begin "$@"
disk_file=
while [ "$rounds" -lt "$wanted" ]; do
  begin_disk
  ledger=$work/receipts-$rounds
  start_server "$work/disk/data"
  start_driver "$ledger" --rate "$rate" --give-up-ms 4000
  sleep "$(random_seconds 300 3000)"
  fail_disk
  stop_driver
  kill_server
  told=$(answers "$ledger")
  heal_disk
  rounds=$((rounds + 1))
  start_server "$work/disk/data" || {
    found "no server starts on the healed disk"
    exit 1
  }
  compare --ledger "$ledger" --http "http://$http" --survived synced
  synced=$(number syncedReceipts "$result")
  receipts=$((receipts + ${synced:-0}))
  start_driver "$work/receipts-after" --rate "$rate"
  stop_driver
  say "disk $rounds of $wanted: ${synced:-?} SYNCED receipts, $(number syncedNotThere "$result") of them not there;" \
    "JOURNALED: $(number journaledNotThere "$result") not there; without receipt: $told"
  summary="every SYNCED event there, unchanged, once, on the healed disk; no SYNCED receipt after the failure; \
new events taken after the restart; seed $seed"
  kill_server
  unmount_image "$work/disk"
  detach_nbd
  rm -f "$work/disk.img" "$work"/receipts-*
done
[ "$findings" -eq 0 ] || summary="FINDINGS; seed $seed"
