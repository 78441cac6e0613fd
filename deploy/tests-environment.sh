#!/bin/sh
# What the tests need beyond the product: tools from PyPI, and Chromium where this machine allows it.
set -eu
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
if ! command -v chromium >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  else
    echo "chromium is missing: the browser tests will be skipped (sudo apt install chromium)" >&2
  fi
fi
# Unmodified Solid clients, and another Solid server, at the versions and hashes of their lock files.
if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm >/dev/null
fi
if command -v npm >/dev/null; then
  for folder in tests/clients tests/federation pod/programs/guest/javascript; do
    (cd $folder && npm ci --silent --no-audit --no-fund --no-update-notifier)
  done
else
  echo "npm is missing: the tests with unmodified Solid clients and servers, and of apps in JavaScript, will be skipped (sudo apt install npm)" >&2
fi
