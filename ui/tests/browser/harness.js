import { chromium } from 'playwright-core'
import { program } from './program.js'

/** A Friday evening in Beijing, so that every picture of the demo shop is the same. */
const NOW = '2026-11-20T10:32:00Z'

/** Longer than anything takes on a busy machine, in milliseconds. */
const PATIENCE = 60_000

/** Opens the window in a fresh page of the browser. */
export async function openWindow(browser, base, options = {}) {
  const {
    scene,
    trial,
    lang = 'zh-CN',
    theme = 'light',
    width = 1440,
    height = 900,
    zoom = 1,
    motion = 'reduce',
    select,
  } = options
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    locale: lang === 'en' ? 'en-US' : 'zh-CN',
    reducedMotion: motion,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  // As the shell does it.
  await page.addInitScript(() => Object.freeze(Object.prototype))
  const faults = []
  page.on('pageerror', (error) => faults.push(String(error)))
  const query = new URLSearchParams({
    now: NOW,
    live: 'off',
    lang,
    theme,
    ...(scene ? { scene } : {}),
    ...(trial ? { trial } : {}),
  })
  await page.goto(`${base}/?${query}`)
  // The pretend host comes after the page: before it nothing can be asked of it.
  await page.waitForFunction(() => window.tidebellFake !== undefined)
  if (scene === undefined || scene === 'trouble') await page.locator('[role=option]').first().waitFor()
  if (select) await openTalk(page, select)
  return { page, context, faults }
}

/** Opens a conversation by its id and waits for its words. */
export async function openTalk(page, id) {
  await page.locator(`#row-${id}`).click()
  await page.locator('main [role=log] .entry').first().waitFor()
}

/** Says what must hold and why. */
export function must(held, why) {
  if (!held) throw new Error(why)
}

/** Waits until something holds; the last value is in the message when it never does. */
export async function eventually(read, holds, why) {
  const end = Date.now() + PATIENCE
  let value
  do {
    value = await read()
    if (holds(value)) return value
    await new Promise((done) => setTimeout(done, 50))
  } while (Date.now() < end)
  throw new Error(`${why}; it is ${JSON.stringify(value)}`)
}

/** What is sent can be taken back for so long as the test wants, and leaves on command. */
export const undoable = (page) =>
  page.evaluate(() => {
    const host = window.tidebellFake
    host.app = { ...host.app, undo_seconds: 3600 }
  })
export const leaves = (page) => page.evaluate(() => window.tidebellFake.live.hurry())

/** The talk that a row of the list shows, in order. */
export const rowIds = (page) => page.locator('[role=option]').evaluateAll((rows) => rows.map((row) => row.id))

export const launch = () => chromium.launch({ ...program(), args: ['--no-sandbox'] })
