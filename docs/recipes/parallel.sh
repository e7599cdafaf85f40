#!/usr/bin/env bash
# Jobs beside each other on one machine. A scope gives each its own current session, so that the commands in them need
# not say which. In GitHub Actions, GitLab CI, CircleCI and Jenkins, jobs have scopes of their own by default.
#
#   parallel.sh [site]     without a site: the demo site of the embedded backend
set -euo pipefail
site=${1:-$(skyvern local start --fields demo_url)}

job() {
  export SKYVERN_SCOPE="invoices of $1"
  skyvern session create --timeout 45
  trap 'skyvern session close' EXIT
  skyvern task run "Log in with username $1" --url "$site/login"
  skyvern task run "Go to the invoices page and extract all invoice numbers" > "invoices-$1.json"
}

pids=()
for user in anna ben carla; do
  (job "$user") &
  pids+=($!)
done

status=0
for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
exit "$status"
