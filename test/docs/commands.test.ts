import { expect, test } from 'vitest'
import { commandsPage } from '../support/commands-page.ts'

test('docs/commands.md has every command with its options', async () => {
  await expect(await commandsPage()).toMatchFileSnapshot('../../docs/commands.md')
})
