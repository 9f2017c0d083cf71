# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154  # options and places are set by up and shared.sh
# The first half of the steps of deploy/up: machine, programs, database. Each looks first, does what is missing, and sets `did` to what it found or did.

readonly PG_START_SECONDS=30
readonly NEEDED_MB=600
readonly PACKAGES_MB=1200
readonly started_at=${EPOCHREALTIME/[.,]/}

# step NAME FUNCTION ARGUMENTS...: runs it and prints one line with the time since the start.
step() {
    local name=$1
    shift
    step_open=$name
    printf '%-13s ' "$name"
    did=
    "$@"
    local ms=$(((${EPOCHREALTIME/[.,]/} - started_at) / 1000))
    printf '%5d.%d s   %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$did"
    step_open=
}

# show_end FILE: its last lines, below a step that failed.
show_end() {
    printf 'failed\n\n'
    step_open=
    tail -n 15 -- "$1" >&2
}

# logged FILE COMMAND...: output into var/log/FILE; on failure its last lines are shown.
logged() {
    local log=$DATA/log/$1
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        show_end "$log"
        fail $AWAY "the step '$name' failed: ${1##*/}" "the whole output is in $log; deploy/up can simply be run again"
    fi
}

# need_space DIR MEGABYTES: the nearest existing directory above must have that much free.
need_space() {
    local at=$1 free
    while [[ ! -d $at ]]; do at=$(dirname -- "$at"); done
    free=$(df -Pm -- "$at" | awk 'NR == 2 { print $4 }')
    [[ $free -ge $2 ]] ||
        fail $AWAY "no disk space: $free MB free at $at, $2 MB needed" "make room, then run deploy/up again"
}

