# Sourced by test/run and docs/examples/run: installs what a fresh Debian or Ubuntu machine lacks.
#
#     need g++ g++; want clang++-19 clang-19; install_missing
#
# Nothing is asked of the network, nor of root's rights, when nothing is missing.

needed=
wanted=

# need COMMAND PACKAGE: without this command there is no going on.
need() { command -v "$1" >/dev/null 2>&1 || needed="$needed $2"; }

# want COMMAND PACKAGE: this one would be good to have.
want() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }

# missing_for EXAMPLE: the packages of docs/examples/packages that it needs and that are not here; of
# `all`: those of all examples. It asks the compiler and pkg-config.
missing_for() {
    while read -r example header package library; do
        case $1 in "$example" | all) ;; *) continue ;; esac
        flags=
        [ -z "$library" ] || flags=$(pkg-config --cflags "$library" 2>/dev/null) || true
        printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$header" |
            c++ $flags -E -x c++ - >/dev/null 2>&1 || printf ' %s' "$package"
    done <"$root/docs/examples/packages"
}

# apt ARGUMENTS: apt-get as root or with sudo, without questions.
apt() {
    if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null 2>&1
}

can_install() {
    command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }
}

install_missing() {
    [ -n "$needed$wanted" ] || return 0
    if can_install; then
        echo "installing$needed$wanted ..." >&2
        said=$(apt update -qq) || true # some list may be out of reach and not matter
        options='-o DPkg::Lock::Timeout=300 -y -qq --no-install-recommends'
        for package in $wanted; do
            said=$(apt install $options "$package") || echo "not to be had here: $package" >&2
        done
        [ -n "$needed" ] || return 0
        said=$(apt install $options $needed) && return 0
        printf '%s\n' "$said" "lasti: please install$needed (apt-get could not)" >&2
        exit 1
    elif [ -n "$needed" ]; then
        echo "lasti: please install$needed (no apt-get here, or no right to use it)" >&2
        exit 1
    else
        echo "lasti: going on without$wanted (no apt-get here, or no right to use it)" >&2
    fi
}
