#!/bin/sh
# The tests' needs that are not Python packages: a Chromium, a PostgreSQL server (each test run starts one of its own on
# a socket in a temporary folder), and the OpenMP runtime that lightgbm's wheel leaves out.
# As root on Debian they are installed; elsewhere this says what to install, and the tests that need them skip.
set -u

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing="chromium"
# ldconfig may lie outside a user's PATH
PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q 'libgomp\.so\.1 ' || missing="$missing libgomp1"
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing from Debian: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list of packages
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } \
        >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -5 "$log" >&2
    rm -f "$log"
fi
echo "Not here: $missing (apt-get install $missing). The tests that need it will say so and skip." >&2
