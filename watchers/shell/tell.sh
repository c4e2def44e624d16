
# For fish, which runs this with sh: the command and its folder come in JSON's characters by the
# environment, the exit status and the milliseconds as $1 and $2. Returns at once.
{
    sleep 0.1 # the prompt comes first
    command=$__hunch_line folder=$__hunch_cwd
    unset __hunch_line __hunch_cwd
    now=$(date +%s%N)
    case $now in *[!0-9]*) now=$(date +%s)000000000 ;; esac
    begun=$((now / 1000 - 100000 - $2 * 1000))
    when=$(date -u -d "@$((begun / 1000000))" +%Y-%m-%dT%H:%M:%S 2>/dev/null ||
        date -u -r "$((begun / 1000000))" +%Y-%m-%dT%H:%M:%S)
    __hunch_post "$(printf '{"timestamp":"%s.%06dZ","duration":%d.%03d,"data":{"command":"%s","cwd":"%s","exit_status":%d,"shell":"fish"}}' \
        "$when" "$((begun % 1000000))" "$(($2 / 1000))" "$(($2 % 1000))" "$command" "$folder" "$1")"
} &
