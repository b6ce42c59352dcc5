#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh BUILD SECONDS: every fuzz target for that long, one after the other.
set -eu
build=$1 seconds=$2
for target in "$build"/bin/*_fuzz; do
  name=$(basename "$target" _fuzz)
  mkdir -p "$build/corpus/$name"
  case $name in
    iso9660_reader | image_open | image_sessions | imapi2fs_validation) dictionary=-dict=tests/fuzz/iso9660.dict ;;
    eltorito_reader | image_boot) dictionary=-dict=tests/fuzz/eltorito.dict ;;
    rockridge_reader) dictionary=-dict=tests/fuzz/rockridge.dict ;;
    udf_reader | udf_names | image_udf) dictionary=-dict=tests/fuzz/udf.dict ;;
    image_checksums) dictionary=-dict=tests/fuzz/checksums.dict ;;
    optical_medium_record) dictionary=-dict=tests/fuzz/optical_medium_record.dict ;;
    guest_reply) dictionary=-dict=tests/fuzz/guest_reply.dict ;;
    *) dictionary= ;;
  esac
  # Real messages to begin with, where there are some; what is found lands in the first folder alone.
  seeds=
  if [ -d "tests/fuzz/$name" ]; then seeds=tests/fuzz/$name; fi
  printf '== %s for %s s\n' "$name" "$seconds"
  # shellcheck disable=SC2086  # no dictionary, no seeds: no words
  "$target" $dictionary -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
    -len_control=0 "$build/corpus/$name" $seeds 2>"$build/$name.log" || { tail -n 40 "$build/$name.log"; exit 1; }
  grep -E 'number_of_executed_units|peak_rss_mb' "$build/$name.log"
done
