import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { must, openTalk } from './harness.js'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** No violation that keeps somebody from working. */
async function accessible(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { iframes: false, resultTypes: ['violations'] }),
  )
  const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  const words = serious.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => `${n.html.slice(0, 90)} ${n.any[0]?.message ?? ''}`)
        .join(' | ')}`,
  )
  must(serious.length === 0, words.join('\n'))
}

/** Nothing runs out of the window sideways. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  must(wide <= 0, `the page is ${wide} pixels too wide`)
  const lost = await page.evaluate(() =>
    [...document.querySelectorAll('main button, .next, nav button')]
      .filter((el) => el.offsetParent !== null)
      .map((el) => [el.getBoundingClientRect(), el.textContent])
      .filter(([box]) => box.right > window.innerWidth + 1 || box.left < -1)
      .map(([, text]) => text),
  )
  must(lost.length === 0, `out of the window: ${lost.join(', ')}`)
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

/** Themes, languages, sizes, directions, and people who cannot see or use a mouse. */
export default [
  ['the inbox is accessible in light', { select: 'c2' }, accessible],
  ['the inbox is accessible in dark', { select: 'c2', theme: 'dark' }, accessible],
  ['the inbox is accessible in English', { select: 'c2', lang: 'en' }, accessible],
  ['the first run is accessible', { scene: 'first' }, accessible],
  ['the empty inbox is accessible', { scene: 'empty' }, accessible],
  [
    'dialogs are accessible',
    { select: 'c2' },
    async (page) => {
      for (const key of ['d', 'w', 't', '?']) {
        await page.keyboard.press(key)
        await page.getByRole('dialog').waitFor()
        await accessible(page)
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      await page.getByRole('button', { name: '设置' }).click()
      await page.getByRole('dialog').waitFor()
      await accessible(page)
    },
  ],
  [
    'the search is accessible',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-0').waitFor()
      await accessible(page)
    },
  ],
  [
    'dark is dark',
    { theme: 'dark' },
    async (page) =>
      must((await background(page)) === 'rgb(11, 27, 35)', `the ground is ${await background(page)}`),
  ],
  [
    'English speaks no Chinese in its own words',
    { lang: 'en', select: 'c4' },
    async (page) => {
      const heads = await page.locator('nav li button .words, .head b, main header button').allTextContents()
      must(
        heads.length > 10 && heads.every((t) => !/\p{Script=Han}/u.test(t)),
        `Chinese in ${heads.join(' / ')}`,
      )
    },
  ],
  ['at 1180 pixels everything fits', { width: 1180, select: 'c2' }, fits],
  ['at 1180 pixels everything fits in English', { width: 1180, select: 'c2', lang: 'en' }, fits],
  [
    'at 200 % the list and the conversation take turns',
    { zoom: 2 },
    async (page) => {
      await fits(page)
      await openTalk(page, 'c2')
      await fits(page)
      must(!(await page.locator('#row-c2').isVisible()), 'the conversation has the room')
      await page.getByRole('button', { name: '期限与买家信息' }).click()
      await page.locator('aside').getByText('平台回复').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: '返回列表' }).click()
      await page.locator('#row-c2').waitFor()
    },
  ],
  [
    'Arabic runs from right to left inside a window that runs from left to right',
    { select: 'c5' },
    async (page) => {
      const bubble = page.locator('main .bubble .text').last()
      const direction = await bubble.evaluate((el) => getComputedStyle(el).direction)
      must(direction === 'rtl', `the words run ${direction}`)
      must(
        (await page.evaluate(() => getComputedStyle(document.body).direction)) === 'ltr',
        'the window stays as it is',
      )
    },
  ],
]
