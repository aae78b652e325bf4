#!/usr/bin/env bash
# The weekly job of a newsletter that keeps its drafts in a git repository: reads the sources, brings the
# section of every draft up to date, and pushes the result to a branch of its own. By cron, or by weekly.yml.
#
#     weekly.sh [CLONE]     a clone that nobody else works in [default: the current folder]
#
# Of the environment (all optional):
#     RUSTY_EVENTS          the program [rusty-events]
#     RUSTY_EVENTS_CONFIG   its configuration [the one compiled in]
#     MAIN                  the branch with the drafts [main]
#     BRANCH                the branch with what is proposed [events]
#     DATA                  the branch with the database [events-data]
#     DRAFTS                which files [draft/*-this-week-in-rust.md]
#     REPORT                where the report is written [standard output]
#
# Exit codes are those of `rusty-events update`: 0, or 3 if some source may be missing something; anything
# else, and nothing was pushed.
set -euo pipefail

clone=$(cd "${1:-.}" && pwd)
program=${RUSTY_EVENTS:-rusty-events}
main=${MAIN:-main}
branch=${BRANCH:-events}
data=${DATA:-events-data}
drafts=${DRAFTS:-draft/*-this-week-in-rust.md}
report=${REPORT:-}
if [ -n "$report" ]; then
    report=$(cd "$(dirname "$report")" && pwd)/$(basename "$report")
fi
cd "$clone"

say() { printf 'weekly: %s\n' "$1" >&2; }

if ! git diff --quiet HEAD; then
    say "$clone has changes that are not committed: this job needs a clone of its own"
    exit 1
fi
if ! git config user.email >/dev/null; then
    export GIT_AUTHOR_NAME=rusty-events GIT_AUTHOR_EMAIL=rusty-events@localhost
    export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Whether origin has a branch. That it cannot be asked must not pass for "no".
has() {
    local code=0
    git ls-remote --exit-code origin "refs/heads/$1" >/dev/null || code=$?
    case $code in
    0) return 0 ;;
    2) return 1 ;;
    *)
        say "origin cannot be asked for its branches"
        exit 1
        ;;
    esac
}

# People change the drafts on the main branch, or in what was proposed: both are kept.
git fetch --quiet origin "+refs/heads/$main:refs/remotes/origin/$main"
if has "$branch"; then
    git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"
    git checkout --quiet -B "$branch" "origin/$branch"
    # A conflict is for people to settle: the job fails, and nothing is pushed.
    if ! git merge --quiet --no-edit "origin/$main"; then
        git merge --abort
        say "origin/$main does not merge into origin/$branch: settle it there by hand"
        exit 1
    fi
else
    git checkout --quiet -B "$branch" "origin/$main"
fi

# The database is exactly as old as what was pushed last: what was written then, and what the sources said.
export RUSTY_EVENTS_DATABASE=$work/events.db
missing=
parent=()
if ! has "$data"; then
    missing="there is no branch $data"
else
    git fetch --quiet origin "refs/heads/$data"
    if ! { git show FETCH_HEAD:events.db >"$work/copy.db" &&
        "$program" restore "$work/copy.db" >&2; } 2>"$work/why"; then
        missing=$(tail -n 1 "$work/why")
        # What cannot be read today is not thrown away for it.
        parent=(-p "$(git rev-parse FETCH_HEAD)")
    fi
fi
if [ -n "$missing" ]; then
    say "begins without a database: $missing"
fi

"$program" learn . || say "no printed issue was learned"
code=0
# shellcheck disable=SC2086 # a pattern of files
"$program" update $drafts --refresh --report "$work/report.md" || code=$?
if [ "$code" != 0 ] && [ "$code" != 3 ]; then
    exit "$code"
fi
if [ -n "$missing" ]; then
    printf '> **This run began without the database of the last one** (%s). Nothing can be told to have been withdrawn, and what people changed or took out cannot be told from what the program wrote: rows that were taken out may be back.\n\n' \
        "$(printf '%s' "$missing" | tr -d '`<>[]*\\_')" >"$work/body.md"
fi
cat "$work/report.md" >>"$work/body.md"

# shellcheck disable=SC2086
git add -- $drafts
git diff --cached --quiet || git commit --quiet --message "Upcoming Events: bring up to date"
"$program" backup "$work/backup.db" >&2
blob=$(git hash-object -w "$work/backup.db")
tree=$(printf '100644 blob %s\tevents.db\n' "$blob" | git mktree)
# A branch of one commit, so that the repository does not grow by a database each week.
database=$(git commit-tree "$tree" "${parent[@]}" -m "Database of the weekly job")

# Both or neither: a database that knows of rows which nobody saw would take them for rows that were taken out.
if git diff --quiet "origin/$main" HEAD; then
    say "nothing to propose"
    git push --quiet origin "+$database:refs/heads/$data"
else
    git push --quiet --atomic origin "HEAD:refs/heads/$branch" "+$database:refs/heads/$data"
fi
if [ -n "$report" ]; then
    cp "$work/body.md" "$report"
else
    cat "$work/body.md"
fi
exit "$code"