install_packages() {
    local missing
    [[ -d $DATA/pg ]] || need_space "$DATA" $NEEDED_MB
    [[ -d $ROOT/build ]] || need_space "$ROOT" $NEEDED_MB
    command -v dpkg-query >/dev/null ||
        fail $AWAY "this is not a Debian system" "install what deploy/packages names, build by hand: see README.md"
    mapfile -t missing < <(missing_packages run build)
    if [[ ${#missing[@]} -eq 0 ]]; then
        did="nothing missing"
        return
    fi
    local by_hand="apt-get install --no-install-recommends ${missing[*]}"
    [[ -z $no_install ]] || fail $AWAY "missing packages: ${missing[*]}" "$by_hand"
    may_install || fail $AWAY "missing packages, and neither root nor sudo: ${missing[*]}" "$by_hand"
    need_space /usr $PACKAGES_MB
    local log
    log=$(mktemp "${TMPDIR:-/tmp}/uptake-apt.XXXXXX")
    if ! apt_get update >"$log" 2>&1 || ! apt_get install "${missing[@]}" >>"$log" 2>&1; then
        show_end "$log"
        fail $AWAY "apt-get could not install: ${missing[*]}" "the whole output is in $log; check the package sources and the network"
    fi
    rm -f -- "$log"
    did="installed ${#missing[@]} and what they need"
}

make_account() {
    did=$ACCOUNT
    if ! id -u "$ACCOUNT" >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$ACCOUNT" ||
            fail $AWAY "cannot make the account $ACCOUNT" "see the line above"
        did="made $ACCOUNT"
    fi
}

own_directory() {
    [[ -d $1 ]] || install -d -m 0700 -- "$1"
    if is_root; then chown -- "$ACCOUNT:" "$1"; fi
}

make_directories() {
    local name
    [[ $DATA == "$VAR" ]] || install -d -m 0755 -- "$(dirname -- "$DATA")"
    mkdir -p -- "$(dirname -- "$VAR")"
    own_directory "$DATA"
    : >>"$DATA/$MARKER"
    exec 9>"$DATA/lock"
    flock -n 9 || fail $AWAY "another deploy/up or deploy/down is at work in $VAR" "wait for it"
    for name in bin keys log mail; do own_directory "$DATA/$name"; done
    if [[ -e $RUN && ($(stat -c %U -- "$RUN") != "$ACCOUNT" || -L $RUN) ]]; then
        fail $BAD_CONFIG "$RUN belongs to $(stat -c %U -- "$RUN")" "remove it, or use --var with a short path"
    fi
    own_directory "$RUN"
    [[ $DATA == "$VAR" || -L $VAR ]] || ln -s -- "$DATA" "$VAR"
    if [[ -e $DATA/pg/PG_VERSION && $(<"$DATA/pg/PG_VERSION") != "$PG_MAJOR" ]]; then
        fail $BAD_CONFIG "$DATA/pg was made by PostgreSQL $(<"$DATA/pg/PG_VERSION"), this is for $PG_MAJOR" \
            "keep it with its own version, or use --var with another directory"
    fi
    did=$DATA
}

# As the owner of the clone, so that root leaves no files behind that the owner cannot build over.
as_owner() {
    local owner
    owner=$(stat -c %u -- "$ROOT")
    if is_root && [[ $owner -ne 0 ]]; then
        setpriv --reuid="$owner" --regid="$(stat -c %g -- "$ROOT")" --clear-groups -- "$@"
    else
        "$@"
    fi
}

build_programs() {
    umask 022
    logged build.log as_owner env LC_ALL=C.UTF-8 cmake -S "$ROOT" -B "$ROOT/build" -G Ninja -DBUILD_TESTING=OFF
    cp -- "$DATA/log/build.log" "$DATA/log/configure.log"
    logged build.log as_owner env LC_ALL=C.UTF-8 cmake --build "$ROOT/build"
    umask 077
    did="$(grep -c '^\[' "$DATA/log/build.log") steps, programs in build/bin"
    ! grep -q 'no work to do' "$DATA/log/build.log" || did="up to date"
}

# place FROM TO: replaces TO as a whole, and only when it differs; true if it did.
place() {
    ! cmp -s -- "$1" "$2" || return 1
    install -m "$3" -- "$1" "$2.new"
    if is_root; then chown -- "$ACCOUNT:" "$2.new"; fi
    mv -f -- "$2.new" "$2"
}

# Services run from copies, so that a rebuild never pulls a file from under them. A replaced program is
# stopped here and started again by its step.
copy_programs() {
    local process from changed=()
    for process in "${PROCESSES[@]}"; do
        from=$ROOT/build/bin/uptake-$process
        [[ $process != mail-catcher ]] || from=$here/mail-catcher
        if place "$from" "$DATA/bin/${from##*/}" 0700; then
            changed+=("$process")
            stop_process "$process" || fail $AWAY "$process does not stop" "look at $DATA/log/$process.log"
        fi
    done
    if place "$ROOT/build/bin/uptake" "$DATA/bin/uptake" 0700; then changed+=(uptake); fi
    did="unchanged"
    [[ ${#changed[@]} -eq 0 ]] || did="placed ${changed[*]}"
}

# Sets connection (conninfo without a user) and the PG* environment of psql and sqitch.
start_database() {
    [[ -z $dsn ]] || printf '%s\n' "$dsn" >"$DATA/dsn"
    if [[ -e $DATA/dsn ]]; then
        use_given_database "$(<"$DATA/dsn")"
        return
    fi
    export PGHOST=$RUN PGPORT=5432 PGUSER=postgres PGDATABASE=uptake
    connection="host=$RUN port=5432 dbname=uptake"
    did="already running"
    if [[ ! -d $DATA/pg ]]; then
        rm -rf -- "$DATA/pg.new"
        logged initdb.log as_account "$PG_PROGRAMS/initdb" -D "$DATA/pg.new" -U postgres --auth=trust \
            --data-checksums --encoding=UTF8 --locale=C.UTF-8
        as_account tee -a "$DATA/pg.new/postgresql.conf" >/dev/null <<END

# Uptake: reachable through a socket in a private directory only; what is acknowledged is on disk.
listen_addresses = ''
unix_socket_directories = '$RUN'
unix_socket_permissions = 0700
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
END
        mv -- "$DATA/pg.new" "$DATA/pg"
    fi
    if ! postgres_runs; then
        logged postgresql-start.log as_account "$PG_PROGRAMS/pg_ctl" start -w -t $PG_START_SECONDS -D "$DATA/pg" -l "$DATA/log/postgresql.log" 9>&-
        did="PostgreSQL $PG_MAJOR, private, socket in $RUN"
    fi
    if [[ $(as_account psql -XAtq "$connection user=postgres dbname=postgres" \
        -c "SELECT count(*) FROM pg_database WHERE datname = 'uptake'") == 0 ]]; then
        logged createdb.log as_account psql -Xq "$connection user=postgres dbname=postgres" -c 'CREATE DATABASE uptake'
    fi
}

use_given_database() {
    local facts
    facts=$(psql -XAtq "$1" <<<'\echo :HOST :PORT :USER :DBNAME :SERVER_VERSION_NUM' 2>&1) ||
        fail $AWAY "cannot connect with --dsn: $facts" "try: psql \"$1\""
    read -r PGHOST PGPORT PGUSER PGDATABASE version <<<"$facts"
    [[ $version -ge ${PG_MAJOR}0000 ]] ||
        fail $BAD_CONFIG "--dsn leads to PostgreSQL $version, at least $PG_MAJOR is needed"
    export PGHOST PGPORT PGUSER PGDATABASE
    connection="host=$PGHOST port=$PGPORT dbname=$PGDATABASE"
    did="given: $PGDATABASE at $PGHOST port $PGPORT"
}

sql() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# One line per change: name and SHA-1 of its deploy script, which is what sqitch records of it.
planned_changes() {
    local change
    while read -r change _; do
        [[ -z $change || $change == %* ]] ||
            printf '%s %s\n' "$change" "$(sha1sum <"$here/schema/deploy/$change.sql" | cut -d' ' -f1)"
    done <"$here/schema/sqitch.plan"
}

apply_schema() {
    local planned deployed=''
    planned=$(planned_changes)
    if [[ $(sql "SELECT to_regclass('uptake_sqitch.changes') IS NOT NULL") == t ]]; then
        deployed=$(sql "SELECT change || ' ' || script_hash FROM uptake_sqitch.changes
                        WHERE project = 'uptake' ORDER BY committed_at")
    fi
    if [[ $deployed == "$planned" ]]; then
        did="current"
        return
    fi
    [[ $planned == "$deployed"* ]] ||
        fail $BAD_CONFIG "the database was made by another version of the schema than deploy/schema of this clone" \
            "use that version, or another directory with --var, or lose the data: deploy/down --purge"
    local process
    for process in "${SERVICES[@]}"; do
        stop_process "$process" || fail $AWAY "$process does not stop" "look at $DATA/log/$process.log"
    done
    cd -- "$here/schema"
    logged schema.log env HOME=/nonexistent LC_ALL=C.UTF-8 SQITCH_FULLNAME=Uptake SQITCH_EMAIL=uptake@localhost \
        SQITCH_USER_CONFIG=/nonexistent SQITCH_SYSTEM_CONFIG=/nonexistent \
        sqitch deploy "db:pg:$PGDATABASE"
    cd -- "$ROOT"
    did="$(wc -l <<<"$planned") changes deployed and verified"
}
