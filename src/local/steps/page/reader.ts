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

type Call<A, T> = (reader: Reader, argument: A) => T

/** Calls a function of the reader. */
export const inFrame = <A, T>(frame: Frame, call: Call<A, T>, argument: A): Promise<Awaited<T>> =>
  withReader(frame, (reader) => reader.evaluate(call as Call<unknown, Awaited<T>>, argument))

/** Calls it in the main frame, then in its visible frames. */
export async function inFrames<A, T>(
  page: Page,
  call: Call<A, T>,
  argument: A,
): Promise<{ frame: Frame; value: Awaited<T> }[]> {
  const calls = (await framesOf(page)).map(async (frame) => ({
    frame,
    value: await inFrame(frame, call, argument),
  }))
  return Promise.all(calls)
}

/** A handle of an element that the reader returns. It stays valid if the page moves the element. */
export async function elementIn<A>(
  frame: Frame,
  call: Call<A, Element>,
  argument: A,
): Promise<ElementHandle> {
  const handle = await withReader(frame, (reader) =>
    reader.evaluateHandle(call as Call<unknown, Element>, argument),
  )
  return handle.asElement() as ElementHandle
}

/** Calls a function of the reader on an element. */
export async function onElement<A, T>(
  element: ElementHandle,
  call: Call<[element: Element, argument: A], T>,
  argument: A,
): Promise<Awaited<T>> {
  const frame = await element.ownerFrame()
  if (!frame) throw new Error('Element is not attached')
  return inFrame(frame, call, [element as unknown as Element, argument])
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
