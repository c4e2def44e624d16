# Hunch's hook for bash 5 and later: eval "$(hunch shell-init bash)"
# PS0 notes when a command line begins, PROMPT_COMMAND that it has ended; the line itself is the
# shell's own history, so what history does not keep (a leading space) is never told.
if [[ $- == *i* && -z ${__hunch_hooked-} ]] && ((BASH_VERSINFO[0] >= 5)); then
__hunch_hooked=1 __hunch_void=- __hunch_begun=0 __hunch_armed= __hunch_first= __hunch_number= __hunch_folder=

@POST@

# The first command of the line that has just begun; $_ stays what it was.
__hunch_note() {
    __hunch_first=$BASH_COMMAND __hunch_armed=
}

# First of PROMPT_COMMAND.
__hunch_precmd() {
    local status=$? begun=$__hunch_begun first=$__hunch_first number='\!'
    __hunch_begun=0 __hunch_armed= __hunch_first=
    if ((begun)) && [[ -z ${HUNCH_OFF-} ]]; then
        local now=${EPOCHREALTIME//[!0-9]/} added=
        [[ ${number@P} == "$__hunch_number" ]] || added=1
        ( __hunch_tell "$status" "$begun" "$((now - begun))" "$added" "$first" & ) </dev/null >/dev/null 2>&1
    fi
    return "$status"
}

# Last of PROMPT_COMMAND: what the next line is compared with.
__hunch_ready() {
    local status=$? number='\!'
    __hunch_number=${number@P} __hunch_folder=$PWD __hunch_begun=0 __hunch_armed= __hunch_first=
    [[ ${PS0-} == *__hunch_begun* ]] || PS0=$__hunch_ps0${PS0-}
    return "$status"
}

# In the background: STATUS BEGUN_US TOOK_US ADDED FIRST.
__hunch_tell() {
    local HISTTIMEFORMAT= line when
    line=$(builtin history 1)
    [[ $line =~ ^\ *[0-9]+[*\ ]\ (.*)$ ]] || return
    line=${BASH_REMATCH[1]}
    [[ $line && $line != [[:space:]]* ]] || return
    # Not in history twice: the same line again, or one that history leaves out?
    [[ $4 ]] || __hunch_again "$line" "$5" || return
    line=${line:0:8000}
    local LC_ALL=C folder=$__hunch_folder
    TZ=UTC0 printf -v when '%(%Y-%m-%dT%H:%M:%S)T' "$(($2 / 1000000))"
    __hunch_escape line
    __hunch_escape folder
    printf -v line '{"timestamp":"%s.%06dZ","duration":%d.%06d,"data":{"command":"%s","cwd":"%s","exit_status":%d,"shell":"bash"}}' \
        "$when" "$(($2 % 1000000))" "$(($3 / 1000000))" "$(($3 % 1000000))" "$line" "$folder" "$1"
    __hunch_post "$line"
}

# Whether history's last line was run again: __hunch_again LINE FIRST. Where a trap of somebody
# else's hides what was run, only history that leaves nothing else out says so.
__hunch_again() {
    local line=$1 word=${1%%[[:space:];|&]*}
    if [[ -z $2 ]]; then
        [[ ${HISTCONTROL-} != *ignore[sb]* && -z ${HISTIGNORE-} ]]
        return
    fi
    [[ -z ${BASH_ALIASES[$word]-} ]] || line=${BASH_ALIASES[$word]}${line#"$word"}
    local tight=${line//[[:space:]]/} first=${2//[[:space:]]/}
    [[ $tight == "$first" || $tight == "$first"[';|&<>)']* ]]
}

# The text of a variable as it stands between quotes in JSON.
__hunch_escape() {
    local -n text=$1
    local slash='\' quote='"' safe= char code
    text=${text//"$slash"/"$slash$slash"}
    text=${text//"$quote"/"$slash$quote"}
    text=${text//$'\n'/"${slash}n"}
    text=${text//$'\t'/"${slash}t"}
    while [[ $text =~ [$'\001'-$'\037'] ]]; do
        char=${BASH_REMATCH[0]}
        printf -v code '\\u%04x' "'$char"
        safe+=${text%%"$char"*}$code
        text=${text#*"$char"}
    done
    text=$safe$text
}

__hunch_ps0='${__hunch_void:$((__hunch_begun = ${EPOCHREALTIME//[!0-9]/}, __hunch_armed = 1, 0)):0}'
# A trap of somebody else's stays; it shows outside of functions and sourced files alone.
__hunch_trap='[[ ${__hunch_trapped-} ]] || { __hunch_trapped=1; [[ -n $(trap -p DEBUG) ]] ||
    trap '"'"'[[ -z $__hunch_armed ]] || __hunch_note "$_"'"'"' DEBUG; }'
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
    PROMPT_COMMAND=(__hunch_precmd "${PROMPT_COMMAND[@]}" __hunch_ready "$__hunch_trap")
else
    PROMPT_COMMAND=__hunch_precmd$'\n'${PROMPT_COMMAND-}$'\n'__hunch_ready$'\n'$__hunch_trap
fi
fi
