/** `task retry-webhook`: sends the webhook of a run that has ended once more, and says how it was received. */
import type { Command } from 'commander'
import { retryRunWebhook } from '../../api/endpoints.ts'
import type { WebhookReplay } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { maskUrl } from '../../output/mask.ts'
import { parseUrl } from '../../runs/options.ts'
import { runWrite } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<run>', 'Id of the run')
    .option('--webhook-url <url>', 'Send it there instead', parseUrl)
    .action((runId: string, { webhookUrl: webhook_url }: { webhookUrl?: string }) =>
      runWrite(
        context,
        async (client, options) =>
          requireReceived(await retryRunWebhook(client, runId, { webhook_url }, options)),
        {
          done: (replay) => `${targetOf(replay)} answered ${replay.status_code}`,
          text: ({ status_code: status }) => String(status),
        },
      ),
    )
}

function requireReceived(replay: WebhookReplay): WebhookReplay {
  const { status_code: status, error, run_id: runId } = replay
  if (!error && status && status < 400) return replay
  const what = status ? `answered ${status}` : `could not be reached${error ? `: ${error}` : ''}`
  throw new CliError('api_error', `${targetOf(replay)} ${what}.`, { runId })
}

/** The address of a webhook may contain a token. */
const targetOf = ({ target_webhook_url: url }: WebhookReplay): string =>
  url ? maskUrl(url) : 'The receiver'
