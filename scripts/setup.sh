# Sourced by the scripts beside it: installs what they need, builds, and says so on stderr in one line
# each. Asks for nothing; prints nothing when nothing is missing. Standard output stays the programs'.
# shellcheck shell=bash
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/build/venv

# Lists of what is needed: a Debian package, or COMMAND:PACKAGE where any COMMAND will do.
# shellcheck disable=SC2034  # used by the scripts that source this file
{
  build_packages=(
    g++:g++ cmake:cmake ninja:ninja-build ccache:ccache mold:mold ca-certificates
    libboost1.81-dev libcurl4-openssl-dev libssl-dev
    nlohmann-json3-dev libcli11-dev libfmt-dev libyaml-cpp-dev
    libsimdjson-dev zlib1g-dev
  )
  python_packages=(python3:python3 python3-venv)
  test_packages=(libgtest-dev libgmock-dev libbenchmark-dev libfaketime)
  format_packages=(clang-format-14:clang-format-14)
  lint_packages=(clang-tidy-14:clang-tidy-14 shellcheck:shellcheck)
  fuzz_packages=(clang++-16:clang-16 libclang-rt-16-dev llvm-16)
  docs_packages=(doxygen:doxygen)
  node_packages=(node:nodejs npm:npm)
  broker_packages=(rabbitmq-server)
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Runs a command without its output; shows that output only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [ $status = 0 ] || cat "$log" >&2
  rm -f "$log"
  return $status
}

# One setup at a time: a second script waits here instead of spoiling the first one's work.
locked() {
  mkdir -p "$root/build"
  local lock status=0
  exec {lock}>"$root/build/.setup.lock"
  flock "$lock"
  "$@" || status=$?
  exec {lock}>&-
  return $status
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

may_become_root() {
  [ "$(id -u)" = 0 ] && return
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null || [ -t 0 ]
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Prints the packages of the list that are missing.
missing_packages() {
  local entry
  for entry in "$@"; do
    case $entry in
      *:*) command -v "${entry%%:*}" >/dev/null || echo "${entry#*:}" ;;
      *) installed "$entry" || echo "$entry" ;;
    esac
  done
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
    --no-install-recommends install "$@"
}

install_packages() {
  # Lists of one repository may fail to load while those that matter here are good.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 update || true
  apt_install "$@"
}

# need_packages LIST...: installs what is missing; ends the script where that is impossible.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null ||
    fail "Missing, and this is not Debian: please install what corresponds to ${missing[*]}"
  may_become_root || fail "Missing; as root please run: apt-get install ${missing[*]}"
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  quietly install_packages "${missing[@]}" || fail "The installation failed; its output stands above."
}

# like_packages LIST...: the same for what a test can do without; false when it is missing still.
like_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} = 0 ] && return
  if [ -z "${CI:-}" ] && ! { command -v apt-get >/dev/null && may_become_root; }; then
    say "not installed, so tests that need them are skipped: ${missing[*]}"
    return 1
  fi
  need_packages "$@"
}

# RabbitMQ for the integration test: Debian would start the broker on installation, and at every boot.
need_broker() {
  [ -z "$(missing_packages "${broker_packages[@]}")" ] && return
  if [ -z "${CI:-}" ] && ! { command -v apt-get >/dev/null && may_become_root; }; then
    say "not installed, so its test is skipped: ${broker_packages[*]}"
    return
  fi
  say "installing RabbitMQ for the integration test (it is not started)"
  quietly as_root "$root/scripts/install-without-start" "${broker_packages[@]}" ||
    fail "The installation failed; its output stands above."
}

# Debian's own Python where it is new enough: others may lack ensurepip or vanish with their manager.
python_program() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or later is needed, and not found."
}

# Prints what the virtual environment was made from; nothing when it cannot be used.
venv_state() {
  if "$venv/bin/python" -c 'import rhombus_mock' 2>/dev/null; then
    cat "$venv/installed-from" 2>/dev/null || true
  fi
}

make_venv() {
  local extra=$1 what=$root/mock-server key have
  # One that is a link is somebody else's: taken as it is.
  [ -L "$venv" ] && return
  # The place belongs to it: a virtual environment knows its own absolute path.
  key="$venv $(sha256sum <"$root/mock-server/pyproject.toml")"
  have=$(venv_state)
  [[ $have == "$extra $key" || $have == "dev $key" ]] && return
  need_packages "${python_packages[@]}"
  say "preparing Python in build/venv"
  [[ $have == *" $venv "* ]] || quietly "$(python_program)" -m venv --clear "$venv"
  [ "$extra" = dev ] && what+='[dev]'
  rm -f "$venv/installed-from"
  quietly "$venv/bin/python" -m pip --disable-pip-version-check install --editable "$what" ||
    fail "Python packages could not be installed; pip's output stands above."
  echo "$extra $key" >"$venv/installed-from"
}

# need_venv run|dev: the mock server alone, or with what tests and lint need.
need_venv() { locked make_venv "$1"; }

# The libraries of clients under test, as their lock files say; nothing where npm is missing.
install_client_packages() {
  local lock folder
  command -v npm >/dev/null || return 0
  for lock in "$root"/clients/*/package-lock.json; do
    folder=${lock%/*}
    [ ! -e "$lock" ] || [ "$folder/node_modules/.package-lock.json" -nt "$lock" ] && continue
    say "installing the libraries of the client ${folder##*/}"
    quietly npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts ||
      fail "npm failed; its output stands above."
  done
}

need_client_packages() { locked install_client_packages; }

# configure PRESET
configure() {
  local preset=$1 cache=$root/build/$1/CMakeCache.txt
  # A checkout that moved, or is mounted elsewhere: CMake refuses its old cache.
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf "$root/build/$preset"
  fi
  [ -e "$root/build/$preset/build.ninja" ] && return
  local flags=()
  # Warnings are for those who change the code: GCC 12 sees some in its own library when it optimizes,
  # and another compiler would see others. None of them shall keep a user from the program.
  [ "$preset" = release ] && flags=(-D CMAKE_CXX_FLAGS=-w)
  quietly cmake -S "$root" --preset "$preset" "${flags[@]}"
}

build_targets() {
  local preset=$1 folder=$root/build/$1
  shift
  configure "$preset" || fail "The configuration of the build failed; its output stands above."
  [[ $(ninja -C "$folder" -n "$@" 2>&1) == *"no work to do"* ]] && return
  say "building $preset…"
  quietly ninja -C "$folder" -j "$(nproc)" "$@" || fail "The build failed; its output stands above."
}

# need_build PRESET [TARGET...]
need_build() {
  need_packages "${build_packages[@]}"
  locked build_targets "$@"
}
