#!/usr/bin/env bash
# The rows of a table with GNU parallel, for those who have it: a session a row, which costs a start of a browser a row.
# What is not in the job log is run; a row that was interrupted is run again.
#
#   gnu-parallel.sh [rows.csv] [site]     a CSV with the columns id and customer
set -euo pipefail
rows=${1:-rows.csv}
site=${2:-https://orders.example.com}

exec parallel --quote --csv --header : --jobs 4 --joblog jobs.log --resume-failed --results out \
  skyvern session exec --timeout 15 --retry-for 30m -- \
  skyvern task run "Look up the order status of {customer}" --url "$site" --retry-for 30m :::: "$rows"
