#!/bin/sh
# The links by coreutils: sort both files on the pupil number and join them. It knows no quotes and counts nothing.
# Run: sh sort_join.sh MAGISTER LEGACY FOLDER
set -eu
export LC_ALL=C
mkdir -p "$3"
tail -n +2 "$1" | sort -t';' -k1,1 >"$3/magister.sorted"
tail -n +2 "$2" | sort -t';' -k1,1 >"$3/legacy.sorted"
join -t';' "$3/magister.sorted" "$3/legacy.sorted" >"$3/import.csv"
join -t';' -v1 -v2 "$3/magister.sorted" "$3/legacy.sorted" >"$3/mismatches.csv"
