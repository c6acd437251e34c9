# shellcheck shell=bash
# What the campaigns share; sourced by them, run by nobody. A campaign starts servers and one driver, breaks something,
# and compares what is stored with what the driver was told. Whatever it started, mounted or attached is undone when it
# ends, in whichever way.
#
# For the campaign: $work is an empty directory of its own outside all tested volumes; rounds, findings and $summary are
# what the row at the end says.

here=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(CDPATH='' cd "$here/../.." && pwd -P)
evident=${EVIDENT:-$root/evident}
command_line="docs/testing/$(basename "$0") $*"

rounds=0
findings=0
receipts=0
summary=
unit=rounds
exit_code=0
record=
server_pid=
recovered_pid=
driver_pid=
work=
mounts=()
loops=()
tool_pids=()

say() {
  printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2
}

# This machine cannot do it: said, and no failure.
skip() {
  printf 'skipped: %s\n' "$*" >&2
  exit 77
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

need_root() {
  [ "$(uname -s)" = Linux ] || skip "this needs Linux"
  [ "$(id -u)" -eq 0 ] || skip "this needs root, to mount file systems"
}

# TOOL PACKAGE
need() {
  command -v "$1" >/dev/null 2>&1 || skip "the tool $1 is not there (Debian package: $2)"
}

# Something that must never be was seen.
found() {
  findings=$((findings + 1))
  say "FOUND: $*"
}

# --- the end, however it comes ----------------------------------------------------------------------------------------
begin() {
  work=$(mktemp -d)
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  # Builds first, where that is needed, so that no round waits for it.
  "$evident" --version >/dev/null
  say "$command_line"
}

end_process() {
  [ -n "$1" ] || return 0
  kill -CONT "$1" 2>/dev/null
  kill -KILL "$1" 2>/dev/null
  wait "$1" 2>/dev/null
  return 0
}

unmount() {
  local tries=0
  until umount "$1" 2>/dev/null || ! mountpoint -q "$1"; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || {
      umount -l "$1" 2>/dev/null
      break
    }
    sleep 0.2
  done
}

cleanup() {
  status=$?
  trap - EXIT INT TERM HUP
  set +e
  end_process "$driver_pid"
  end_process "$server_pid"
  end_process "$recovered_pid"
  # One that is in use goes away with its mount.
  for loop in "${loops[@]}"; do
    losetup -d "$loop" 2>/dev/null
  done
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
    unmount "${mounts[i]}"
  done
  for pid in "${tool_pids[@]}"; do
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -n "${KEEP:-}" ]; then
    say "kept for a look: $work"
  else
    rm -rf "$work"
  fi
  [ "$rounds" -eq 0 ] || tell
  if [ "$status" -eq 0 ] && [ "$findings" -ne 0 ]; then
    status=1
  fi
  exit "$status"
}

# The row for docs/reliability.md: what was really done, also when it was cut short.
tell() {
  local commit row
  # Also of a script that ended before it had words for what it found.
  [ "$findings" -eq 0 ] || case $summary in
    FINDINGS*) ;;
    *) summary="FINDINGS: $summary" ;;
  esac
  [ "$rounds" -ne 1 ] || unit=${unit%s}
  commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
  [ -z "$(git -C "$root" status --porcelain -- '*/src/main' 2>/dev/null)" ] || commit="$commit+"
  row="| $(date +%F) | $commit | \`$command_line\` | $rounds $unit | $receipts | $findings | $summary |"
  printf '%s\n' "$row"
  [ -z "$record" ] || sed -i "/<!-- campaign rows end here -->/i $(printf '%s' "$row" | sed 's/[\\&]/\\&/g')" \
    "$root/docs/reliability.md"
}

# --- numbers ----------------------------------------------------------------------------------------------------------
# FROM TO: a number of milliseconds between, of the seeded generator, as seconds.
random_seconds() {
  local ms=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
  printf '%d.%03d' $((ms / 1000)) $((ms % 1000))
}

