# Sourced after setup.sh: the lists of our own sources, each name ended by NUL.
# shellcheck shell=bash

# sources_in FOLDERS -- PATTERNS
# shellcheck disable=SC2154  # root comes from setup.sh
sources_in() {
  local folders=() patterns=(-false)
  while [ "$1" != -- ]; do
    [ -d "$root/$1" ] && folders+=("$root/$1")
    shift
  done
  shift
  for pattern in "$@"; do patterns+=(-o -name "$pattern"); done
  find "${folders[@]}" \( -name node_modules -o -name '.*' -o -name '*.egg-info' \) -prune \
    -o -type f \( "${patterns[@]}" \) -print0 | sort -z
}

cpp_sources() { sources_in lib tools tests clients examples -- "$@"; }
python_sources() { sources_in mock-server tests clients scripts -- '*.py'; }
