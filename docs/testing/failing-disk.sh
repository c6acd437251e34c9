#!/usr/bin/env bash
# Lets a disk fail under a server at work: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: failing-disk.sh [--standby] [--rounds N] [--rate N] [--megabytes N] [--seed N] [--record]

Lets the disk of a server at work fail at a random moment: from then on every write to it ends with EIO, and so does the
next force. The server has to stop calling itself ready, to answer what was waiting with "outcome unknown", and to send
no new SYNCED receipt from then on. Then the server is killed, the disk healed and mounted anew, so that only what
really reached it is there: every event with a SYNCED receipt has to be served, unchanged and once, and the server has
to take new events.

With --standby the server has a standby volume on another disk: then it has to go on there by itself, with new SYNCED
receipts from every shard within five seconds, and every event with a JOURNALED receipt has to be there as well, once both
disks are back.

Each round begins with empty disks.

  --standby       with a standby volume
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
standby=
# shellcheck disable=SC2034
unit="failed disks"
while [ $# -gt 0 ]; do
  case $1 in
    --standby) standby=yes ;;
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
  [ -z "$standby" ] || {
    rm -rf "$work/second"
    mkdir "$work/second"
  }
}

start() {
  set -- --http 127.0.0.1:0 --tcp 127.0.0.1:0
  [ -z "$standby" ] || set -- "$@" --set "standby.directory=$work/second/standby"
  start_server "$work/disk/data" "$@"
}

# The shards that have answered SYNCED behind a place of the ledger, in an incarnation that is not the first.
gone_over() {
  tail -c "+$(($1 + 1))" "$ledger" | awk '/^receipt/ && $5 > 1 && $7 == "synced" { seen[$4] = 1 }
    END { n = 0; for (s in seen) n++; print n }'
}

# From here on the disk takes nothing more; every shard has to go on elsewhere.
fail_over() {
  local failed_at started now
  failed_at=$(stat -c %s "$ledger")
  started=$(date +%s%3N)
  touch "$work/fail"
  until [ "$(gone_over "$failed_at")" -eq 4 ]; do
    now=$(date +%s%3N)
    [ $((now - started)) -lt 15000 ] || {
      found "after 15 seconds only $(gone_over "$failed_at") of 4 shards have gone on"
      break
    }
    sleep 0.05
  done
  took_ms=$(($(date +%s%3N) - started))
  [ "$took_ms" -le 5000 ] || found "it took $took_ms ms until every shard had gone on"
  [ "$took_ms" -le "$longest_ms" ] || longest_ms=$took_ms
  [ "$(readiness)" = 200 ] || found "the server has gone on, and does not call itself ready"
  sleep 2
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
longest_ms=0
survived=synced
[ -z "$standby" ] || survived=journaled
while [ "$rounds" -lt "$wanted" ]; do
  begin_disk
  ledger=$work/receipts-$rounds
  start
  start_driver "$ledger" --rate "$rate" --give-up-ms 4000
  sleep "$(random_seconds 300 3000)"
  if [ -z "$standby" ]; then fail_disk; else fail_over; fi
  stop_driver
  kill_server
  told=$(answers "$ledger")
  heal_disk
  rounds=$((rounds + 1))
  start || {
    found "no server starts on the healed disk"
    exit 1
  }
  compare --ledger "$ledger" --http "http://$http" --survived "$survived"
  synced=$(number syncedReceipts "$result")
  receipts=$((receipts + ${synced:-0}))
  start_driver "$work/receipts-after" --rate "$rate"
  stop_driver
  say "disk $rounds of $wanted: ${synced:-?} SYNCED receipts, $(number syncedNotThere "$result") of them not there;" \
    "JOURNALED: $(number journaledNotThere "$result") not there; without receipt: $told"
  summary="every SYNCED event there, unchanged, once, on the healed disk; no SYNCED receipt after the failure; \
new events taken after the restart; seed $seed"
  [ -z "$standby" ] || summary="with a standby volume: every JOURNALED and SYNCED event there, unchanged, once; every shard \
SYNCED again after $longest_ms ms at the longest; seed $seed"
  kill_server
  unmount_image "$work/disk"
  detach_nbd
  rm -f "$work/disk.img" "$work"/receipts-*
done
[ "$findings" -eq 0 ] || summary="FINDINGS; seed $seed"
