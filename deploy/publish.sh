#!/usr/bin/env bash
# Puts what `rusty-events export DIR` wrote onto an object store, in an order in which no page links to something that
# is not there: first all files that are new, which nothing links to yet, then changed data, then changed pages, and
# last goes what is gone, once no cache keeps the pages that linked to it.
#
#   publish.sh DIR REMOTE          publish.sh /var/lib/rusty-events/public events:my-bucket
#
# REMOTE is rclone's name of a bucket or of a folder in it. Every file goes up with the content type and the cache
# header that DIR/headers.json gives it, and only if its bytes or its headers changed. The headers.json beside the
# published files is the script's memory: what it put there, with checksums. So the store is not asked for what did
# not change, and only what the script put there is ever deleted. A run that was cut off is mended by the next.
#
# FORCE=1 allows a run that takes away more than half of what is published.
# ALL=1   sends every file again: after someone else wrote to the store.
# WAIT=n  seconds before what is gone is taken away. Default: as long as caches keep the pages, at most 300.
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
jq -r '.[].path | select(. != "headers.json")' "$dir/headers.json" | LC_ALL=C sort >"$work/listed"
(cd "$dir" && find . -type f ! -path ./headers.json -printf '%P\n') | LC_ALL=C sort >"$work/found"
diff "$work/listed" "$work/found" >&2 ||
    fail "headers.json and the files differ (<: listed only, >: there only): export again"
[ -s "$work/listed" ] || fail "$1 holds no files; nothing is published over what stands"
(cd "$dir" && xargs -d '\n' -a "$work/listed" sha256sum --zero --) | tr '\0' '\n' >"$work/sums"
jq --rawfile sums "$work/sums" '
    ($sums | split("\n") | map(select(. != "") | {key: .[66:], value: .[:64]}) | from_entries) as $sum
    | map(select(.path != "headers.json") | {path, content_type, cache_control, sum: $sum[.path]})
    | sort_by(.path)' "$dir/headers.json" >"$work/new.json"

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

# What is to be done: the steps 1 to 3 for files that go up, 4 for those that are gone. `unsure` in the memory is a file
# that a cut-off run was about to send for the first time: nothing links to it yet.
jq --slurpfile old "$work/old.json" --arg all "${ALL:-}" '
    (map({key: .path, value: true}) | from_entries) as $is
    | ($old[0] | map({key: .path, value: .}) | from_entries) as $was
    | map(. as $file | $was[.path] as $before
        | if $before == null or $before.unsure then .step = 1
          elif $all != "1" and ([$before | .content_type, .cache_control, .sum] == [$file | .content_type, .cache_control, .sum]) then .step = 0
          elif .content_type | test("^text/html\\b"; "i") then .step = 3
          else .step = 2 end)
    + ($old[0] | map(select(.path != "headers.json" and ($is[.path] | not)) | .step = 4))' "$work/new.json" >"$work/plan.json"

gone=$(jq -r 'map(select(.step == 4)) | length' "$work/plan.json")
sent=$(jq -r 'map(select(.step >= 1 and .step <= 3)) | length' "$work/plan.json")
before=$(jq length "$work/old.json")
if [ $((gone * 2)) -gt "$before" ] && [ "${FORCE:-}" != 1 ]; then
    fail "$gone of $before published files are no longer in $1: is the database the right one? FORCE=1 takes them away"
fi
if [ $((gone + sent)) = 0 ]; then
    printf 'publish: %s files stand at %s, nothing changed\n' "$before" "$remote" >&2
    exit 0
fi

remember() {
    rclone copyto --ignore-times \
        --header-upload "Content-Type: application/json" --header-upload "Cache-Control: no-store" \
        "$1" "$remote/headers.json"
}

# Written down before it is done: what is sent from here on, this run or a later one can take away again.
jq 'map((if .step == 1 then .unsure = true else . end) | if .step == 0 then . else del(.sum) end | del(.step))' \
    "$work/plan.json" >"$work/begun.json"
remember "$work/begun.json"

# One run of rclone for each step and pair of headers.
jq -r 'map(select(.step >= 1 and .step <= 3)) | group_by([.step, .content_type, .cache_control])[]
    | {type: .[0].content_type, cache: .[0].cache_control, paths: map(.path)} | tojson' "$work/plan.json" >"$work/groups"
while IFS= read -r group; do
    jq -r '.paths[]' <<<"$group" >"$work/paths"
    rclone copy --no-check-dest --no-traverse --transfers 16 --files-from-raw "$work/paths" \
        --header-upload "Content-Type: $(jq -r .type <<<"$group")" \
        --header-upload "Cache-Control: $(jq -r .cache <<<"$group")" \
        "$dir" "$remote" </dev/null
done <"$work/groups"

if [ "$gone" -gt 0 ]; then
    # The pages that were replaced just now led to it.
    kept=$(jq -r '[.[] | select(.step == 3) | .cache_control | capture("max-age=(?<seconds>[0-9]{1,9})").seconds | tonumber]
        | [max // 0, 300] | min' "$work/plan.json")
    sleep "${WAIT:-$kept}"
    jq -r '.[] | select(.step == 4) | .path' "$work/plan.json" >"$work/gone"
    rclone delete --files-from-raw "$work/gone" "$remote"
fi
remember "$work/new.json"
printf 'publish: %s files stand at %s, %s sent, %s taken away\n' "$(wc -l <"$work/listed")" "$remote" "$sent" "$gone" >&2
