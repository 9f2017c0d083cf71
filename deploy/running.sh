# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154  # options and places are set by up, shared.sh and steps.sh
# The second half of the steps of deploy/up: ports, settings, keys, processes, sample, and what it tells.

readonly READY_SECONDS=30

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

ports_from_base() {
    PORTS=([push]=$(($1 + 1)) [doorbell]=$(($1 + 2)) [fetch]=$(($1 + 3)) [smtp]=$(($1 + 25)) [http]=$(($1 + 80))
        [ingest]=$(($1 + 91)) [workflow]=$(($1 + 92)) [reporting]=$(($1 + 93)))
}

any_port_taken() {
    local name
    for name in "${PORT_NAMES[@]}"; do
        if port_taken "${PORTS[$name]}"; then return 0; fi
    done
    return 1
}

choose_ports() {
    local name base
    if ! load_ports || [[ -n $ports_base ]]; then
        if [[ -n $ports_base ]]; then
            ports_from_base "$ports_base"
        else
            for base in {7400..9900..100}; do
                ports_from_base "$base"
                any_port_taken || break
            done
        fi
    fi
    : "${PORTS[fetch]:=$((PORTS[push] + 2))}" # ports remembered before there was one for feeds
    for name in "${!asked_ports[@]}"; do PORTS[$name]=${asked_ports[$name]}; done
    for name in "${PORT_NAMES[@]}"; do printf '%s %s\n' "$name" "${PORTS[$name]}"; done >"$DATA/ports.new"
    mv -- "$DATA/ports.new" "$DATA/ports"
    did="pages on ${PORTS[http]}, push on ${PORTS[push]}, feeds on ${PORTS[fetch]}, mail on ${PORTS[smtp]}"
}

settings_text() {
    local service
    cat <<END
# Written by deploy/up; read by every program through --config.
[uptake]
register_zone = Europe/Zurich
push_endpoint = tcp://127.0.0.1:${PORTS[push]}
doorbell_endpoint = tcp://127.0.0.1:${PORTS[doorbell]}
fetch_endpoint = tcp://127.0.0.1:${PORTS[fetch]}
ingest_key_public = $DATA/keys/ingest.public
reporting_key_public = $DATA/keys/reporting.public
reporting_url = http://127.0.0.1:${PORTS[http]}
token_key = $DATA/keys/token.key
mail_from = uptake@localhost
END
    for service in "${SERVICES[@]}"; do
        cat <<END

[$service]
database = $connection user=uptake_$service
key = $DATA/keys/$service.key
health_listen = 127.0.0.1:${PORTS[$service]}
END
        case $service in
            ingest) printf 'in_hand = %s\n' "$DATA/ingest.in_hand" ;;
            workflow) printf 'smtp_url = smtp://127.0.0.1:%s\n' "${PORTS[smtp]}" ;;
            reporting) printf 'listen = 127.0.0.1:%s\n' "${PORTS[http]}" ;;
        esac
    done
    printf '\n[cli]\nkey = %s\ntoken = %s\ndatabase = %s\n' "$DATA/keys/cli.key" "$DATA/keys/cli.token" "$connection user=$PGUSER"
}

write_settings() {
    local process new=$DATA/uptake.conf.wanted
    settings_text >"$new"
    did=unchanged
    if place "$new" "$DATA/uptake.conf" 0600; then
        did=$VAR/uptake.conf
        for process in "${PROCESSES[@]}"; do
            stop_process "$process" || fail $AWAY "$process does not stop" "look at $DATA/log/$process.log"
        done
    fi
    rm -f -- "$new"
}

# As the account, for what makes files; as ourselves, for what reads the clone.
uptake() { as_account "$DATA/bin/uptake" --config "$DATA/uptake.conf" "$@"; }

uptake_here() { "$DATA/bin/uptake" --config "$DATA/uptake.conf" "$@"; }

make_keys() {
    local before
    before=$(find "$DATA/keys" -type f | wc -l)
    logged keys.log uptake keys bootstrap --database "$connection user=$PGUSER" --keys "$DATA/keys"
    did="$(($(find "$DATA/keys" -type f | wc -l) - before)) files made"
}

# The ports a process listens on.
ports_of() {
    case $1 in
        mail-catcher) echo smtp ;;
        ingest) echo ingest push doorbell ;;
        workflow) echo workflow ;;
        reporting) echo reporting http fetch ;;
    esac
}

start_process() {
    local name=$1 port command
    if pid_of "$name" >/dev/null; then
        did="already running"
        return
    fi
    for port in $(ports_of "$name"); do
        ! port_taken "${PORTS[$port]}" ||
            fail $AWAY "port ${PORTS[$port]} ($port, for $name) is in use by another program" \
                "stop that program, or choose another: deploy/up --port $port=N"
    done
    command=("$DATA/bin/uptake-$name" --config "$DATA/uptake.conf")
    [[ $name != mail-catcher ]] ||
        command=(/usr/bin/python3 "$DATA/bin/mail-catcher" --listen "127.0.0.1:${PORTS[smtp]}" --keep "$DATA/mail")
    become setsid "${command[@]}" >>"$DATA/log/$name.log" 2>&1 </dev/null 9>&- &
    printf '%s\n' $! >"$RUN/$name.pid.new"
    mv -- "$RUN/$name.pid.new" "$RUN/$name.pid"
    did="pid $!"
}

# http_get PORT PATH: status line and body.
http_get() {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3
    cat <&3
    exec 3>&-
}

