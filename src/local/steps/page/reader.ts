/** Calls the code of dist/reader.js inside the frames of a page. */
import { readFileSync } from 'node:fs'
import type { ElementHandle, Frame, JSHandle, Page } from 'playwright-core'
import { packageFile } from '../../../system/package.ts'
import type * as reader from '../reader/index.ts'

export type Reader = typeof reader

/** The most frames to read; further ones are advertisements. */
const MOST_FRAMES = 20
const LOST =
  /JSHandle is disposed|context was destroyed|cannot find context|can be evaluated only|different document/i

const handles = new WeakMap<Frame, JSHandle<Reader>>()
let source: string | undefined

/** Calls a function of the reader. */
export function inFrame<T, A>(
  frame: Frame,
  call: (reader: Reader, argument: A) => T,
  argument: A,
): Promise<Awaited<T>> {
  const run = call as (reader: Reader, argument: unknown) => Awaited<T>
  return withReader(frame, (reader) => reader.evaluate(run, argument))
}

/** Calls it in the main frame, then in its visible frames. */
export async function inFrames<T, A>(
  page: Page,
  call: (reader: Reader, argument: A) => T,
  argument: A,
): Promise<{ frame: Frame; value: Awaited<T> }[]> {
  const frames = await framesOf(page)
  return Promise.all(
    frames.map(async (frame) => ({ frame, value: await inFrame(frame, call, argument) })),
  )
}

/** A handle of an element that the reader returns. It stays valid if the page moves the element. */
export async function elementIn<A>(
  frame: Frame,
  call: (reader: Reader, argument: A) => Element,
  argument: A,
): Promise<ElementHandle> {
  const run = call as (reader: Reader, argument: unknown) => Element
  const element = await withReader(frame, (reader) => reader.evaluateHandle(run, argument))
  return element.asElement() as ElementHandle
}

/** Calls a function of the reader on an element. */
export async function onElement<T, A>(
  element: ElementHandle,
  call: (reader: Reader, given: [element: Element, argument: A]) => T,
  argument: A,
): Promise<T> {
  const frame = await element.ownerFrame()
  if (!frame) throw new Error('Element is not attached')
  const run = call as unknown as (reader: Reader, given: [ElementHandle, A]) => T
  return withReader(frame, (reader) => reader.evaluate(run, [element, argument] as never))
}

/** Injects the reader into the document first, if it is missing. */
async function withReader<T>(
  frame: Frame,
  run: (reader: JSHandle<Reader>) => Promise<T>,
): Promise<T> {
  try {
    const known = handles.get(frame)
    if (known) return await run(known)
  } catch (error) {
    if (!LOST.test(String(error))) throw error
  }
  source ??= readFileSync(packageFile('dist', 'reader.js'), 'utf8')
  const code = `(() => { ${source}; return reader })()`
  const reader: JSHandle<Reader> = await frame.evaluateHandle(code)
  handles.set(frame, reader)
  return run(reader)
}

async function framesOf(page: Page): Promise<Frame[]> {
  const [main, ...others] = page.frames().slice(0, MOST_FRAMES)
  const shown = await Promise.all(others.map((frame) => isShown(frame).catch(() => false)))
  return main ? [main, ...others.filter((_, at) => shown[at])] : []
}

const isShown = async (frame: Frame): Promise<boolean> => (await frame.frameElement()).isVisible()
