#!/usr/bin/env bash
# The step "Lint" of action.yml: writes the SARIF report, tells the findings in the log, and ends as
# `clawconf lint` does. Everything it is told comes through the environment.
set -euo pipefail

flags=(--fail-on "${FAIL_ON:-error}")
if [ -n "${SETTINGS:-}" ]; then flags+=(--settings "$SETTINGS"); fi
if [ -n "${BASELINE:-}" ]; then flags+=(--baseline "$BASELINE"); fi

# One a line, so that a name may hold blanks.
while IFS= read -r line; do
  if [ -n "$line" ]; then flags+=("$line"); fi
done <<< "${ARGS:-}"
paths=()
while IFS= read -r line; do
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<< "${PATHS:-.}"

report="${SARIF_FILE:-clawconf.sarif}"
code=0
clawconf lint "${flags[@]}" --format sarif -- "${paths[@]}" > "$report" || code=$?
if [ ! -s "$report" ]; then
  # It could not run at all, and has said why.
  rm -f "$report"
  report=""
fi
{
  echo "sarif-file=$report"
  echo "exit-code=$code"
} >> "$GITHUB_OUTPUT"

# The same for whoever reads the log; the report above has said what could not be read.
format=human
if [ "${ANNOTATIONS:-false}" = "true" ]; then format=github; fi
clawconf lint "${flags[@]}" --format "$format" -- "${paths[@]}" 2>/dev/null || true
exit "$code"
