# Sourced by the programs beside it: builds, one at a time. Needs root and program.

# build MODULES [COMPLETE]: builds these modules. Waits while another program builds; where the file COMPLETE is there then,
# that one has built what is wanted.
build() {
    if command -v flock >/dev/null 2>&1; then
        # The lock is on the folder, so there is no file to clean away. Maven inherits it: where only this program is
        # killed, the others wait for what it started.
        (
            if ! flock -n 9; then
                say_waiting
                flock 9
            fi
            build_unless_complete "$@"
        ) 9<"$root/distribution"
    else
        lock_by_link
        status=0
        (build_unless_complete "$@") || status=$?
        rm -f "$root/distribution/building"
        return "$status"
    fi
}

say_waiting() {
    echo "$program: waiting for another program that builds in $root" >&2
}

# A link is made and filled in one step. One whose process is gone was left behind.
lock_by_link() {
    said=
    until ln -s "$$" "$root/distribution/building" 2>/dev/null; do
        builder=$(readlink "$root/distribution/building" || true)
        if [ -n "$builder" ] && ! kill -0 "$builder" 2>/dev/null; then
            mv "$root/distribution/building" "$root/distribution/building.$$" 2>/dev/null || continue
            if [ "$(readlink "$root/distribution/building.$$")" = "$builder" ]; then
                rm -f "$root/distribution/building.$$"
            else # somebody else has cleared it away in between, and this is the next one's
                mv "$root/distribution/building.$$" "$root/distribution/building"
            fi
            continue
        fi
        if [ ! -w "$root/distribution" ]; then
            echo "$program: cannot build in $root, it is not writable" >&2
            exit 2
        fi
        if [ -z "$said" ]; then
            say_waiting
            said=yes
        fi
        sleep 0.2
    done
}

build_unless_complete() {
    if [ -n "${2:-}" ] && [ -f "$2" ]; then
        return 0
    fi
    if [ -n "${2:-}" ]; then
        echo "$program: building, this takes two or three minutes the first time" >&2
    fi
    log=$(mktemp)
    if ! (cd "$root" && mvn -q -B -DskipTests -pl "$1" -am package) >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "$program: the build failed" >&2
        exit 2
    fi
    rm -f "$log"
}
