#!/bin/sh
# Measures what docs/performance.md says about finding: fills Evident and PostgreSQL with the same events, asks both the
# same questions, alone and while the system that is asked takes events in, compares every answer, and prints tables in
# Markdown. Everything stays on loopback and ends by itself.
#
#   loadtest/search-note.sh [PART...]      parts: warm cached cold cost followers; all of them by default
#
# In the environment, with their defaults:
#   EVENTS=50000000        events of the data set          SEED=1
#   WORK=                  directory for the data, which stays there and is used again; else one that goes away
#   ROUNDS=3               rounds, the systems by turns    SAMPLES=3400   askings of a question in a round
#   SECONDS_EACH=20        longest for a question's askings in a round and state, warm ones twice
#   RATE=50000             events per second that the system that is asked takes in meanwhile, where it does; 0 for none.
#                          They stay in the data and in the table
#   COLD_SAMPLES=40        cold askings of a question in a round; cold needs root and python3
#   WALKS=20               tenants and times whose 1,000th page is asked for
#   COST_SECONDS=15        for each run with and without index
#   FOLLOWERS=10,100,300,1000   QUERIERS=100   QUERY_EVERY_MS=1000   FOLLOW_SECONDS=30
#   POSTGRES=yes           no leaves PostgreSQL out        SHARED_BUFFERS=4GB   PG_PORT=54329
#   PG_CONNECTIONS=2       that share the intake of PostgreSQL: one of them keeps one core busy at the most
#   EVIDENT=./evident      the command
set -eu

root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
evident=${EVIDENT:-$root/evident}
events=${EVENTS:-50000000}
seed=${SEED:-1}
rounds=${ROUNDS:-3}
samples=${SAMPLES:-3400}
seconds=${SECONDS_EACH:-20}
rate=${RATE:-50000}
cold_samples=${COLD_SAMPLES:-40}
cost_seconds=${COST_SECONDS:-15}
shared_buffers=${SHARED_BUFFERS:-4GB}
pg_port=${PG_PORT:-54329}
pg_connections=${PG_CONNECTIONS:-2}
walks=${WALKS:-20}
parts=${*:-warm cached cold cost followers}

keep=${WORK:-}
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
work=$(CDPATH='' cd "$work" && pwd -P)
# PostgreSQL's user has to get through.
chmod a+x "$work"
results=$work/results
pg_data=$work/postgres/cluster
pg_url="jdbc:postgresql://127.0.0.1:$pg_port/postgres?user=postgres"
server=
intake=
pg_runs=

say() {
  printf '%s\n' "$*" >&2
}

# Whatever it says, the others are stopped too.
cleanup() {
  stop_intake || true
  stop_server
  stop_postgres
  [ -n "$keep" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

wanted() {
  case " $parts " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# --- Evident -----------------------------------------------------------------------------------------------------------
# DATA NAME=VALUE...: starts a server. Followers and queriers need more room than the defaults give; nothing else is
# changed but what is given.
start_server() {
  data=$1
  shift
  # The line of the server before must not be taken for this one's.
  rm -f "$work/ready"
  env EVIDENT_INGEST_MAX_CONNECTIONS=4096 EVIDENT_QUERY_MAX_FOLLOWERS=2048 EVIDENT_QUERY_MAX_QUEUED=1024 "$@" \
    "$evident" serve --http 127.0.0.1:0 --tcp 127.0.0.1:0 --data "$data" >"$work/ready" 2>"$work/server.log" &
  server=$!
  tries=0
  until grep -q 'evident ready' "$work/ready" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 1500 ] || ! kill -0 "$server" 2>/dev/null; then
      tail -n 20 "$work/server.log" >&2
      return 1
    fi
    sleep 0.2
  done
  tcp=$(sed -n 's/.* tcp=\([^ ]*\).*/\1/p' "$work/ready")
  http=http://$(sed -n 's/.* http=\([^ ]*\).*/\1/p' "$work/ready")
}

stop_server() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# Processor time of the server in ticks.
server_ticks() {
  awk '{ print $14 + $15 }' "/proc/$server/stat"
}

# [SECONDS]: waits until the server has nothing to do any more, half an hour at the most when not told otherwise:
# segments are indexed and made small in the background. Nothing to do is less than a quarter of a core, three seconds
# long: its threads look for work now and then.
await_idle() {
  idle=0
  tries=0
  while [ "$idle" -lt 3 ] && [ "$tries" -lt "${1:-1800}" ]; do
    before=$(server_ticks)
    sleep 1
    if [ $(($(server_ticks) - before)) -le 25 ]; then idle=$((idle + 1)); else idle=0; fi
    tries=$((tries + 1))
  done
}

# SYSTEM: events come in at the rate, until stop_intake. Both kinds of events are of the same shape, and of other
# tenants than those that are asked about.
start_intake() {
  [ "$rate" -gt 0 ] || return 0
  intake_system=$1
  case $intake_system in
    evident) set -- --tcp "$tcp" --tier journaled --warmup 0 --seconds 86400 ;;
    postgres) set -- search intake --postgres "$pg_url" --connections "$pg_connections" ;;
  esac
  "$evident" load "$@" --rate "$rate" --json >"$work/intake" 2>"$work/intake.log" &
  intake=$!
  # Its program takes a moment to start, and the first questions are soon answered.
  sleep 3
}

