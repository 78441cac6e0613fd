#!/bin/sh
# Makes .venv from requirements.lock. On Debian, as root, it installs Python's venv if that is missing.
set -eu
python=${1:-python3}
command -v "$python" >/dev/null || { echo "Python 3.11 or newer is needed (Debian: apt install python3 python3-venv)" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "Python's venv is missing: sudo apt install python3-venv" >&2; exit 1
  fi
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
# The project itself, as a path: nothing is built, nothing is fetched.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd > "$site/domicile.pth"
printf '#!%s/.venv/bin/python\nfrom pod.cli import main\n\nmain()\n' "$(pwd)" > .venv/bin/domicile
chmod +x .venv/bin/domicile
