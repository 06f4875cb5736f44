# Sourced by the scripts here: builds the benchmarks when a source is newer, and execs a JVM with
# the flags that the build's tests use. Not to be run by itself.

# shellcheck shell=sh

root=$(cd "$(dirname "$0")/.." && pwd)
classpath_file=$root/benchmarks/target/classpath.txt

die() {
    echo "$1" >&2
    exit 1
}

# Sets $java: a JDK of 17 or later, from JAVA_HOME, the PATH, or where systems put them.
find_java() {
    for java in "${JAVA_HOME:-/nonexistent}/bin/java" "$(command -v java || true)" \
        /usr/lib/jvm/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
        if [ -x "$java" ] && [ -x "$(real_home "$java")/bin/javac" ]; then
            major=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
            if [ "${major:-0}" -ge 17 ]; then
                JAVA_HOME=$(real_home "$java")
                export JAVA_HOME
                java=$JAVA_HOME/bin/java
                return
            fi
        fi
    done
    die "no JDK of version 17 or later found: install one, or set JAVA_HOME"
}

real_home() {
    (cd "$(dirname "$(readlink -f "$1" 2>/dev/null || echo "$1")")/.." && pwd)
}

# Usage: is_stale CLASSPATH-FILE
is_stale() {
    [ ! -f "$1" ] ||
        [ -n "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main \
            -newer "$1" -type f -print | head -n 1)" ]
}

# With other systems beside ours when a script has said with_peers=yes.
build() {
    if [ "${with_peers:-no}" = yes ]; then
        build_module peers -Ppeers
    else
        build_module benchmarks
    fi
}

# Usage: build_module MODULE MAVEN-OPTION...
build_module() {
    module=$1
    shift
    if is_stale "$classpath_file" || is_stale "$root/$module/target/classpath.txt"; then
        echo "building (only when a source has changed)" >&2
        (cd "$root" && ./mvnw -q -B "$@" -pl "$module" -am package \
            -Dmaven.test.skip=true -Dspotless.check.skip=true) >&2 ||
            die "the build of $module failed; see above"
        touch "$classpath_file" "$root/$module/target/classpath.txt"
    fi
}

# Refuses a last option that lacks its value: scripts say in $expected what an argument should be.
require_value() {
    if [ "${expected:-option}" = value ]; then
        # shellcheck disable=SC2154
        echo "$argument needs a value" >&2
        usage >&2
        exit 2
    fi
}

# Usage: launch MAIN-CLASS ARGUMENT..., with another heap when $heap has the flags for it
launch() {
    require_value
    find_java
    build
    flags=$(sed -n 's:.*<jvm.flags>\(.*\)</jvm.flags>.*:\1:p' "$root/pom.xml")
    [ -n "$flags" ] || die "no jvm.flags in $root/pom.xml"
    # The newest, where an older version has left its own.
    jar=$(find "$root/benchmarks/target" -maxdepth 1 -name 'penstock-benchmarks-[0-9]*.jar' \
        -exec ls -t {} + | head -n 1)
    [ -f "$jar" ] || die "no penstock-benchmarks jar in $root/benchmarks/target: delete that folder"
    # Flags are words without blanks: the split is meant.
    # shellcheck disable=SC2086
    exec "$java" $flags -Dagrona.disable.bounds.checks=true ${heap:--Xms2g -Xmx2g -XX:+AlwaysPreTouch} \
        -cp "$jar:$(cat "$classpath_file")" "$@"
}
