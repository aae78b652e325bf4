#!/usr/bin/env bash
# Runs what the action is asked for, with the binary on the path.
#
# Environment: COMMAND (lint or update), DRAFTS, BRANCH, MAIN, RUSTY_EVENTS_CONFIG (may be empty), RUNNER_TEMP,
# GITHUB_OUTPUT, GITHUB_BASE_REF (of a pull request), GITHUB_ACTION_PATH.
set -euo pipefail

[ -n "${RUSTY_EVENTS_CONFIG:-}" ] || unset RUSTY_EVENTS_CONFIG

lint() {
    local pattern file files=()
    for pattern in $DRAFTS; do
        for file in $pattern; do [ ! -f "$file" ] || files+=("$file"); done
    done
    if [ ${#files[@]} = 0 ]; then
        printf '::notice::no draft is there: %s\n' "$DRAFTS"
        return 0
    fi
    set -- -- "${files[@]}"
    # Of a pull request only what it brings is reported.
    if [ -n "${GITHUB_BASE_REF:-}" ]; then
        git fetch --quiet --no-tags origin "$GITHUB_BASE_REF"
        set -- --since FETCH_HEAD "$@"
    fi
    rusty-events lint --format github "$@"
}

update() {
    local code=0
    export MAIN BRANCH DRAFTS REPORT=$RUNNER_TEMP/report.md
    git config user.name "github-actions[bot]"
    git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
    bash "$GITHUB_ACTION_PATH/../weekly.sh" || code=$?
    case $code in
        0) ;;
        3) printf '::warning::some sources may be missing something: the end of the report names them\n' ;;
        *) return "$code" ;;
    esac
    printf 'report=%s\n' "$REPORT" >> "$GITHUB_OUTPUT"
    if git rev-parse --verify --quiet refs/weekly/proposed > /dev/null; then
        printf 'proposed=true\n' >> "$GITHUB_OUTPUT"
    else
        printf 'proposed=false\n' >> "$GITHUB_OUTPUT"
    fi
}

case $COMMAND in
    lint) lint ;;
    update) update ;;
    *) printf '::error::command: %s is neither lint nor update\n' "$COMMAND" && exit 2 ;;
esac
