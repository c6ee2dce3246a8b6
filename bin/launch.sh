# Sourced by the programs beside it: finds JDK 25, builds what is missing, sets JAVA and LIBRARIES.
# Nothing is printed unless something goes wrong or the first build takes a while.

find_java_25() {
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/java/* /opt/jdk*; do
        release="$candidate/release"
        if [ -x "$candidate/bin/java" ] && [ -r "$release" ] && grep -q '^JAVA_VERSION="25' "$release"; then
            JAVA="$candidate/bin/java"
            return 0
        fi
    done
    if command -v java >/dev/null 2>&1 && java -version 2>&1 | grep -q '"25'; then
        JAVA=java
        return 0
    fi
    echo "$program: no JDK 25 found; set JAVA_HOME to one" >&2
    exit 2
}

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

program=$(basename "$0")
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
find_java_25
build_if_missing
