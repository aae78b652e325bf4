#!/usr/bin/env bash
# The steps of a release that are more than one command. release.yml runs them, and so can a person.
#
#     pack.sh check TAG        is the tag the version of Cargo.toml, and does the changelog have it?
#     pack.sh pack TARGET      tries the binary of a target, and packs it with completions and manual pages
#     pack.sh notes TAG        the version's part of the changelog, for the release
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'pack: %s\n' "$1" >&2; exit 1; }

version() { sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1; }

# The part of the changelog below the heading of a version, to the next one.
notes() {
    awk -v version="$1" '
        $1 == "##" && ($2 == version || index($2, "[" version "]") == 1) { found = 1; next }
        found && /^## / { exit }
        found { print }
    ' CHANGELOG.md
}

check() {
    [ "v$(version)" = "$1" ] || fail "the tag $1 is not v$(version), the version of Cargo.toml"
    [ -n "$(notes "${1#v}" | tr -d '[:space:]')" ] || fail "CHANGELOG.md has no part \"## ${1#v}\""
}

pack() {
    local target=$1 suffix="" name program folder
    case $target in *windows*) suffix=.exe ;; esac
    program=target/$target/release/rusty-events$suffix
    name=rusty-events-$target
    folder=target/pack/$name
    rm -rf "$folder"
    mkdir -p "$folder/completions" "$folder/man"
    # It runs where it was built, without anything beside it.
    "$program" --version
    "$program" demo > target/pack/demo.md
    diff --strip-trailing-cr target/pack/demo.md tests/golden/sample-2024-11-06.md
    rm target/pack/demo.md
    case $target in
        *musl*)
            # Read whole: a grep that ends early would end ldd with a signal, and with it the check.
            case $(ldd "$program" 2>&1 || true) in *'=>'*) fail "$program needs shared libraries" ;; esac
            ;;
    esac
    cp "$program" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$folder"
    "$program" completions bash > "$folder/completions/rusty-events.bash"
    "$program" completions zsh > "$folder/completions/_rusty-events"
    "$program" completions fish > "$folder/completions/rusty-events.fish"
    "$program" completions powershell > "$folder/completions/_rusty-events.ps1"
    "$program" man "$folder/man" > /dev/null
    if [ -n "$suffix" ]; then
        (cd target/pack && 7z a -bso0 "$name.zip" "$name")
    else
        tar --directory target/pack --create --gzip --file "target/pack/$name.tar.gz" "$name"
    fi
    rm -rf "$folder"
    ls -l target/pack
}

case ${1:-} in
    check) check "${2:?which tag?}" ;;
    pack) pack "${2:?which target?}" ;;
    notes) notes "${2#v}" ;;
    *) fail "what to do: check, pack or notes?" ;;
esac
