import { eventually, must, openTalk } from './harness.js'

const focused = (page) =>
  page.evaluate(() => {
    const el = document.activeElement
    return el?.id || el?.getAttribute('aria-label') || el?.tagName
  })
const dialog = (page) => page.getByRole('dialog')
const focusIs = (page, id, why) =>
  eventually(
    () => focused(page),
    (now) => now === id,
    why,
  )

/** The hands stay on the keyboard. */
export default [
  [
    'letters do nothing but letters while somebody types',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('r')
      await page.locator('textarea').waitFor()
      await page.keyboard.type('jkred/?wt')
      must((await page.locator('textarea').inputValue()) === 'jkred/?wt', 'every letter arrives')
      must((await dialog(page).count()) === 0, 'no letter opens a dialog')
      must(
        (await page.locator('main h2 bdi').textContent()) === 'María G.',
        'no letter changes the conversation',
      )
      must((await page.locator('#search-hits').count()) === 0, 'no letter opens the search')
    },
  ],
  [
    'letters do nothing while a dialog or a field of the search has the floor',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('?')
      await dialog(page).waitFor()
      for (const key of ['e', 'j', 'd', '/']) await page.keyboard.press(key)
      must((await dialog(page).count()) === 1, 'the list of keys stays alone')
      must((await page.locator('main h2 bdi').textContent()) === 'María G.', 'nothing happens behind it')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      await page.keyboard.press('/')
      await page.keyboard.type('jede')
      must(
        (await page.getByRole('combobox', { name: '搜索' }).inputValue()) === 'jede',
        'the search takes every letter',
      )
    },
  ],
  [
    'every key of the list of keys does what the list says',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('?')
      await dialog(page).waitFor()
      const keys = await dialog(page).locator('dt .hidden-text').allTextContents()
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      for (const [key, heading] of [
        ['d', '期限算式'],
        ['w', '为什么是我？'],
        ['t', '转交会话'],
        ['?', '快捷键'],
      ]) {
        must(keys.includes(key.toUpperCase()), `${key} is on the list`)
        await page.keyboard.press(key)
        await dialog(page).getByRole('heading', { name: heading, level: 2 }).waitFor()
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
      }
    },
  ],
  [
    'a dialog keeps the focus and gives it back',
    {},
    async (page) => {
      await openTalk(page, 'c2')
      await focusIs(page, 'row-c2', 'the row was clicked')
      for (const key of ['d', 't', '?']) {
        await page.keyboard.press(key)
        await dialog(page).waitFor()
        for (let i = 0; i < 12; i += 1) {
          await page.keyboard.press('Tab')
          const inside = await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)
          must(inside, `Tab leaves the dialog of ${key}`)
        }
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
        await focusIs(page, 'row-c2', `after ${key} the row has the focus again`)
      }
    },
  ],
  [
    'everything that can be clicked can be reached by Tab, and the focus can be seen there',
    { select: 'c2' },
    async (page) => {
      const wanted = await page.evaluate(() => {
        const live = [...document.querySelectorAll('button, [role=option], textarea, input')].filter(
          (el) => el.checkVisibility({ visibilityProperty: true }) && !el.disabled && el.tabIndex >= 0,
        )
        live.forEach((el, i) => (el.dataset.stop = String(i)))
        return live.length
      })
      await page.evaluate(() => document.activeElement?.blur())
      const seen = new Set()
      const blind = []
      for (let i = 0; i < wanted + 8; i += 1) {
        await page.keyboard.press('Tab')
        const stop = await page.evaluate(() => {
          const el = document.activeElement
          const ring = (node) => node && getComputedStyle(node).outlineStyle !== 'none'
          return {
            id: el?.dataset.stop,
            visible: ring(el) || ring(el?.parentElement),
            what: el?.outerHTML.slice(0, 80),
          }
        })
        if (stop.id === undefined) continue
        seen.add(stop.id)
        if (!stop.visible) blind.push(stop.what)
      }
      const lost = await page.evaluate(
        (ids) =>
          [...document.querySelectorAll('[data-stop]')]
            .filter((el) => !ids.includes(el.dataset.stop))
            .map((el) => el.outerHTML.slice(0, 90)),
        [...seen],
      )
      must(lost.length === 0, `Tab does not reach ${lost.join(' ')}`)
      must(blind.length === 0, `no focus to be seen on ${blind.join(' ')}`)
    },
  ],
]
