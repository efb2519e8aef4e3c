#!/bin/sh
# macOS (a double click in Finder) and Linux: finds a Python that fits and starts the camera. The window stays open when
# something goes wrong, so that it can be read.
cd "$(dirname "$0")" || exit 1

fits='import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14) and sys.maxsize > 2**32))'
for candidate in .venv/bin/python python3.13 python3.12 python3.11 python3.14 python3 python \
                 /opt/homebrew/bin/python3 /usr/local/bin/python3 \
                 /Library/Frameworks/Python.framework/Versions/Current/bin/python3; do
  if "$candidate" -c "$fits" >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done

if [ -z "${python:-}" ]; then
  echo "vtube needs Python 3.11 to 3.14, 64-bit. Get it from https://www.python.org/downloads/ and start this again."
  code=1
else
  "$python" run_vcam.py --open "$@"
  code=$?
fi

if [ "$code" != 0 ] && [ -t 0 ]; then
  printf '\nIt ended with an error (%s); the lines above say why. Press Enter to close this window.' "$code"
  read -r _
fi
exit "$code"
