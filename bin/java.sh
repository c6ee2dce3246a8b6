# Sourced by the programs beside it: finds a JDK, sets JAVA, JAVA_MAJOR and the flags that not every JDK knows.
# The JDK is the one that was packaged with the programs, where there is one: nothing else fits their caches. Else it is that of
# JAVA_HOME where it will do, else the newest of this machine.

OLDEST_JAVA=21

# major_of RELEASE_FILE: the 25 of JAVA_VERSION="25.0.3".
major_of() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1"
}

# consider DIRECTORY: takes the JDK in it if it is newer than the one found so far.
consider() {
    if [ -x "$1/bin/java" ] && [ -r "$1/release" ]; then
        major=$(major_of "$1/release")
        if [ "${major:-0}" -ge "$OLDEST_JAVA" ] && [ "$major" -gt "$JAVA_MAJOR" ]; then
            JAVA="$1/bin/java"
            JAVA_MAJOR=$major
        fi
    fi
}

find_java() {
    JAVA_MAJOR=0
    consider "${root:-}/runtime"
    if [ "$JAVA_MAJOR" -gt 0 ]; then
        return 0
    fi
    consider "${JAVA_HOME:-}"
    if [ "$JAVA_MAJOR" -gt 0 ]; then
        return 0
    fi
    on_path=$(command -v java || true)
    if [ -n "$on_path" ]; then
        consider "$(dirname "$(dirname "$(readlink -f "$on_path")")")"
    fi
    for candidate in /usr/lib/jvm/* /opt/java/* /opt/jdk* /opt/*/jdk*; do
        consider "$candidate"
    done
    if [ "$JAVA_MAJOR" -eq 0 ] && [ -n "$on_path" ]; then # some come without a release file
        major=$("$on_path" -version 2>&1 | sed -n '1s/.* version "\([0-9]*\).*/\1/p')
        if [ "${major:-0}" -ge "$OLDEST_JAVA" ]; then
            JAVA=$on_path
            JAVA_MAJOR=$major
        fi
    fi
    if [ "$JAVA_MAJOR" -eq 0 ]; then
        echo "$program: no JDK from $OLDEST_JAVA on found; set JAVA_HOME to one" >&2
        exit 2
    fi
}

# from_java MAJOR FLAG: the flag, where the JDK is one that knows it.
from_java() {
    if [ "$JAVA_MAJOR" -ge "$1" ]; then
        echo "$2"
    fi
}

program=$(basename "$0")
find_java
COMPACT_HEADERS=$(from_java 25 -XX:+UseCompactObjectHeaders)
ALLOW_UNSAFE=$(from_java 23 --sun-misc-unsafe-memory-access=allow)
