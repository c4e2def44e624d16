# Hunch's hook for zsh: eval "$(hunch shell-init zsh)"
if [[ -o interactive ]] && ((! ${+__hunch_hooked})); then
typeset -g __hunch_hooked=1 __hunch_line= __hunch_folder=
typeset -gF 6 __hunch_begun=0
zmodload zsh/datetime
autoload -Uz add-zsh-hook

@POST@

__hunch_preexec() {
    __hunch_line=$1 __hunch_folder=$PWD __hunch_begun=$EPOCHREALTIME
}

__hunch_precmd() {
    local code=$? line=$__hunch_line
    local -F 6 begun=$__hunch_begun
    local -F 6 took=$((EPOCHREALTIME - __hunch_begun))
    __hunch_line=
    [[ -n $line && $line != [[:space:]]* && -z ${HUNCH_OFF-} ]] || return $code
    ( __hunch_tell "$line" "$code" "$begun" "$took" & ) </dev/null >/dev/null 2>&1
    return $code
}

# In the background: LINE STATUS BEGUN_S TOOK_S.
__hunch_tell() {
    emulate -L zsh
    local text=${1[1,8000]} folder=$__hunch_folder when
    local LC_ALL=C
    __hunch_escape text
    __hunch_escape folder
    TZ=UTC0 strftime -s when %Y-%m-%dT%H:%M:%S ${3%.*}
    __hunch_post "{\"timestamp\":\"$when.${3#*.}Z\",\"duration\":$4,\"data\":{\"command\":\"$text\",\"cwd\":\"$folder\",\"exit_status\":$2,\"shell\":\"zsh\"}}"
}

# The text of a variable as it stands between quotes in JSON.
__hunch_escape() {
    local left=${(P)1} safe= char code slash='\'
    left=${left//$slash/$slash$slash}
    left=${left//\"/$slash\"}
    left=${left//$'\n'/${slash}n}
    left=${left//$'\t'/${slash}t}
    while [[ $left == *[[:cntrl:]]* ]]; do
        char=${left[(r)[[:cntrl:]]]}
        [[ -n $char ]] || break
        printf -v code '\\u%04x' "'$char"
        safe+=${left%%"$char"*}$code
        left=${left#*"$char"}
    done
    typeset -g "$1=$safe$left"
}

add-zsh-hook preexec __hunch_preexec
add-zsh-hook precmd __hunch_precmd
fi
