#!/usr/bin/env bash
# Puts the binary of a release on the path. Its checksum must be that of the release, and GitHub must have signed
# where it was built.
#
# Environment: REPOSITORY and VERSION of the release, RUNNER_OS, RUNNER_ARCH, RUNNER_TEMP, GITHUB_PATH, GH_TOKEN.
set -euo pipefail

fail() { printf '::error::%s\n' "$1"; exit 1; }

case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    *) fail "there is no binary for $RUNNER_OS on $RUNNER_ARCH: use a runner with Linux or macOS" ;;
esac
case $VERSION in
    v[0-9]*.[0-9]*.[0-9]*) ;;
    *) fail "version: $VERSION is no release such as v1.2.3; set the input \`version\`" ;;
esac
folder=$RUNNER_TEMP/rusty-events
name=rusty-events-$target
rm -rf "$folder"
mkdir -p "$folder"
gh release download "$VERSION" --repo "$REPOSITORY" --dir "$folder" --pattern "$name.tar.gz" --pattern SHA256SUMS ||
    fail "$REPOSITORY has no release $VERSION with $name.tar.gz"
cd "$folder"
grep " $name.tar.gz\$" SHA256SUMS > own
if command -v sha256sum > /dev/null; then sha256sum --check --strict own; else shasum --algorithm 256 --check own; fi ||
    fail "$name.tar.gz is not the file of the release"
gh attestation verify "$name.tar.gz" --repo "$REPOSITORY" ||
    fail "$name.tar.gz was not built by the release workflow of $REPOSITORY"
tar --extract --gzip --file "$name.tar.gz"
printf '%s\n' "$folder/$name" >> "$GITHUB_PATH"
"$folder/$name/rusty-events" --version
