#!/usr/bin/env bash
# A table in eight parts: a Slurm array, one task a part, a results file each.
#
#   sbatch slurm-shards.sh [rows.csv]     the same again goes on where it stopped
#
#SBATCH --job-name=orders
#SBATCH --array=0-7
#SBATCH --output=orders-%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
# Two minutes before the time limit: the sessions are closed.
#SBATCH --time=08:00:00
#SBATCH --signal=B:TERM@120
set -euo pipefail
rows=${1:-rows.csv}

exec skyvern task map "$rows" "Look up the order status of {customer}" \
  --key id --sessions 2 --shard auto --results "out-$SLURM_ARRAY_TASK_ID.jsonl"
