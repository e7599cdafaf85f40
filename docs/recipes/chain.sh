#!/usr/bin/env bash
# Chains tasks in one browser: log in, extract, close.
#
#   chain.sh [site]        without a site: the demo site of the embedded backend
set -euo pipefail
site=${1:-$(skyvern local start --fields demo_url)}

# The variable, rather than the current session: nothing else on this machine can get in between.
SKYVERN_SESSION_ID=$(skyvern session create --timeout 45)
export SKYVERN_SESSION_ID
trap 'skyvern session close "$SKYVERN_SESSION_ID"' EXIT

skyvern task run "Log in with username demo@example.com" --url "$site/login"
skyvern task run "Go to the invoices page and extract all invoice numbers" > invoices.json