# NAME JSON: a number of one line of JSON.
number() {
  printf '%s\n' "$2" | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

# --- volumes ----------------------------------------------------------------------------------------------------------
# IMAGE MEGABYTES: an empty ext4 in a file.
make_image() {
  rm -f "$1"
  truncate -s "$2M" "$1"
  # All of its tables now, so that nothing is written to it later but what we write.
  mkfs.ext4 -q -F -m 0 -E lazy_itable_init=0,lazy_journal_init=0 "$1"
}

# IMAGE DIRECTORY [OPTIONS]: mounts through a loop device of its own. Five minutes between commits of the file system:
# what nobody forces is not on the disk.
mount_image() {
  local loop
  mkdir -p "$2"
  loop=$(losetup --find --show "$1")
  loops+=("$loop")
  mount -o "noatime,commit=300${3:+,$3}" "$loop" "$2"
  mounts+=("$2")
}

# IMAGE FILTER-OPTIONS...: puts nbdkit between a file and who mounts $disk_file, to break or slow what goes through.
attach_nbd() {
  local image=$1 tries=0
  shift
  mkdir -p "$work/nbd"
  nbdkit --foreground --exit-with-parent --unix "$work/nbd.sock" "$@" 2>>"$work/nbdkit.log" &
  tool_pids+=("$!")
  until [ -S "$work/nbd.sock" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || die "nbdkit does not start: $(tail -n 3 "$work/nbdkit.log")"
    sleep 0.1
  done
  nbdfuse "$work/nbd" --unix "$work/nbd.sock" 2>>"$work/nbdkit.log" &
  tool_pids+=("$!")
  mounts+=("$work/nbd")
  disk_file=$work/nbd/nbd
  until [ -f "$disk_file" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || skip "nbdfuse does not start: $(tail -n 3 "$work/nbdkit.log")"
    sleep 0.1
  done
  [ "$(stat -c %s "$disk_file")" -eq "$(stat -c %s "$image")" ] || die "nbdfuse does not show $image"
}

# Undoes the last attach_nbd; nothing of it may be mounted any more.
detach_nbd() {
  local pid
  unmount "$work/nbd"
  unset 'mounts[-1]'
  for pid in "${tool_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  tool_pids=()
  rm -f "$work/nbd.sock"
}

# DIRECTORY: undoes the last mount_image.
unmount_image() {
  local loop
  loop=$(findmnt -n -o SOURCE "$1")
  unmount "$1"
  losetup -d "$loop" 2>/dev/null || true
  unset 'mounts[-1]' 'loops[-1]'
}

# --- servers and driver -----------------------------------------------------------------------------------------------
# Small rooms start faster; what is shown here does not hang on their size.
small=(--set duplicates.windowIds=1000000 --set lanes.overflowBytes=16777216 --set lanes.standardEvents=16384
  --set lanes.criticalEvents=8192 --set lanes.elevatedEvents=8192)
server_opts=${SERVER_JAVA_OPTS:--Xms384m -Xmx768m}
# NAME=VALUE for servers only.
server_env=()

# NAME DATA [ARGS]: starts a server without waiting; its output is $work/NAME.out and $work/NAME.log.
spawn_server() {
  local name=$1 data=$2
  shift 2
  : >"$work/$name.out"
  env "${server_env[@]}" EVIDENT_JAVA_OPTS="$server_opts" "$evident" serve --data "$data" "${small[@]}" "$@" \
    >"$work/$name.out" 2>>"$work/$name.log" &
  spawned=$!
}

# NAME PID: waits for the ready line; sets http and tcp. Fails when the server ends before.
await_ready() {
  local tries=0
  until grep -q '^evident ready' "$work/$1.out"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ] || ! kill -0 "$2" 2>/dev/null; then
      tail -n 30 "$work/$1.log" >&2
      return 1
    fi
    sleep 0.1
  done
  http=$(sed -n 's/.* http=\([^ ]*\).*/\1/p' "$work/$1.out")
  tcp=$(sed -n 's/.* tcp=\([^ ]*\).*/\1/p' "$work/$1.out")
}

# A port in $port that nobody listens at, for a server that is started again on it: below those that Linux gives to
# outgoing connections, of which one may have taken it meanwhile.
find_port() {
  port=
  while [ -z "$port" ]; do
    port=$((20000 + ${SRANDOM:-$RANDOM} % 12000))
    if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then port=; fi
  done
}

# DATA [ARGS]: the server under test, on free ports unless told otherwise.
start_server() {
  local data=$1
  shift
  [ $# -gt 0 ] || set -- --http 127.0.0.1:0 --tcp 127.0.0.1:0
  spawn_server server "$data" "$@"
  server_pid=$spawned
  await_ready server "$server_pid"
}

kill_server() {
  kill -KILL "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}

# SIGTERM; waits up to half a minute. Says the exit code in $exit_code.
stop_server() {
  local tries=0
  kill -TERM "$server_pid" 2>/dev/null || true
  while kill -0 "$server_pid" 2>/dev/null && [ "$tries" -lt 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  kill -KILL "$server_pid" 2>/dev/null || true
  exit_code=0
  # shellcheck disable=SC2034 # the campaign looks at it
  wait "$server_pid" 2>/dev/null || exit_code=$?
  server_pid=
}

# LEDGER [ARGS]: sends to the server under test until stop_driver, at the longest an hour.
start_driver() {
  local ledger=$1
  shift
  touch "$ledger"
  EVIDENT_JAVA_OPTS='-Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1' "$evident" load record \
    --ledger "$ledger" --tcp "$tcp" --seconds 3600 "$@" >>"$work/driver.log" 2>&1 &
  driver_pid=$!
  local tries=0
  until [ -s "$ledger" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$driver_pid" 2>/dev/null; then
      tail -n 30 "$work/driver.log" "$work/server.log" >&2
      die "the driver got no answer"
    fi
    sleep 0.1
  done
}

stop_driver() {
  kill -TERM "$driver_pid" 2>/dev/null || true
  wait "$driver_pid" 2>/dev/null || true
  driver_pid=
}

# ARGS: compares; sets $result, and counts what was found.
compare() {
  local code=0 count
  result=$(EVIDENT_JAVA_OPTS='-XX:+UseSerialGC -XX:TieredStopAtLevel=1' "$evident" load check --json "$@" \
    2>"$work/check.log") || code=$?
  count=$(number findings "$result")
  if [ -z "$count" ]; then
    cat "$work/check.log" >&2
    found "nothing could be compared (exit code $code)"
  elif [ "$count" -ne 0 ]; then
    cat "$work/check.log" >&2
    findings=$((findings + count))
    say "FOUND: $result"
  elif [ "$(compared_receipts)" -eq 0 ]; then
    found "there is no receipt to compare: the machine was too slow for the driver, or the server answered nothing"
  fi
}

# The receipts of the last comparison, of all tiers.
compared_receipts() {
  local sum=0 tier count
  for tier in accepted journaled synced; do
    count=$(number "${tier}Receipts" "$result")
    sum=$((sum + ${count:-0}))
  done
  printf '%d' "$sum"
}

# 200, 503, or 000 when no answer came within 5 seconds.
readiness() {
  curl -s -o /dev/null -m 5 -w '%{http_code}' "http://$http/health/readiness" || true
}

# LEDGER: how often the driver was told what, as words for the summary.
answers() {
  awk '$1 != "receipt" { n[$1 " " $4]++ } END { for (k in n) printf "%s%d %s", (s++ ? ", " : ""), n[k], k }' "$1"
}

# LEDGER BYTES: new SYNCED receipts behind a place of the ledger.
synced_behind() {
  tail -c "+$(($2 + 1))" "$1" | grep -c '^receipt .* synced [a-z]*$' || true
}

# OPTION VALUE: a whole number from 1.
positive() {
  case $2 in
    '' | *[!0-9]* | 0) die "$1 takes a whole number from 1, not '$2'; see --help" ;;
  esac
}
