#!/usr/bin/env bash
# Puts what `rusty-events export DIR` wrote onto an object store, in an order in which no reader meets a link to
# something that is not there yet: feeds and data first, pages after them, and last goes what is gone.
#
#   publish.sh DIR REMOTE          publish.sh /var/lib/rusty-events/public events:my-bucket
#
# REMOTE is rclone's name of a bucket or of a folder in it. Every file goes up with the content type and the cache
# header that DIR/headers.json gives it, and only if its bytes or its headers changed. Only what this script put
# there is ever deleted: the headers.json of the last run, which lies beside the files, is its memory. A run that
# was cut off is mended by the next.
#
# FORCE=1 allows a run that takes away more than half of what is published.
# Needs rclone 1.60 or newer, and jq. Exit codes: 0 published, 1 not, or not wholly; 2 wrong usage.
set -euo pipefail

fail() {
    printf 'publish: %s\n' "$1" >&2
    exit "${2:-1}"
}

[ $# -eq 2 ] || fail "usage: publish.sh DIR REMOTE" 2
for tool in rclone jq; do
    command -v "$tool" >/dev/null || fail "$tool is not installed" 2
done
# The export is switched by rename; the run keeps to the one that it began with.
dir=$(realpath -e -- "$1") || fail "$1: there is no such folder; run rusty-events export $1 first"
remote=${2%/}
[ -f "$dir/headers.json" ] || fail "$1 holds no headers.json: it is not what rusty-events export wrote"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Paths inside the folder, and headers of one line, or nothing is done at all.
well_formed='
    type == "array" and all(.[];
        (.path | type == "string" and test("^[^/\\p{Cc}][^\\p{Cc}]*$") and (split("/") | all(. != "" and . != "." and . != "..")))
        and ([.content_type, .cache_control] | all(type == "string" and test("^[\\x20-\\x7e]+$"))))'
jq -e "$well_formed and (map(.path) | length == (unique | length))" "$dir/headers.json" >"$work/answer" ||
    fail "$1/headers.json is not a list of {path, content_type, cache_control}, one entry a file"
# The list itself goes up too, as the last; it needs no entry.
jq 'map(select(.path != "headers.json")) | sort_by(.path)' "$dir/headers.json" >"$work/new.json"

jq -r '.[].path' "$work/new.json" | LC_ALL=C sort >"$work/listed"
(cd "$dir" && find . -type f ! -path ./headers.json -printf '%P\n') | LC_ALL=C sort >"$work/found"
diff "$work/listed" "$work/found" >&2 ||
    fail "headers.json and the files differ (<: listed only, >: there only): export again"
[ -s "$work/listed" ] || fail "$1 holds no files; nothing is published over what stands"

# What the last run published. Exit code 3 of rclone: there is no such folder yet.
code=0
known=$(rclone lsf --files-only --max-depth 1 --include /headers.json "$remote") || code=$?
[ "$code" = 0 ] || [ "$code" = 3 ] || fail "cannot read $remote (rclone ended with $code)"
if [ -n "$known" ]; then
    rclone cat "$remote/headers.json" >"$work/old.json"
    jq -e "$well_formed" "$work/old.json" >"$work/answer" 2>&1 ||
        fail "$remote/headers.json was not written by this script; move it away and publish again"
else
    echo '[]' >"$work/old.json"
fi

jq -r --slurpfile new "$work/new.json" 'map(.path) - ($new[0] | map(.path)) - ["headers.json"] | .[]' "$work/old.json" >"$work/gone"
gone=$(wc -l <"$work/gone")
before=$(jq length "$work/old.json")
if [ $((gone * 2)) -gt "$before" ] && [ "${FORCE:-}" != 1 ]; then
    fail "$gone of $before published files are no longer in $1: is the database the right one? FORCE=1 takes them away"
fi

# A line for each pair of headers: pages after all else, and whether the pair is new for its files. The store
# compares bytes only, so a file with changed headers is sent again even if its bytes are the same.
jq -r --slurpfile old "$work/old.json" '
    ($old[0] | map({key: .path, value: [.content_type, .cache_control]}) | from_entries) as $was
    | map(. + {page: (.content_type | test("^text/html\\b"; "i")),
               same: ($was[.path] == [.content_type, .cache_control])})
    | group_by([.page, .content_type, .cache_control, .same])[]
    | {same: .[0].same, type: .[0].content_type, cache: .[0].cache_control, paths: map(.path)}
    | tojson' "$work/new.json" >"$work/groups"

while IFS= read -r group; do
    jq -r '.paths[]' <<<"$group" >"$work/paths"
    compare=--ignore-times
    [ "$(jq -r .same <<<"$group")" = false ] || compare=--checksum
    rclone copy "$compare" --files-from-raw "$work/paths" \
        --header-upload "Content-Type: $(jq -r .type <<<"$group")" \
        --header-upload "Cache-Control: $(jq -r .cache <<<"$group")" \
        "$dir" "$remote" </dev/null
done <"$work/groups"

if [ "$gone" -gt 0 ]; then
    rclone delete --files-from-raw "$work/gone" "$remote"
fi
rclone copyto --ignore-times \
    --header-upload "Content-Type: application/json" --header-upload "Cache-Control: no-store" \
    "$work/new.json" "$remote/headers.json"
printf 'publish: %s files stand at %s, %s taken away\n' "$(wc -l <"$work/listed")" "$remote" "$gone" >&2
