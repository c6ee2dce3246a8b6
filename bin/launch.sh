# Sourced by the programs beside it: finds a JDK (java.sh), builds what is missing, sets LIBRARIES.
# Nothing is printed unless something goes wrong or the first build takes a while.

build_if_missing() {
    LIBRARIES="$root/distribution/target/dflockd/lib"
    if [ -d "$root/distribution/src" ] || [ -f "$root/distribution/pom.xml" ]; then
        if [ ! -f "$root/distribution/target/dflockd/complete" ]; then
            echo "$program: building, this takes a minute the first time" >&2
            log=$(mktemp)
            if ! (cd "$root" && mvn -q -B -DskipTests -pl distribution -am package) >"$log" 2>&1; then
                cat "$log" >&2
                rm -f "$log"
                echo "$program: the build failed" >&2
                exit 2
            fi
            rm -f "$log"
        fi
    else
        LIBRARIES="$root/lib"
    fi
}

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/bin/java.sh"
build_if_missing
