# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What deploy/up and deploy/down agree on: where things lie, under whose account, which process is ours.
# Sourced, never run.

readonly OK=0 BAD_USAGE=2 AWAY=69 BAD_CONFIG=78
readonly PG_MAJOR=15
readonly PG_PROGRAMS=/usr/lib/postgresql/$PG_MAJOR/bin
readonly SERVICES=(ingest workflow reporting)
# In the order they are started; stopped in the opposite one.
readonly PROCESSES=(mail-catcher ingest workflow reporting)
readonly PORT_NAMES=(push doorbell fetch smtp http ingest workflow reporting)
readonly STOP_SECONDS=15
readonly MARKER=.uptake-var

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=$(dirname -- "$here")
readonly here ROOT
declare -A PORTS=()

# fail CODE WHAT REMEDY: says what failed and what to do, and ends the script.
fail() {
    [[ -z ${step_open-} ]] || printf 'failed\n'
    printf '\n%s: %s\n' "${0##*/}" "$2" >&2
    [[ -z ${3-} ]] || printf '    %s\n' "$3" >&2
    exit "$1"
}

# missing_packages SET...: what deploy/packages names in these sets and is not installed.
missing_packages() {
    local set package wanted=" $* "
    while read -r set package _; do
        [[ $wanted == *" $set "* ]] || continue
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done <"$here/packages"
}

may_install() { is_root || command -v sudo >/dev/null; }

# Never makes a system-wide PostgreSQL cluster: the register has its own. Debian's switch for that is a
# file, which stays only while packages are installed.
apt_get() {
    local switch=/etc/postgresql-common/createcluster.d/uptake-no-main-cluster.conf code=0 sudo=()
    is_root || sudo=(sudo)
    "${sudo[@]}" mkdir -p -- "${switch%/*}"
    printf 'create_main_cluster = false\n' | "${sudo[@]}" tee -- "$switch" >/dev/null
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y \
        -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 --no-install-recommends "$@" </dev/null || code=$?
    "${sudo[@]}" rm -f -- "$switch"
    return $code
}

is_root() { [[ $EUID -eq 0 ]]; }

need_value() { [[ $# -ge 2 && -n $2 ]] || fail $BAD_USAGE "$1 needs a value" "see --help"; }

absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$PWD" "$1" ;;
    esac
}

path_hash() { printf '%s' "$1" | sha256sum | cut -c1-12; }

# May an account that owns nothing on the way enter this directory? (Every ancestor needs o+x.)
everybody_may_enter() {
    local at=$1
    while :; do
        [[ ! -d $at || $((0$(stat -c %a -- "$at") & 1)) -eq 1 ]] || return 1
        [[ $at != / ]] || return 0
        at=$(dirname -- "$at")
    done
}

# Sets VAR (as the user names it), DATA (where it really lies), ACCOUNT, RUN (sockets and pid files).
locate() {
    VAR=$(absolute "${1:-$ROOT/var}")
    if [[ -L $VAR || -e $VAR ]]; then
        DATA=$(readlink -f -- "$VAR") || fail $BAD_CONFIG "$VAR points nowhere" "remove the link"
    elif is_root && ! everybody_may_enter "$(dirname -- "$VAR")"; then
        DATA=/var/lib/uptake/$(path_hash "$VAR")
    else
        DATA=$VAR
    fi
    if [[ -e $DATA ]]; then
        [[ -d $DATA && -e $DATA/$MARKER ]] ||
            fail $BAD_CONFIG "$DATA exists and was not made by deploy/up" "choose another place with --var DIR"
        ACCOUNT=$(stat -c %U -- "$DATA")
        is_root || [[ $ACCOUNT == "$(id -un)" ]] ||
            fail $BAD_CONFIG "$DATA belongs to $ACCOUNT" "run this with sudo"
    elif is_root; then
        ACCOUNT=uptake
    else
        ACCOUNT=$(id -un)
    fi
    RUN=$DATA/run
    # The path of a Unix socket holds 107 bytes, and a connection string wants no odd characters.
    if [[ ${#RUN} -gt 80 || $RUN =~ [^A-Za-z0-9_./-] ]]; then
        if is_root; then RUN=/run/uptake-$(path_hash "$DATA"); else RUN=/tmp/uptake-$(path_hash "$DATA"); fi
    fi
}

# Becomes a command of the account, in / and with a small environment; for subshells.
become() {
    local clean=(env -i "PATH=/usr/local/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 HOME=/ "TMPDIR=${TMPDIR:-/tmp}")
    cd /
    if is_root; then
        exec setpriv --reuid="$ACCOUNT" --regid="$(id -g "$ACCOUNT")" --clear-groups -- "${clean[@]}" "$@"
    fi
    exec "${clean[@]}" "$@"
}

as_account() { (become "$@"); }

# pid_of NAME: the recorded pid, if that process still runs our copy of that program.
pid_of() {
    local pid argument
    [[ -r $RUN/$1.pid ]] || return 1
    read -r pid <"$RUN/$1.pid" || return 1
    [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
    while IFS= read -r -d '' argument; do
        if [[ $argument == "$DATA/bin/"* && ${argument##*/} =~ ^(uptake-)?"$1"$ ]]; then
            printf '%s\n' "$pid"
            return 0
        fi
    done <"/proc/$pid/cmdline"
    return 1
}

postgres_runs() {
    [[ -d $DATA/pg && -x $PG_PROGRAMS/pg_ctl ]] &&
        as_account "$PG_PROGRAMS/pg_ctl" status -D "$DATA/pg" >/dev/null 2>&1
}

# stop_process NAME: SIGTERM, then waits; false when it is still there.
stop_process() {
    local pid deadline=$((SECONDS + STOP_SECONDS))
    if pid=$(pid_of "$1"); then
        kill -TERM "$pid" 2>/dev/null || ! pid_of "$1" >/dev/null || return 1
        while pid_of "$1" >/dev/null; do
            [[ $SECONDS -lt $deadline ]] || return 1
            sleep 0.05
        done
    fi
    rm -f -- "$RUN/$1.pid"
}

load_ports() {
    local name port
    [[ -r $DATA/ports ]] || return 1
    while read -r name port; do
        PORTS[$name]=$port
    done <"$DATA/ports"
}
