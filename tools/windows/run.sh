#!/usr/bin/env bash
# Runs a command in the rig of setup.sh: run.sh FOLDER python -m pytest ...; the exit code is the command's.
set -euo pipefail
rig=$(cd "${1:?usage: run.sh FOLDER COMMAND...}" && pwd)
program=${2:?usage: run.sh FOLDER COMMAND...}
shift 2
export WINEPREFIX="$rig/prefix" WINEDEBUG="${WINEDEBUG:--all}" WINEPATH="$rig/python;$rig/python/Scripts"
export WINEDLLOVERRIDES="${WINEDLLOVERRIDES:-mscoree,mshtml=;winemenubuilder.exe=}"
unset SSL_CERT_DIR SSL_CERT_FILE PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED
[ "$program" = python ] && program="$rig/python/python.exe"

# Wine knows terminals and pipes; Python does not start on anything else, so that is put behind a pipe.
needs_pipe() { [ ! -t "$1" ] && [ ! -p "/proc/$$/fd/$1" ]; }
exec 8>&1 9>&2
copiers=()
needs_pipe 0 && exec 0< <(:)
if needs_pipe 1; then exec 1> >(exec cat >&8); copiers+=($!); fi
if needs_pipe 2; then exec 2> >(exec cat >&9); copiers+=($!); fi
code=0
wine "$program" "$@" 8>&- 9>&- || code=$?
exec 1>&- 2>&-
for copier in ${copiers[@]+"${copiers[@]}"}; do   # Wine's services may hold the pipes for longer than the program
  for _ in {1..20}; do kill -0 "$copier" 2>/dev/null || break; sleep 0.1; done
  kill "$copier" 2>/dev/null || true
done
exit "$code"
