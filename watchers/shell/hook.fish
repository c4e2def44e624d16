# Hunch's hook for fish: hunch shell-init fish | source
if status is-interactive; and not set -q __hunch_hooked
    set -g __hunch_hooked 1
    set -g __hunch_script @POST@

    set -g __hunch_folder $PWD
    function __hunch_preexec --on-event fish_preexec
        set -g __hunch_folder $PWD
    end

    function __hunch_postexec --on-event fish_postexec
        set -l code $status
        set -l took $CMD_DURATION
        if set -q HUNCH_OFF; and test -n "$HUNCH_OFF"; or set -q fish_private_mode
            return
        end
        string match -qr '^\s|^$' -- $argv[1]; and return
        string match -qr '&\s*$' -- $argv[1]; and set code 0 # fish leaves the status of the line before
        set -l line (__hunch_escaped (string sub -l 8000 -- $argv[1] | string collect))
        # By the environment, which other users cannot read, and not as arguments, which they can.
        __hunch_line=$line __hunch_cwd=(__hunch_escaped $__hunch_folder) \
            command sh -c $__hunch_script hunch $code $took </dev/null >/dev/null 2>&1
    end

    # A text as it stands between quotes in JSON.
    function __hunch_escaped
        set -l lines (string split \n -- $argv[1])
        set lines (string replace -a '\\' '\\\\' -- $lines)
        set lines (string replace -a '"' '\\"' -- $lines)
        set lines (string replace -a \t '\\t' -- $lines)
        if string match -qr '[\x01-\x1f]' -- $lines
            set -l whole
            for line in $lines
                set -l safe
                for char in (string split '' -- $line)
                    if string match -qr '[\x01-\x1f]' -- $char
                        set char (printf '\\\\u%04x' "'$char")
                    end
                    set -a safe $char
                end
                set -a whole (string join '' -- $safe)
            end
            set lines $whole
        end
        string join '\\n' -- $lines
    end
end
