#!/usr/bin/env bash
# Builds the documents as a site with mdBook 0.5, and checks that every link inside it leads somewhere.
#
#     docs/site/build.sh [FOLDER]      FOLDER/index.html; by default target/site
#
# The documents stay where GitHub shows them; their links are the same in the site, because it has the same folders. The
# reference is made from what `--help` prints and from the JSON Schemas of the configuration.
# Needs mdbook and jq; checks links if there is linkinator. RUSTY_EVENTS_BIN is the program, by default the debug build.
#
# shellcheck disable=SC2016 # Markdown's backticks
set -euo pipefail
cd "$(dirname "$0")/../.."
site=${1:-target/site}
program=${RUSTY_EVENTS_BIN:-target/debug/rusty-events}
[ -x "$program" ] || { echo "docs/site/build.sh: $program is missing: run \`cargo build\` first" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp docs/site/book.toml "$work"
mkdir "$work/src"
# With what the documents link to. A page that SUMMARY.md does not list would be left out.
tar -c README.md CHANGELOG.md CONTRIBUTING.md deploy docs/*.md {benches,fuzz,data,tests/faults}/README.md config/service.toml \
    benches/growth.svg docs/front-page.png tests/faults/beyond.sh |
    tar -x -C "$work/src"
cp docs/site/SUMMARY.md "$work/src"
# mdBook writes README.md as index.html, and leaves the links to it as they are.
find "$work/src" -name README.md -execdir mv {} index.md \;
find "$work/src" -name '*.md' -exec sed -i -E 's/(\]\([^)]*)\bREADME\.md/\1index.md/g' {} +

# The names of the commands below `rusty-events [COMMAND]`.
commands() { "$program" "$@" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' | grep -v '^help$' || true; }
# What `rusty-events COMMAND --help` prints, without the options of every command.
help() {
    printf '\n%s `rusty-events %s`\n\n```text\n' "$1" "${*:2}"
    "$program" "${@:2}" --help | sed '/^Options of every command:/,/^$/d'
    printf '```\n'
}
mkdir "$work/src/reference"
{
    printf '# Commands\n\nWhat `--help` prints. The options of every command are the last ones of the first list.\n\n```text\n'
    "$program" --help
    printf '```\n'
    for command in $(commands); do
        help '##' "$command"
        for below in $(commands "$command"); do
            help '###' "$command" "$below"
        done
    done
} >"$work/src/reference/commands.md"
{
    printf '# Configuration\n\nEvery key of the files in the configuration, from their JSON Schemas. [`service.toml`](../config/service.toml) explains the settings with examples.\n'
    for file in service sources organisers decisions; do
        jq -r -f docs/site/configuration.jq "config/schema/$file.json"
    done
} >"$work/src/reference/configuration.md"

if [ -e "$site" ] && [ ! -e "$site/.nojekyll" ]; then
    echo "$site is there, and no site that this script built: name another folder, or move it away" >&2
    exit 1
fi
rm -rf "$site"
mdbook build --dest-dir "$work/site" "$work"
mkdir -p "$(dirname "$site")"
mv "$work/site" "$site"
if command -v linkinator >/dev/null; then
    linkinator '**/*.html' --server-root "$site" --check-fragments --skip '^https?://(?!localhost)|/404\.html' --verbosity error
fi
