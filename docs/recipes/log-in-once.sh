#!/usr/bin/env bash
# Logs in once, and goes on for weeks: the first day saves a profile, every later one starts from it.
#
#   log-in-once.sh login [site]
#   log-in-once.sh extract [site]      from any machine with the same key
set -euo pipefail
step=${1:-}
if [ "$step" != login ] && [ "$step" != extract ]; then
  sed -n '2,5s/^# *//p' "$0" >&2
  exit 2
fi
site=${2:-$(skyvern local start --fields demo_url)}
profile=ledgerline

case $step in
  login)
    id=$(skyvern session create --timeout 45)
    trap 'skyvern session close "$id"' EXIT
    skyvern task run "Log in with username demo@example.com" --url "$site/login" --session "$id"
    skyvern session close "$id" --save-profile "$profile" --replace-profile
    ;;
  extract)
    id=$(skyvern session ensure --profile "$profile" --timeout 45 --min-remaining 10m)
    trap 'skyvern session close "$id"' EXIT
    skyvern task run "Extract all invoice numbers" --url "$site/invoices" --session "$id" > invoices.json
    ;;
esac
