import { eventually, must } from './harness.js'

/** The search panel. */
export default [
  [
    'slash searches while typing, arrows choose, Enter opens at the message',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('devolucion')
      await page.locator('#search-hits mark').first().waitFor()
      must(
        (await page.locator('#search-hits mark').first().textContent()) === 'devolución',
        'the hit is marked, accents or not',
      )
      await page.keyboard.press('Enter')
      await page.locator('main .bubble.found', { hasText: 'devolución' }).waitFor()
      must((await page.locator('#search-hits').count()) === 0, 'the list is back')
    },
  ],
  [
    'a hit far up in a long conversation is paged to',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('model 1200')
      await page.locator('#hit-0').waitFor()
      await page.keyboard.press('Enter')
      await page.locator('main .bubble.found', { hasText: 'model 1200' }).waitFor()
    },
  ],
  [
    'filters narrow the hits, Chinese is found, nothing is said kindly',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-1').waitFor()
      const all = await page.locator('#search-hits [role=option]').count()
      await page.getByLabel('方向').selectOption('out')
      await eventually(
        () => page.locator('#search-hits [role=option]').count(),
        (n) => n > 0 && n < all,
        'ours are fewer',
      )
      await page.getByLabel('方向').selectOption('')
      await page.getByRole('combobox', { name: '搜索' }).fill('颜色')
      await page.locator('#search-hits', { hasText: 'jia_hui88' }).waitFor()
      await page.getByRole('combobox', { name: '搜索' }).fill('zzzz')
      await page.getByText('没有找到“zzzz”').waitFor()
      await page.getByRole('combobox', { name: '搜索' }).press('Escape')
      await page.locator('#row-c2').waitFor()
    },
  ],
  [
    'pages of hits follow as they are walked through',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('steel')
      await page.locator('#hit-39').waitFor()
      const walk = async () => {
        await page.keyboard.press('ArrowDown')
        return page.locator('#hit-45[aria-selected=true]').count()
      }
      await eventually(walk, (n) => n === 1, 'the next page comes before the end is reached')
    },
  ],
  [
    'Escape takes the words out of the field with the hits',
    {},
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-0').waitFor()
      await page.getByRole('status').getByText('2 条结果').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('#row-c2').waitFor()
      const field = page.getByRole('combobox', { name: '搜索' })
      must((await field.inputValue()) === '', 'no word stands above a list that it does not filter')
      await page.keyboard.press('/')
      must((await field.inputValue()) === '', 'what was given up does not come back')
    },
  ],
  [
    'after a hit was opened the next look at the search goes on from there',
    {},
    async (page) => {
      const field = page.getByRole('combobox', { name: '搜索' })
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-0').waitFor()
      await page.keyboard.press('Enter')
      await page.locator('main .bubble.found').waitFor()
      must((await field.inputValue()) === '', 'the list stands under an empty field')
      await page.evaluate(() => document.activeElement?.blur())
      await page.keyboard.press('/')
      await page.locator('#hit-0').waitFor()
      must((await field.inputValue()) === 'pedido', 'the words are there again')
      await page.keyboard.type('gracias')
      must((await field.inputValue()) === 'gracias', 'and are typed over')
    },
  ],
]
