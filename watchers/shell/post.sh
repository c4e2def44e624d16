# Shared by the hooks, in the words that sh, bash and zsh have in common.

# Send a body to the daemon: __hunch_request PORT PATH BODY; prints the answer's status.
# Body and token go by pipes, so that no list of processes shows them, and past every proxy.
__hunch_request() {
    if command -v curl >/dev/null 2>&1; then
        printf 'Authorization: Bearer %s\n' "$(command cat @TOKEN@ 2>/dev/null)" | {
            printf '%s' "$3" | command curl -q -s --noproxy '*' --max-time 10 -o /dev/null \
                -w '%{http_code}' -H @/dev/fd/4 -H 'Content-Type: application/json' --data-binary @- \
                "http://127.0.0.1:$1$2"
        } 4<&0
    elif command -v bash >/dev/null 2>&1; then
        printf '%s\n%s' "$(command cat @TOKEN@ 2>/dev/null)" "$3" | BASH_ENV= command bash -c '
            LC_ALL=C; IFS= read -r -t 2 token; IFS= read -r -t 2 -d "" body
            exec 3<>"/dev/tcp/127.0.0.1/$1" || exit
            printf "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" "$2" >&3
            printf "Authorization: Bearer %s\r\n" "$token" >&3
            printf "Content-Length: %s\r\nConnection: close\r\n\r\n%s" "${#body}" "$body" >&3
            read -r -t 10 _ code _ <&3; printf "%s" "$code"' hunch "$1" "$2"
    fi
}

# Tell an event, as JSON, to the daemon whose file says that it lives; make the bucket where it lacks.
__hunch_post() {
    [ -r @INFO@ ] || return 0
    __hunch_info=
    IFS= read -r __hunch_info <@INFO@ || [ -n "$__hunch_info" ] || return 0
    __hunch_pid=${__hunch_info#*\"pid\":} __hunch_port=${__hunch_info#*\"port\":}
    __hunch_pid=${__hunch_pid%%[!0-9]*} __hunch_port=${__hunch_port%%[!0-9]*}
    [ "${__hunch_port:-0}" -gt 0 ] && kill -0 "${__hunch_pid:-0}" 2>/dev/null || return 0
    __hunch_path=/api/0/buckets/@BUCKET@
    if [ "$(__hunch_request "$__hunch_port" "$__hunch_path/events" "$1")" = 404 ]; then
        __hunch_request "$__hunch_port" "$__hunch_path" \
            '{"type":"app.shell.command","client":"hunch-shell","hostname":"'@HOST@'"}'
        __hunch_request "$__hunch_port" "$__hunch_path/events" "$1"
    fi
}