# [MODE]: ends it, and keeps what it took in meanwhile.
stop_intake() {
  [ -n "$intake" ] || return 0
  if ! kill "$intake" 2>/dev/null; then
    say "intake had ended: $(cat "$work/intake" "$work/intake.log")"
    intake=
    return 1
  fi
  wait "$intake" 2>/dev/null || true
  intake=
  [ -n "${1:-}" ] || return 0
  taken=$(sed -n 's/.*"eventsPerSecond":\([0-9]*\).*/\1/p' "$work/intake")
  [ -n "$taken" ] || {
    say "intake said nothing: $(cat "$work/intake" "$work/intake.log")"
    return 1
  }
  say "  $intake_system took in $taken events/s of $rate: $(cat "$work/intake")"
  echo "$1 $intake_system $taken" >>"$work/rates"
}

# NAME...: bytes on the disk of the files of a data directory's segments that find selects so.
segment_bytes() {
  find "$work/data" -path '*/segments/*' -type f "$@" -printf '%b\n' | awk '{ s += $1 * 512 } END { printf "%.0f", s }'
}

# --- PostgreSQL --------------------------------------------------------------------------------------------------------
find_postgres() {
  [ "${POSTGRES:-yes}" = yes ] || return 1
  pg_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$pg_bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # The package would start a cluster of its own, which is not wanted here.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get install -y -qq --no-install-recommends postgresql >&2 || true
    pg_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  fi
  [ -n "$pg_bin" ] || {
    say "PostgreSQL is not installed (Debian package postgresql): it is left out"
    return 1
  }
}

# It refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

pg_settings="shared_buffers=$shared_buffers effective_cache_size=12GB work_mem=64MB maintenance_work_mem=1GB \
random_page_cost=1.1 effective_io_concurrency=200 max_wal_size=8GB checkpoint_timeout=30min jit=off"

start_postgres() {
  options="-c listen_addresses=127.0.0.1 -c port=$pg_port -c unix_socket_directories="
  for setting in $pg_settings; do options="$options -c $setting"; done
  as_postgres "$pg_bin/pg_ctl" -D "$pg_data" -w -t 600 -l "$work/postgres/log" -o "$options" start >/dev/null
  pg_runs=yes
}

# What restarts it with the same settings, as a command for sh: its own buffers are empty then.
restart_command() {
  restart="'$pg_bin/pg_ctl' -D '$pg_data' -w -t 600 -m fast -l '$work/postgres/log' restart >/dev/null"
  if [ "$(id -u)" = 0 ]; then echo "cd / && runuser -u postgres -- $restart"; else echo "$restart"; fi
}

stop_postgres() {
  [ -n "$pg_runs" ] || return 0
  as_postgres "$pg_bin/pg_ctl" -D "$pg_data" -w -t 600 -m fast stop >/dev/null || true
  pg_runs=
}

fill_postgres() {
  if [ ! -e "$work/postgres/filled" ]; then
    rm -rf "$work/postgres"
    mkdir -p "$work/postgres"
    [ "$(id -u)" != 0 ] || chown postgres "$work/postgres"
    as_postgres "$pg_bin/initdb" -D "$pg_data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
    start_postgres
    search postgres --postgres "$pg_url" >"$work/postgres.filled"
    mv "$work/postgres.filled" "$work/postgres/filled"
    stop_postgres
  fi
}

# --- the parts ---------------------------------------------------------------------------------------------------------
search() {
  part=$1
  shift
  if [ "$part" = report ]; then set -- "$@"; else set -- "$@" --events "$events" --seed "$seed"; fi
  "$evident" load search "$part" "$@"
}

fill_evident() {
  start_server "$work/data"
  search fill --tcp "$tcp" --http "$http" >&2
  # Once more, so that all that was filled in is sealed.
  stop_server
  start_server "$work/data"
  await_idle
  echo "$(segment_bytes -name '*.idx') $(segment_bytes ! -name '*.idx')" >"$work/bytes.new"
  [ -e "$work/bytes" ] || mv "$work/bytes.new" "$work/bytes"
}

