# Prints the newest python3.N that works: on PATH, in /usr/bin, or among pyenv's versions.
minor=30
while [ "$minor" -ge 9 ]; do
    for candidate in "python3.$minor" "/usr/bin/python3.$minor" "/usr/local/bin/python3.$minor" \
            "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/3.$minor".*/bin/python3; do
        # A name on PATH may be a shim of a version that is not installed: ask it.
        if "$candidate" -c '' >/dev/null 2>&1; then
            echo "$candidate"
            exit
        fi
    done
    minor=$((minor - 1))
done
echo python3
