#!/usr/bin/env bash
# The steps of action.yml: `find`, `install`, `lint`. Everything comes in through variables; runs
# on Linux, macOS (bash 3.2) and Windows runners.
set -euo pipefail

fail() {
  echo "::error title=clawconf::$1"
  output sarif-file ""
  output exit-code 2
  exit 2
}

# Calls a step output by its name; no value holds a line end.
output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Reads the lines of $1 into the array `lines`, without blank ones and blanks around them.
split_lines() {
  lines=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    if [ -n "$line" ]; then lines+=("$line"); fi
  done <<<"$1"
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

# Outputs where a clawconf is to be built and the key it is cached by; nothing when there is one.
find_clawconf() {
  if command -v clawconf >/dev/null; then
    echo "clawconf is on the path already: $(command -v clawconf)"
    return
  fi
  # Cargo.lock alone would keep the binary of an older version of the action. The image is part of
  # the key because a binary of a newer one may not start on an older one.
  local digest
  digest=$(cd "$GITHUB_ACTION_PATH" &&
    find Cargo.lock Cargo.toml src docs -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat | sha256)
  output root "$RUNNER_TEMP/clawconf"
  output key "clawconf-$RUNNER_OS-$RUNNER_ARCH-${ImageOS:-image}-${digest%% *}"
}

# Builds clawconf from this checkout, unless the cache gave one that starts.
install_clawconf() {
  local root=$CLAWCONF_ROOT
  if ! "$root/bin/clawconf" --version; then
    command -v cargo >/dev/null || fail "There is no cargo to build clawconf with. Install Rust 1.89 or newer first, or put clawconf on the path."
    # Neither the toolchain nor the flags of the repository that is linted count here.
    (
      cd "$GITHUB_ACTION_PATH"
      unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR RUSTUP_TOOLCHAIN
      cargo install --locked --path "$GITHUB_ACTION_PATH" --no-default-features --force --root "$root"
    )
  fi
  echo "$root/bin" >>"$GITHUB_PATH"
}

# Lints into a SARIF file, then once more for people, and exits as the first run did.
lint() {
  local log sarif code=0
  case $INPUT_ANNOTATIONS/$INPUT_UPLOAD_SARIF in
    auto/false | true/true | true/false) log=github ;;
    auto/true | false/true | false/false) log=human ;;
    *) fail "\`annotations\` is auto, true or false, and \`upload-sarif\` true or false." ;;
  esac
  sarif=${INPUT_SARIF_FILE:-$RUNNER_TEMP/clawconf.sarif}
  case $sarif in *$'\n'*) fail "\`sarif-file\` is one path, on one line." ;; esac

  local command=(clawconf lint)
  if [ -n "$INPUT_FAIL_ON" ]; then command+=("--fail-on=$INPUT_FAIL_ON"); fi
  if [ -n "$INPUT_SETTINGS" ]; then command+=("--settings=$INPUT_SETTINGS"); fi
  if [ -n "$INPUT_BASELINE" ]; then command+=("--baseline=$INPUT_BASELINE"); fi
  local lines
  split_lines "$INPUT_ARGS"
  # bash 3.2 calls an empty array unbound.
  command+=(${lines[@]+"${lines[@]}"})
  split_lines "$INPUT_PATHS"
  if [ ${#lines[@]} -eq 0 ]; then lines=(.); fi

  # What a config or a file name holds must not be taken for a command to the runner.
  mkdir -p "$(dirname "$sarif")" 2>/dev/null || fail "The folder of \`sarif-file\` cannot be made."
  local token
  token=$(head -c 16 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  echo "::stop-commands::$token"
  rm -f "$sarif"
  "${command[@]}" --format=sarif -- "${lines[@]}" </dev/null >"$sarif.part" || code=$?
  # After a mistake in the flags there is no report, and an empty one cannot be uploaded.
  if [ -s "$sarif.part" ]; then
    mv "$sarif.part" "$sarif"
    if [ "$log" = human ]; then
      "${command[@]}" --format=human -- "${lines[@]}" </dev/null 2>/dev/null || true
    fi
  else
    rm -f "$sarif.part"
    sarif=
  fi
  echo "::$token::"
  if [ -n "$sarif" ] && [ "$log" = github ]; then
    "${command[@]}" --format=github -- "${lines[@]}" </dev/null 2>/dev/null || true
  fi
  # Where a file could not be read the report is incomplete, and its findings would seem mended.
  if [ "$code" -gt 1 ]; then sarif=; fi
  output sarif-file "$sarif"
  output exit-code "$code"
  exit "$code"
}

case ${1:-} in
  find) find_clawconf ;;
  install) install_clawconf ;;
  lint) lint ;;
  *) fail "lint-action.sh takes one of: find, install, lint." ;;
esac
