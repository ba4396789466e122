import { must, openTalk } from './harness.js'

/** The language that a screen reader takes for an element: its own, or that of what it stands in. */
const tongue = (found) => found.evaluate((el) => el.closest('[lang]')?.getAttribute('lang'))
const row = (page, id) => page.locator(`#row-${id}`)

/** What buyers write is read out in the language that it is written in, where its script tells it. */
export default ['zh-CN', 'en'].flatMap((lang) => [
  [
    `a screen reader hears buyers in their own language, in ${lang}`,
    { lang },
    async (page) => {
      const said = {
        'a Russian name': [row(page, 'c1').locator('.name bdi'), 'ru'],
        'a Russian message': [row(page, 'c1').locator('.words'), 'ru'],
        'a Spanish name, which may be any': [row(page, 'c2').locator('.name bdi'), ''],
        'a Chinese message': [row(page, 'c3').locator('.words'), 'zh'],
        'an Arabic message': [row(page, 'c5').locator('.words'), 'ar'],
        'how much time is left': [row(page, 'c1').locator('.due'), lang],
      }
      for (const [what, [found, expected]] of Object.entries(said)) {
        await found.scrollIntoViewIfNeeded()
        must((await tongue(found)) === expected, `${what} is read as ${await tongue(found)}`)
      }
      await openTalk(page, 'c1')
      const text = page.locator('main .bubble:not(.ours) .text').last()
      must((await tongue(text)) === 'ru', `the message is read as ${await tongue(text)}`)
      must((await tongue(page.locator('main h2 bdi'))) === 'ru', 'so is the name above it')
      must((await tongue(page.locator('main .bubble .meta').first())) === lang, 'and what we say is ours')
      await page.locator('textarea').fill('Здравствуйте! Заказ уже в пути.')
      must((await tongue(page.locator('textarea'))) === 'ru', 'the reply is spelled and read as what it is')
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-0 p').waitFor()
      must((await tongue(page.locator('#hit-0 p'))) === '', 'nobody claims that Spanish is Chinese')
    },
  ],
])