wait_ready() {
    local service answer deadline=$((SECONDS + READY_SECONDS))
    for service in "${SERVICES[@]}"; do
        while :; do
            answer=$(http_get "${PORTS[$service]}" /readyz 2>/dev/null || echo "no answer")
            [[ $answer != HTTP/1.?' 200'* ]] || break
            if ! kill -0 "$(<"$RUN/$service.pid")" 2>/dev/null || [[ $SECONDS -ge $deadline ]]; then
                show_end "$DATA/log/$service.log"
                fail $AWAY "$service is not ready: ${answer##*$'\r\n\r\n'}" "its log: $DATA/log/$service.log"
            fi
            sleep 0.05
        done
    done
    until port_taken "${PORTS[smtp]}"; do
        if ! kill -0 "$(<"$RUN/mail-catcher.pid")" 2>/dev/null || [[ $SECONDS -ge $deadline ]]; then
            show_end "$DATA/log/mail-catcher.log"
            fail $AWAY "the mail catcher does not listen" "its log: $DATA/log/mail-catcher.log"
        fi
        sleep 0.05
    done
    did="ingest, workflow, reporting"
}

# Whom the keys let in is said in the register too, so that `uptake keys` can go on from it.
tell_principals() {
    logged principals.log uptake keys adopt --keys "$DATA/keys"
    did="$(awk '{ n += $1 } END { print n + 0 }' "$DATA/log/principals.log") new or changed"
}

# What the words of each source mean. A table to which a person added words since, under a version as
# high, is left alone.
load_crosswalks() {
    logged crosswalks.log uptake_here crosswalks load --if-newer "$ROOT"/common/model/crosswalk/*.csv
    did="$(wc -l <"$DATA/log/crosswalks.log") tables, $(awk '$2 ~ /^(added|updated),/ { n++ } END { print n + 0 }' \
        "$DATA/log/crosswalks.log") new or changed"
}

# Units and policies first: documents refer to them. Repeating it sends nothing new.
import_sample() {
    local sample=$here/sample file count=0
    for file in "$sample"/{units,policies}.jsonl "$sample"/*-[0-9]*.jsonl; do
        logged "sample-${file##*/}.log" uptake_here push "$file"
        count=$((count + 1))
    done
    for file in "$sample"/*.txt; do
        logged "sample-${file##*/}.log" uptake_here import "$file"
        count=$((count + 1))
    done
    did="$count files: $(cat -- "$DATA"/log/sample-*.log | awk '{ for (i = 2; i <= NF; i++)
        if ($i ~ /^(applied|created|updated)/) n += $(i - 1) } END { print n + 0 }') new or changed items"
}

# How a person calls the command-line program from the clone.
cli_text() {
    local sudo=
    ! is_root || [[ -z ${SUDO_USER-} ]] || sudo='sudo '
    if [[ $VAR == "$ROOT/var" ]]; then
        printf '%sbuild/bin/uptake' "$sudo"
    else
        printf '%sbuild/bin/uptake --config %q' "$sudo" "$VAR/uptake.conf"
    fi
}

tell_next() {
    local link cli
    cli=$(cli_text)
    link=$(uptake tokens signin 2>"$DATA/log/signin.log") ||
        fail $AWAY "no sign-in link: $(<"$DATA/log/signin.log")" "try: $cli tokens signin"
    cat <<END

The register runs. Dashboard: http://127.0.0.1:${PORTS[http]}/
Sign in once with:  $link

Try next, from $ROOT:
    $cli due --on 2022-12-31 --document unwomen-cambodia-2020
    $cli push --action 'unwomen-cambodia-2020#3/1' --progress completed --narrative "The link is made."
    ls $(printf %q "$VAR")/mail
The first shows what the published table hides; the second changes the dashboard while you look at it.
END
}

# For --check: what each step would do. Looks only.
tell_plan() {
    local missing process waiting=()
    mapfile -t missing < <(missing_packages run build)
    if [[ ${#missing[@]} -gt 0 ]]; then
        printf 'install %d packages and what they need:\n' ${#missing[@]}
        printf '    %s\n' "${missing[@]}"
    else
        echo "install nothing: every package is there"
    fi
    id -u "$ACCOUNT" >/dev/null 2>&1 || echo "make the system account $ACCOUNT"
    if [[ -d $DATA ]]; then
        echo "use $VAR, made earlier"
    else
        echo "make $VAR for database, keys, mails and logs, owned by $ACCOUNT"
        [[ $DATA == "$VAR" ]] || echo "    really in $DATA, because $ACCOUNT may not enter $(dirname -- "$VAR")"
    fi
    if [[ -x $ROOT/build/bin/uptake ]]; then
        echo "bring $ROOT/build up to date"
    else
        echo "build into $ROOT/build"
    fi
    if [[ -n $dsn || -e $DATA/dsn ]]; then
        echo "use the PostgreSQL given with --dsn, apply the schema there"
    elif postgres_runs; then
        echo "leave the private PostgreSQL running, apply schema changes it does not have"
    else
        echo "start a private PostgreSQL $PG_MAJOR with its socket in $RUN"
    fi
    for process in "${PROCESSES[@]}"; do
        pid_of "$process" >/dev/null || waiting+=("$process")
    done
    if [[ ${#waiting[@]} -gt 0 ]]; then
        echo "start ${waiting[*]}"
    else
        echo "start nothing: ${PROCESSES[*]} run"
    fi
    echo "load the crosswalks of this clone that are newer than the register's"
    [[ -n $no_sample ]] || echo "import what is missing of the sample register"
}
