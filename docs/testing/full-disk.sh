#!/usr/bin/env bash
# Fills the disk of a server at work: see --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: full-disk.sh [--rounds N] [--fs ext4|tmpfs] [--megabytes N] [--rate N] [--set KEY=VALUE]... [--strict] [--record]

Sends to a server until its small disk is full. Nothing acknowledged may be lost, before or after the server is killed
and started again with room on the disk; it has to say in its log why it takes no more, and to take events again after
the start.

With --strict it has to do better than that: to go on running, to refuse with "disk-full", and to take events again by
itself, without a restart, as soon as there is room.

  --rounds N      disks that are filled (3)
  --fs FS         ext4 in a file, or tmpfs (ext4)
  --megabytes N   size of the disk (96), a quarter of which is freed to make room
  --rate N        events per second (3000)
  --set KEY=VALUE a setting of the server, as for 'evident serve'
  --strict        what is said above
  --record        add the result to docs/reliability.md

Needs root, losetup, mkfs.ext4 and curl.
Exit code: 0 nothing found, 1 something found, 77 this machine cannot do it.
END
}

case " $* " in *' --help '* | *' -h '*) usage && exit 0 ;; esac
# shellcheck source=docs/testing/campaign.sh
. "$(dirname "$0")/campaign.sh"

wanted=3
fs=ext4
megabytes=96
rate=3000
settings=()
strict=
# shellcheck disable=SC2034
unit="full disks"
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) positive "$1" "${2:-}" && wanted=$2 && shift ;;
    --fs) fs=${2:-} && shift ;;
    --megabytes) positive "$1" "${2:-}" && megabytes=$2 && shift ;;
    --rate) positive "$1" "${2:-}" && rate=$2 && shift ;;
    --set) settings+=(--set "${2:-}") && shift ;;
    --strict) strict=yes ;;
    --record) record=yes ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
case $fs in ext4 | tmpfs) ;; *) die "--fs is ext4 or tmpfs; see --help" ;; esac
need_root
need losetup util-linux
need mkfs.ext4 e2fsprogs
need curl curl

begin_disk() {
  if [ "$fs" = ext4 ]; then
    make_image "$work/disk.img" "$megabytes"
    mount_image "$work/disk.img" "$work/disk"
  else
    mkdir -p "$work/disk"
    mount -t tmpfs -o "size=${megabytes}m" evident-full-disk "$work/disk"
    mounts+=("$work/disk")
  fi
  fallocate -l "$((megabytes / 4))M" "$work/disk/ballast"
}

end_disk() {
  if [ "$fs" = ext4 ]; then
    unmount_image "$work/disk"
    rm -f "$work/disk.img"
  else
    unmount "$work/disk"
    unset 'mounts[-1]'
  fi
}

# Until the server takes no more, in whichever way.
fill_disk() {
  local tries=0
  while kill -0 "$server_pid" 2>/dev/null && [ "$(readiness)" != 503 ] && ! grep -q ' disk-full$' "$ledger"; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || die "the disk is not full after two minutes; take a smaller one or a higher rate"
    sleep 0.2
  done
  sleep 3
  state=running
  kill -0 "$server_pid" 2>/dev/null || state=gone
  say "full: the server is $state, readiness $(readiness), $(df -k --output=avail "$work/disk" | tail -n 1) KiB free"
  grep -Eqi 'space|full' "$work/server.log" || found "the server does not say that the disk is full"
}

# What has to be so only once there is a floor of free space.
expect_strictly() {
  [ "$state" = running ] || found "the server has ended"
  grep -q ' disk-full$' "$ledger" || found "no event was refused with disk-full"
  rm -f "$work/disk/ballast"
  local tries=0 before
  before=$(stat -c %s "$ledger")
  until [ "$(synced_behind "$ledger" "$before")" -gt 0 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || {
      found "no SYNCED receipt within 20 seconds after there was room again"
      break
    }
    sleep 0.2
  done
}

begin "$@"
while [ "$rounds" -lt "$wanted" ]; do
  begin_disk
  : >"$work/server.log"
  ledger=$work/receipts-$rounds
  start_server "$work/disk/data" --http 127.0.0.1:0 --tcp 127.0.0.1:0 "${settings[@]}"
  start_driver "$ledger" --rate "$rate" --give-up-ms 10000
  fill_disk
  [ -z "$strict" ] || expect_strictly
  stop_driver
  rounds=$((rounds + 1))
  compare --ledger "$ledger" --data "$work/disk/data" --survived journaled
  kill_server
  rm -f "$work/disk/ballast"
  start_server "$work/disk/data" --http 127.0.0.1:0 --tcp 127.0.0.1:0 "${settings[@]}" || {
    found "no server starts, although there is room again"
    exit 1
  }
  compare --ledger "$ledger" --http "http://$http" --survived journaled
  receipts=$((receipts + $(compared_receipts)))
  start_driver "$work/receipts-after" --rate 200
  stop_driver
  told=$(answers "$ledger")
  say "disk $rounds of $wanted: $(compared_receipts) receipts, $(number stored "$result") events stored;" \
    "without receipt: $told"
  summary="$fs: every JOURNALED and SYNCED event there, unchanged, once; new events taken after a restart with room; \
the full server was $state; without receipt in the last round: $told"
  kill_server
  end_disk
  rm -f "$work"/receipts-*
done
[ "$findings" -eq 0 ] || summary="FINDINGS: $summary"
