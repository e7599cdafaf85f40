// Prompts on applications and pages of others, installed into a cache; see docs/steps.md.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/pages/*.pages.ts'],
    fileParallelism: false,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
})
