/** What `skyvern help` explains beside the commands: parts of the docs, which every install has. */

export interface Topic {
  summary: string
  /** The page, and the heading where only a part of it is meant. */
  page: string
  heading?: string
}

export const TOPICS: Record<string, Topic> = {
  environment: { summary: 'Variables', page: 'commands.md', heading: '## Environment' },
  'exit-codes': { summary: 'Exit statuses and error codes', page: 'exit-codes.md' },
  output: {
    summary: 'What goes to stdout and to stderr',
    page: 'output.md',
    heading: '## Streams',
  },
  formatting: { summary: '--json, --fields and -q', page: 'output.md', heading: '## Formats' },
  steps: { summary: 'What --local understands', page: 'steps.md' },
  scripting: { summary: 'Scripts and CI', page: 'scripting.md' },
}
