# Sourced by the scripts here: reads what Linux says of the machine in /proc and /sys. Every function
# prints nothing where it cannot know. Not to be run by itself.

# shellcheck shell=sh

# Where /proc and /sys lie: a copy of another machine's, or nothing for this one's.
machine_root=${machine_root:-}

# first FILE: its first line
first() {
    if [ -r "$machine_root$1" ]; then
        head -n 1 "$machine_root$1" 2>/dev/null || true
    fi
}

# chosen FILE: the word in [brackets]
chosen() {
    first "$1" | sed -n 's/.*\[\([^]]*\)\].*/\1/p'
}

# field FILE NAME: the value of the first line "NAME : value"
field() {
    if [ -r "$machine_root$1" ]; then
        sed -n "s/^$2[[:space:]]*:[[:space:]]*//p" "$machine_root$1" | head -n 1
    fi
}

# kernel_word NAME: the value of NAME= in the kernel's command line
kernel_word() {
    first /proc/cmdline | tr ' ' '\n' | sed -n "s/^$1=//p" | head -n 1
}

cores() {
    if [ -z "$machine_root" ]; then
        nproc 2>/dev/null || getconf _NPROCESSORS_ONLN
    elif [ -r "$machine_root/proc/cpuinfo" ]; then
        grep -c '^processor' "$machine_root/proc/cpuinfo"
    fi
}

is_virtual() {
    field /proc/cpuinfo flags | grep -qw hypervisor
}

memory_mib() {
    field /proc/meminfo MemTotal | awk '{ print int($1 / 1024) }'
}

# cgroup_file CONTROLLER FILE: FILE of this process's group, or of the root's, of either version
cgroup_file() {
    own=
    if [ -r "$machine_root/proc/self/cgroup" ]; then
        own=$(sed -n -e "s/^[0-9]*:\([^:]*,\)*$1\(,[^:]*\)*:\(.*\)/\3/p" \
            "$machine_root/proc/self/cgroup" | head -n 1)
        [ -n "$own" ] || own=$(sed -n 's/^0:://p' "$machine_root/proc/self/cgroup" | head -n 1)
    fi
    for group in "/sys/fs/cgroup$own" "/sys/fs/cgroup/$1$own" /sys/fs/cgroup "/sys/fs/cgroup/$1"; do
        if [ -r "$machine_root$group/$2" ]; then
            first "$group/$2"
            return
        fi
    done
}

# Cores that the group may use, or none.
cgroup_cpus() {
    limit=$(cgroup_file cpu cpu.max)
    [ -n "$limit" ] || limit="$(cgroup_file cpu cpu.cfs_quota_us) $(cgroup_file cpu cpu.cfs_period_us)"
    echo "$limit" | awk 'NF == 2 { print ($1 == "max" || $1 < 0) ? "none" : $1 / $2 }'
}

# MiB that the group may use, or none.
cgroup_memory_mib() {
    limit=$(cgroup_file memory memory.max)
    [ -n "$limit" ] || limit=$(cgroup_file memory memory.limit_in_bytes)
    # Version 1 says "none" as the largest multiple of a page.
    echo "$limit" | awk 'NF == 1 { print ($1 == "max" || $1 > 9e18) ? "none" : int($1 / 1048576) }'
}

# mount_of DIR: type and options of its file system; what names a place is left out
mount_of() {
    [ -r "$machine_root/proc/self/mountinfo" ] || return 0
    point=/
    [ -n "$machine_root" ] || point=$(df -P "$1" 2>/dev/null | awk 'END { print $NF }')
    awk -v point="$point" '
        $5 == point {
            for (i = 6; $i != "-"; i++) {}
            found = $(i + 1) " " $6 "," $(i + 3)
        }
        END {
            if (found == "") { exit }
            split(found, parts, " ")
            count = split(parts[2], options, ",")
            line = ""
            for (i = 1; i <= count; i++) {
                if (options[i] !~ /\// && !(options[i] in seen)) {
                    line = line (line == "" ? "" : ",") options[i]
                }
                seen[options[i]] = 1
            }
            print parts[1], line
        }' "$machine_root/proc/self/mountinfo"
}

# steal_percent: of all processor time since the start, what the hypervisor gave to others
steal_percent() {
    first /proc/stat | awk '$1 == "cpu" && NF >= 9 {
        for (i = 2; i <= 9; i++) { all += $i }
        if (all > 0) { printf "%.2f\n", 100 * $9 / all }
    }'
}

governors() {
    for file in "$machine_root"/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor; do
        if [ -r "$file" ]; then
            head -n 1 "$file"
        fi
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# on, off, or nothing
turbo() {
    case $(first /sys/devices/system/cpu/intel_pstate/no_turbo) in
        0) echo on && return ;;
        1) echo off && return ;;
    esac
    case $(first /sys/devices/system/cpu/cpufreq/boost) in
        1) echo on ;;
        0) echo off ;;
    esac
}

# KiB of swap that there are, and that are used.
swaps() {
    if [ -r "$machine_root/proc/swaps" ]; then
        awk 'NR > 1 { kib += $3; used += $4 } END { print kib + 0, used + 0 }' "$machine_root/proc/swaps"
    fi
}

# unlimited, or KiB that a process may lock in memory
locked_memory() {
    if [ -r "$machine_root/proc/self/limits" ]; then
        sed -n 's/^Max locked memory *\([^ ]*\).*/\1/p' "$machine_root/proc/self/limits" |
            awk '{ print ($1 == "unlimited") ? $1 : int($1 / 1024) }'
    fi
}
