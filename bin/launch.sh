# Sourced by the programs beside it: finds a JDK (java.sh), builds what is missing (build.sh), sets LIBRARIES,
# CLASSES (the class path), and CACHE, the file that rehearse has made for this program, empty where there is none.
# Nothing is printed unless something goes wrong or the first build takes a while.

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/bin/java.sh"
if [ -f "$root/distribution/pom.xml" ]; then
    . "$root/bin/build.sh"
    LIBRARIES="$root/distribution/target/dflockd/lib"
    if [ ! -f "$root/distribution/target/dflockd/complete" ]; then
        build distribution "$root/distribution/target/dflockd/complete"
    fi
else
    LIBRARIES="$root/lib"
fi
CLASSES="$LIBRARIES/*"
CACHE=
made="$LIBRARIES/../aot/$JAVA_MAJOR"
if [ -f "$made/order" ]; then
    CLASSES=
    while read -r jar; do
        CLASSES="$CLASSES${CLASSES:+:}$LIBRARIES/$jar"
    done <"$made/order"
    if [ -f "$made/$program" ]; then
        CACHE="$made/$program"
    fi
fi
