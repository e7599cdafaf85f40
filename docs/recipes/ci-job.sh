#!/usr/bin/env bash
# A job of continuous integration: runs itself in a session of its own, which is closed when the job is done, fails or
# is cancelled, and by the watchdog when it is killed. The exit status is that of the step that failed.
#
#   ci-job.sh [site]       without a site: the demo site of the embedded backend
set -euo pipefail
if [ "${IN_SESSION:-}" != yes ]; then
  IN_SESSION=yes exec skyvern session exec --watchdog --timeout 45 -- "$0" "$@"
fi
site=${1:-$(skyvern local start --fields demo_url)}

skyvern task run "Log in with username ci@example.com" --url "$site/login"
skyvern task run "Go to the invoices page and extract all invoice numbers" > invoices.json
