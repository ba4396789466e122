import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { count, dialog, openLog, rows } from './log_page.js'

/** Where something is, once it has come to rest: a scroll and late fonts move it. */
async function settled(row) {
  let last
  return eventually(
    async () => {
      const [before, now] = [last, await row.boundingBox()]
      last = now
      return before?.y === now.y ? now : null
    },
    (place) => place !== null,
    'it comes to rest',
  )
}

/** The open push log while things happen. */
export default [
  [
    'new entries come in on top; whoever reads further down is told how many and is not moved',
    {},
    async (page) => {
      await openLog(page)
      await count(page, 100, 'a page')
      await page.evaluate(() => window.tidebellFake.logHappens(2))
      await count(page, 102, 'at the top they come by themselves')
      await rows(page).nth(60).scrollIntoViewIfNeeded()
      const before = await settled(rows(page).nth(60))
      await page.evaluate(() => window.tidebellFake.logHappens(3))
      const news = dialog(page).getByRole('button', { name: '3 条新记录' })
      await news.waitFor()
      const after = await rows(page).nth(60).boundingBox()
      must(before.y === after.y, `nothing moves: ${before.y} and ${after.y}`)
      await accessible(page)
      await news.focus()
      await page.keyboard.press('Enter')
      await news.waitFor({ state: 'detached' })
      const first = await page.evaluate(() =>
        document.activeElement
          ?.closest('li')
          ?.parentElement?.firstElementChild?.contains(document.activeElement),
      )
      must(first, 'the hands go on at the newest one')
    },
  ],
  [
    'in a low window, where the whole dialog scrolls, nothing moves either',
    { zoom: 2 },
    async (page) => {
      await openLog(page)
      await count(page, 100, 'a page')
      await rows(page).nth(40).scrollIntoViewIfNeeded()
      const before = await settled(rows(page).nth(40))
      await page.evaluate(() => window.tidebellFake.logHappens(3))
      const news = dialog(page).getByRole('button', { name: '3 条新记录' })
      await news.waitFor()
      const after = await rows(page).nth(40).boundingBox()
      must(before.y === after.y, `nothing moves: ${before.y} and ${after.y}`)
      const place = await news.boundingBox()
      must(place.y >= 0 && place.y < 450, `and the button is on the screen: ${place.y}`)
      await news.click()
      await count(page, 103, 'they come')
      must((await rows(page).nth(0).boundingBox()).y > 0, 'and the newest is on the screen')
    },
  ],
]
