#!/usr/bin/env bash
# The weekly job of a newsletter that keeps its drafts in a git repository: reads the sources, brings the
# section of every draft up to date, and pushes the result to a branch of its own, the proposal. Run it by cron
# or by weekly.yml.
#
#     weekly.sh [CLONE]     a clone of the repository [default: the current folder]; its files are not touched
#
# Environment (all optional):
#     RUSTY_EVENTS          the program [rusty-events]
#     RUSTY_EVENTS_CONFIG   its configuration: a folder in the repository, or an absolute path [config, if that is
#                           there; else the one compiled in]
#     MAIN                  the branch with the drafts [main]
#     BRANCH                the branch with the proposal [events]
#     DATA                  the branch with the database [events-data]
#     DRAFTS                which files, as patterns [draft/*-this-week-in-rust.md]
#     REPORT                where the report is written [standard output]
#
# Exit codes: 0 done; 3 done, but some source may be missing something. With any other code nothing was pushed.
# It needs bash 4.4 and git 2.38, or newer. Afterwards refs/weekly/proposed names what is proposed, if anything is.
set -euo pipefail

say() { printf 'weekly: %s\n' "$1" >&2; }

clone=$(cd "${1:-.}" && pwd -P)
main=${MAIN:-main}
branch=${BRANCH:-events}
data=${DATA:-events-data}
drafts=${DRAFTS:-draft/*-this-week-in-rust.md}
report=${REPORT:-}
[ -z "$report" ] || report=$(cd "$(dirname "$report")" && pwd)/$(basename "$report")
program=$(command -v "${RUSTY_EVENTS:-rusty-events}") || { say "${RUSTY_EVENTS:-rusty-events} is not installed" && exit 1; }
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
cd "$clone"
control=$(git rev-parse --absolute-git-dir)

# Hooks are for people, and a clean-up in the background would outlive the lock.
git() { command git -c core.hooksPath=/dev/null -c gc.autoDetach=false -c maintenance.autoDetach=false "$@"; }
if ! git config user.email >/dev/null; then
    export GIT_AUTHOR_NAME=rusty-events GIT_AUTHOR_EMAIL=rusty-events@localhost
    export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
fi

# A second run in this clone waits for the first. The lock goes with the process, however that ends.
if command -v flock >/dev/null; then
    exec 9>"$control/weekly.lock"
    flock -n 9 || { say "another run is at work in $clone: waiting for it" && flock -w 7200 9; }
fi

# The files have the same path in every run: the database remembers drafts by their path.
tree=$control/weekly
work=$(mktemp -d)
remove_tree() {
    cd "$clone"
    rm -rf "$tree"
    git worktree prune
}
trap 'remove_tree; rm -rf "$work"' EXIT
export RUSTY_EVENTS_DATABASE=$work/events.db

# Drafts that both sides changed are merged row by row.
export WEEKLY_PROGRAM=$program WEEKLY_NOTES=$work/notes.md WEEKLY_UNION=
echo '* merge=rusty-events' >"$work/attributes"
# shellcheck disable=SC2016 # Git's shell expands them.
driver='"$WEEKLY_PROGRAM" merge $WEEKLY_UNION --report "$WEEKLY_NOTES" %O %A %B'

# Fetches the three branches: $m is the head of main, $b of the proposal, $d of the database; empty if there is none.
take() {
    local name refs=()
    # That origin cannot be asked must not pass for "there is none".
    git -C "$clone" ls-remote --heads origin >"$work/heads" || { say "origin cannot be asked for its branches" && exit 1; }
    for name in main branch data; do
        if grep -q "[[:space:]]refs/heads/${!name}\$" "$work/heads"; then
            refs+=("+refs/heads/${!name}:refs/weekly/$name")
        else
            git update-ref -d "refs/weekly/$name"
        fi
    done
    git -C "$clone" fetch --quiet --no-tags origin "${refs[@]}" || return 1
    m=$(git rev-parse --verify --quiet refs/weekly/main) || { say "origin has no branch $main" && exit 1; }
    b=$(git rev-parse --verify --quiet refs/weekly/branch) || b=
    d=$(git rev-parse --verify --quiet refs/weekly/data) || d=
}

# The database is exactly as old as what was pushed last: what was written then, and what the sources said. The
# sources are read once: where another run pushed meanwhile, that run has read them.
read_sources() {
    rm -f "$RUSTY_EVENTS_DATABASE"*
    if [ "$in_hand" = "data:$d" ]; then
        "$program" restore "$work/read.db" >&2
        return
    fi
    missing=
    parent=()
    if [ -z "$d" ]; then
        missing="there is no branch $data"
    elif ! { git show "$d:events.db" >"$work/copy.db" && "$program" restore "$work/copy.db" >&2; } 2>"$work/why"; then
        missing=$(tail -n 1 "$work/why")
        # What cannot be read today is not thrown away for it.
        parent=(-p "$d")
    fi
    [ -z "$missing" ] || say "begins without a database: $missing"
    if [ -z "$in_hand" ] || [ -n "$missing" ]; then
        code=0
        "$program" refresh || code=$?
        [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
    fi
    rm -f "$work/read.db"
    "$program" backup "$work/read.db" >&2
    in_hand=data:$d
}

# Whether main held all that a commit of the proposal changed, at one time: it was merged, squashed or rebased.
was_merged() {
    local point merged
    while read -r point; do
        merged=$(git merge-tree --write-tree "$point" "$1" 2>/dev/null) || continue
        [ "$merged" != "$(git rev-parse "$point^{tree}")" ] || return 0
    done <"$work/points"
    return 1
}

# The newest commit of the proposal that was merged.
merged_last() {
    local fork commit changed=()
    fork=$(git merge-base "$m" "$b") || return 0
    mapfile -d '' -t changed < <(git diff -z --name-only --no-renames "$fork" "$b")
    {
        echo "$m"
        git rev-list --first-parent --max-count=200 "$fork..$m" -- "${changed[@]}"
    } >"$work/points"
    for commit in $(git rev-list --first-parent --max-count=30 "$fork..$b") "$fork"; do
        [ "$commit" != "$fork" ] || return 0
        if was_merged "$commit"; then
            echo "$commit"
            return
        fi
    done
}

is_draft() {
    local pattern
    set -f
    for pattern in $drafts; do
        # shellcheck disable=SC2053 # a pattern is meant
        if [[ $1 == $pattern ]]; then
            set +f
            return 0
        fi
    done
    set +f
    return 1
}

# shellcheck disable=SC2016 # Markdown's marks of code.
note() { printf '* `%s` %s\n' "$(printf '%s' "$1" | tr -d '`\n')" "$2" >>"$WEEKLY_NOTES"; }

# Takes what main says of a file, or that it has none.
as_main() {
    if git cat-file -e "$m:$1" 2>/dev/null; then
        git checkout --quiet "$m" -- "$1"
    else
        git rm --quiet --force --ignore-unmatch -- "$1"
    fi
}

merge_main() { git -c core.attributesFile="$work/attributes" -c merge.rusty-events.driver="$driver" merge-recursive "$@" -- "$b" "$m" >&2; }

# Checks out the proposal as it would be if main were merged into it; people change the drafts in both.
prepare() {
    local path last bases=() parents=()
    : >"$WEEKLY_NOTES"
    remove_tree
    last=
    [ -z "$b" ] || last=$(merged_last)
    if [ -z "$b" ] || [ "$last" = "$b" ] || git merge-base --is-ancestor "$b" "$m"; then
        # Nothing is proposed, or all of it was merged.
        git worktree add --quiet --detach "$tree" "$m"
        cd "$tree"
        settled=yes
        return
    fi
    settled=
    git worktree add --quiet --detach "$tree" "$b"
    cd "$tree"
    if git merge-base --is-ancestor "$m" "$b"; then
        return
    fi
    if [ -n "$last" ]; then
        # What was squashed is in main under another name; only what came after it is still proposed.
        bases=("$last")
        parents=(-p "$m")
    else
        mapfile -t bases < <(git merge-base --all "$b" "$m")
        parents=(-p "$b" -p "$m")
    fi
    if [ ${#bases[@]} = 0 ]; then
        note "$main" "has a new history that shares nothing with the proposal, which begins anew from it; its text is in $b."
        git checkout --quiet --detach "$m"
        settled=yes
        return
    fi
    WEEKLY_UNION=
    if ! merge_main "${bases[@]}"; then
        git reset --quiet --hard "$b"
        : >"$WEEKLY_NOTES"
        WEEKLY_UNION=--union
        note "$main" "and the proposal changed the same lines outside the section: both stand now, one after the other."
        if ! merge_main "${bases[@]}"; then
            # The list first: git refreshes the index when it has listed, and nothing may have changed it by then.
            git diff -z --name-only --diff-filter=U >"$work/unmerged"
            while IFS= read -r -d '' path; do
                as_main "$path"
                note "$path" "was renamed, taken out or replaced on one side and changed on the other: it is now as on \`$main\`; the proposal's text is in $b."
            done <"$work/unmerged"
        fi
    fi
    # A draft that main has moved elsewhere is printed: what was proposed for it and not merged is over.
    git diff -z --name-status -M --diff-filter=R "${bases[0]}" "$m" >"$work/moved"
    while IFS= read -r -d '' _ && IFS= read -r -d '' path && IFS= read -r -d '' now; do
        if is_draft "$path" && ! is_draft "$now" && ! git diff --quiet "$m" -- "$now"; then
            as_main "$now"
            note "$now" "was printed without what was proposed for it, which is no longer proposed; it is in $b."
        fi
    done <"$work/moved"
    git checkout --quiet --detach "$(git commit-tree "$(git write-tree)" "${parents[@]}" -m "Merge $main")"
}

# Brings the drafts up to date.
update() {
    local files=()
    shopt -s nullglob
    # shellcheck disable=SC2206 # patterns of files
    files=($drafts)
    shopt -u nullglob
    "$program" learn . || say "no printed issue was learned"
    if [ ${#files[@]} = 0 ]; then
        say "no file of $main is $drafts: there is no draft to bring up to date"
        printf 'There is no draft to bring up to date.\n' >"$work/report.md"
        return
    fi
    code=0
    "$program" update "${files[@]}" --report "$work/report.md" || code=$?
    [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
    git add -- "${files[@]}"
    git diff --cached --quiet || git commit --quiet --message "Upcoming Events: bring up to date"
}

# Commits the database: a branch of one commit, so that the repository does not grow by a database each week.
commit_database() {
    local blob row
    rm -f "$work/backup.db"
    "$program" backup "$work/backup.db" >&2
    blob=$(git hash-object -w "$work/backup.db")
    row=$(printf '100644 blob %s\tevents.db\n' "$blob" | git mktree)
    database=$(git commit-tree "$row" "${parent[@]}" -m "Database of the weekly job")
}

# Pushes drafts and database, both or neither: a database that knows of rows which no one saw would take them for
# rows that people took out. A lease keeps it from what another run or a person pushed meanwhile; a refspec with a
# plus sign would override that.
push() {
    local leases=("--force-with-lease=refs/heads/$data:$d") refs=("$database:refs/heads/$data")
    if [ -n "$proposed" ] || [ -z "$settled" ]; then
        leases+=("--force-with-lease=refs/heads/$branch:$b")
        refs+=("$(git rev-parse HEAD):refs/heads/$branch")
    fi
    git -C "$clone" push --quiet --atomic "${leases[@]}" origin "${refs[@]}"
}

in_hand=
for attempt in 1 2 3 4 5; do
    if ! take; then
        say "a branch went away while it was fetched"
        continue
    fi
    before="$m $b $d"
    prepare
    read_sources
    update
    commit_database
    if git diff --quiet "$m" HEAD; then
        say "nothing to propose"
        proposed=
    else
        proposed=$(git rev-parse HEAD)
    fi
    if push; then
        git update-ref -d refs/weekly/proposed
        [ -z "$proposed" ] || git update-ref refs/weekly/proposed "$proposed"
        {
            if [ -n "$missing" ]; then
                printf '> **This run began without the database of the last one** (%s). Nothing counts as withdrawn, and what people changed or took out cannot be known from what the program wrote: rows that were taken out may be back.\n\n' \
                    "$(printf '%s' "$missing" | tr -d '`<>[]*\\_')"
            fi
            if [ -s "$WEEKLY_NOTES" ]; then
                printf '### Changed on both sides\n\n%s\n\n' "$(cat "$WEEKLY_NOTES")"
            fi
            cat "$work/report.md"
        } >"$work/body.md"
        if [ -n "$report" ]; then
            cp "$work/body.md" "$report"
        else
            cat "$work/body.md"
        fi
        exit "$code"
    fi
    take || continue
    if [ "$before" = "$m $b $d" ]; then
        say "origin refused the push: nothing was pushed"
        exit 1
    fi
    say "somebody else pushed meanwhile: once more ($attempt of 5)"
done
say "the branches changed at every attempt: nothing was pushed; the next run begins anew"
exit 1
