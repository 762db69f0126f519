# Runs conformance.py under the newest Python of this machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
newest=${CONFORMANCE_PYTHON:-$(sh "$here/../support/newest_python.sh")}
exec "$newest" -B "$here/conformance.py" "$@"
