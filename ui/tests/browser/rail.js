import { must } from './harness.js'

/** The rail where it has no room for names. */
export default [
  ...['zh-CN', 'en'].map((lang) => [
    `in the narrow rail no two shops and no two seats look the same, in ${lang}`,
    { scene: 'trouble', width: 1180, lang },
    async (page) => {
      for (const [list, most] of [
        [0, 4],
        [1, 5],
      ]) {
        const all = await page.locator('nav ul:has(.sign)').nth(list).locator('.sign').allTextContents()
        must(all.length === most && new Set(all).size === most, `the signs are ${all.join(' ')}`)
      }
      const signs = await page.locator('nav .sign').allTextContents()
      must(
        signs.includes('SG') && signs.includes('MY'),
        `two shops of Shopee are known by ${signs.join(' ')}`,
      )
      const wide = await page
        .locator('nav li > button')
        .evaluateAll((all) => all.filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.title))
      must(wide.length === 0, `no room for ${wide.join(', ')}`)
      const grounds = await page
        .locator('nav .sign')
        .evaluateAll((all) => all.slice(0, 4).map((el) => getComputedStyle(el).backgroundColor))
      must(
        grounds[1] === grounds[3] && grounds[0] !== grounds[1],
        `a ground tells the platform: ${grounds.join(' ')}`,
      )
      const my = page.locator('nav').getByRole('button', { name: /^Shopee MY/ })
      must((await my.getAttribute('title')).startsWith('Shopee MY · '), 'its name is shown under the pointer')
      const mail = page
        .locator('nav')
        .getByRole('button', { name: lang === 'en' ? /^admin@.* · Mail/ : /^admin@.* · 邮箱/ })
      must((await mail.count()) === 1, 'what a name does not say is said beside it')
    },
  ]),
]