# MODE SAMPLES STATES: rounds of both systems by turns, each alone and then with intake as far as its states are named.
# One rests while the other is asked: Evident until it has made its index of what came in, two minutes at the most,
# PostgreSQL by not running at all.
ask_both() {
  mode=$1
  many=$2
  states=$3
  round=1
  while [ "$round" -le "$rounds" ]; do
    say "$mode, round $round of $rounds"
    for state in evident-alone evident-intake postgres-alone postgres-intake; do
      case " $states " in *" $state "*) ask_in "$state" ;; esac
    done
    stop_postgres
    round=$((round + 1))
  done
}

# STATE: asks all questions in it; without a rate there is no state with intake.
ask_in() {
  case $1 in *-intake) [ "$rate" -gt 0 ] || return 0 ;; esac
  case $1 in
    evident-*)
      asked=evident
      set -- "$1" --http "$http" ${before_evident:+--before-each "$before_evident"}
      ;;
    *)
      [ -n "${pg_bin:-}" ] || return 0
      [ -n "$pg_runs" ] || start_postgres
      asked=postgres
      set -- "$1" --postgres "$pg_url" ${before_postgres:+--before-each "$before_postgres" --before-cold "$(restart_command)"}
      ;;
  esac
  case $1 in
    *-alone)
      shift
      ask "$mode" "$many" "$@"
      ;;
    *)
      shift
      start_intake "$asked"
      ask "$mode" "$many" --with-intake "$@"
      stop_intake "$mode"
      [ "$asked" = postgres ] || await_idle 120
      ;;
  esac
}

ask() {
  ask_mode=$1
  ask_samples=$2
  shift 2
  [ ! -s "$work/deep" ] || set -- --deep "$work/deep" "$@"
  search ask --mode "$ask_mode" --samples "$ask_samples" --seconds "$seconds" --round "$round" --results "$results" "$@"
}

warm() {
  before_evident=
  before_postgres=
  ask_both warm "$samples" "evident-alone evident-intake postgres-alone postgres-intake"
}

cached() {
  before_evident=
  ask_both cached "$samples" "evident-alone evident-intake"
}

cold() {
  if [ "$(id -u)" != 0 ] || ! command -v python3 >/dev/null || [ ! -w /proc/sys/vm/drop_caches ]; then
    say "cold is left out: it takes root, python3 and Linux to empty the page cache"
    return 0
  fi
  sync
  before_evident="python3 '$root/loadtest/cold.py' --pid $server --under '$work/data'"
  before_postgres="python3 '$root/loadtest/cold.py'"
  cold_seconds=$seconds
  seconds=3600
  # PostgreSQL is started anew for each question, so nothing comes in meanwhile.
  ask_both cold "$cold_samples" "evident-alone evident-intake postgres-alone"
  seconds=$cold_seconds
}

# Intake at full speed into fresh data, with and without index by turns. Small segments, so that some of them are
# sealed.
cost() {
  : >"$work/cost"
  round=1
  while [ "$round" -le "$rounds" ]; do
    for enabled in true false; do
      rm -rf "$work/cost.data"
      start_server "$work/cost.data" EVIDENT_INDEX_ENABLED=$enabled EVIDENT_STORAGE_SEGMENT_BYTES=67108864 || {
        say "the cost of the index is left out: this server does not start with these settings"
        server=
        return 0
      }
      "$evident" load --tcp "$tcp" --tier journaled --warmup 0 --seconds 5 --json >/dev/null
      await_idle
      cost_before=$(server_ticks)
      json=$("$evident" load --tcp "$tcp" --tier journaled --warmup 0 --seconds "$cost_seconds" --json)
      await_idle
      ticks=$(($(server_ticks) - cost_before))
      printf '%s\n' "$json" | sed 's/.*"receipts":\([0-9]*\).*"eventsPerSecond":\([0-9]*\).*/\1 \2/' |
        awk -v enabled="$enabled" -v seconds="$ticks" -v hertz="$(getconf CLK_TCK)" \
          '{ printf "%s %d %.3f\n", enabled, $2, seconds / hertz / $1 * 1e6 }' | tee -a "$work/cost" >&2
      stop_server
    done
    round=$((round + 1))
  done
  rm -rf "$work/cost.data"
}

