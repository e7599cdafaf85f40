#!/bin/sh
# A logged-in session on any machine: from the profile, and through the log-in when that is no longer enough.
#
#   skyvern profile create shop                                           once
#   skyvern credential create --name shop --username me@example.com       once; asks for the password
#   logged-in.sh <site> [login page]
set -eu
site=${1:?'usage: logged-in.sh <site> [login page]'} login=${2:-$1/login}
read_invoices() { skyvern task run "Extract all invoice numbers" --url "$site/invoices" > invoices.json; }

skyvern session ensure --profile shop --timeout 45
read_invoices || {
  skyvern task login --credential shop --url "$login"
  read_invoices
}
skyvern session close --save-profile shop --replace-profile