# ENABLED COLUMN: the median, and the lowest and highest.
cost_figures() {
  awk -v enabled="$1" -v column="$2" '$1 == enabled { print $column }' "$work/cost" | sort -n |
    awk '{ v[NR] = $1 } END { printf "%s (%s to %s)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

print_cost() {
  [ -s "$work/cost" ] || return 0
  echo "| intake at JOURNALED, 256 B, all that 4 connections take | events/s | server CPU seconds per million events |"
  echo "| --- | --: | --: |"
  echo "| with index | $(cost_figures true 2) | $(cost_figures true 3) |"
  echo "| without | $(cost_figures false 2) | $(cost_figures false 3) |"
  echo
}

print_rates() {
  [ -s "$work/rates" ] || return 0
  echo "| intake while asked | rounds | intended events/s | taken in (lowest to highest) |"
  echo "| --- | --: | --: | --: |"
  sort -k1,2 -k3n "$work/rates" | awk -v rate="$rate" '
    { of = $1 " " ($2 == "evident" ? "Evident" : "PostgreSQL") }
    of != last { print_last(); last = of; n = 0 }
    { v[++n] = $3 }
    END { print_last() }
    function print_last() {
      if (n) printf "| %s | %d | %d | %d (%d to %d) |\n", last, n, rate, v[int((n + 1) / 2)], v[1], v[n]
    }'
  echo
}

print_bytes() {
  read -r index journal <"$work/bytes"
  echo "| bytes per event on the disk | rows | index | together |"
  echo "| --- | --: | --: | --: |"
  bytes_row Evident "$journal" "$index"
  if [ -e "$work/postgres/filled" ]; then
    bytes_row PostgreSQL "$(sed -n 's/.* \([0-9]*\) bytes of table.*/\1/p' "$work/postgres/filled")" \
      "$(sed -n 's/.* \([0-9]*\) bytes of indexes.*/\1/p' "$work/postgres/filled")"
  fi
  echo
}

bytes_row() {
  awk -v name="$1" -v rows="$2" -v index_bytes="$3" -v n="$events" \
    'BEGIN { printf "| %s | %.1f | %.1f | %.1f |\n", name, rows / n, index_bytes / n, (rows + index_bytes) / n }'
}

followers() {
  "$evident" load followers --tcp "$tcp" --http "$http" --pid "$server" --seed "$seed" --asked-events "$events" \
    --followers "${FOLLOWERS:-10,100,300,1000}" --queriers "${QUERIERS:-100}" \
    --query-every-ms "${QUERY_EVERY_MS:-1000}" --rate "$(if [ "$rate" -gt 0 ]; then echo "$rate"; else echo 50000; fi)" \
    --seconds "${FOLLOW_SECONDS:-30}" >"$work/followers" || say "followers: see the table; not all was right"
  cat "$work/followers" >&2
}

print_head() {
  echo "Date $(date -u +%Y-%m-%d), commit \`$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)\`." \
    "Machine: $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1))," \
    "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo) of memory, $(uname -sr)," \
    "$("$(readlink "/proc/$server/exe")" -version 2>&1 | sed -n 2p)." \
    "Read-ahead of the disk: $(cat "/sys/class/bdi/$(stat -c %Hd:%Ld "$work")/read_ahead_kb" 2>/dev/null || echo unknown) KiB."
  [ -z "${pg_bin:-}" ] || echo "$("$pg_bin/postgres" --version): $pg_settings."
  echo
  echo '```'
  echo "EVENTS=$events SEED=$seed ROUNDS=$rounds SAMPLES=$samples SECONDS_EACH=$seconds RATE=$rate COLD_SAMPLES=$cold_samples \\"
  echo "  loadtest/search-note.sh $parts"
  echo '```'
  echo
}

"$evident" --version >/dev/null
rm -rf "$results" "$work/cost" "$work/followers" "$work/rates"
mkdir -p "$results"
find_postgres || pg_bin=
fill_evident
[ -z "$pg_bin" ] || fill_postgres
print_head >"$work/head"
if wanted warm || wanted cached || wanted cold; then
  # Each of the two passes of each round in each of the two states has its own deep pages.
  steps=$(((4 * rounds + 2) * samples / walks + 1))
  rm -f "$work/deep"
  search deep --http "$http" --deep "$work/deep" --walks "$walks" --steps "$steps" >&2 || say "deep pages are left out"
fi
! wanted warm || warm
! wanted cached || cached
! wanted cold || cold
! wanted followers || followers
stop_server
! wanted cost || cost

cat "$work/head"
print_bytes
print_rates
right=0
if [ -n "$(ls "$results")" ]; then search report --results "$results" || right=1; fi
print_cost
[ ! -s "$work/followers" ] || cat "$work/followers"
exit "$right"
