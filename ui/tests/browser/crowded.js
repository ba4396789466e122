import { accessible } from './accessible.js'
import { fitting } from './fitting.js'
import { eventually, must, openTalk } from './harness.js'

const LONG = {
  russian: 'Абдурахмангаджи-Александр Константинопольский-Преображенский (оптовый покупатель)',
  arabic: 'محمد عبد الرحمن بن عبد العزيز آل سعود التجارية المحدودة للاستيراد والتصدير',
}

/** A shop that has been at it for years: many stores, long names, and everything at once in one conversation. */
const grow = (page) =>
  page.evaluate((long) => {
    const host = window.tidebellFake
    const { world } = host
    const [store] = world.stores
    const names = ['Shopee Malaysia Official Flagship Store No. 2', 'Shopee TH', 'Shopee VN', 'Shopee PH']
    names.push(
      'AliExpress Россия — магазин электроники',
      'service@caidian-international-trading.com',
      'Lazada MY',
    )
    world.stores.push(...names.map((name, i) => ({ ...store, id: `t${i}`, name })))
    const chats = [...world.talks.values()].filter((talk) => talk.kind === 'chat' && !talk.done)
    for (let i = 0; i < 200; i += 1) {
      const talk = structuredClone(chats[i % chats.length])
      const title = [long.russian, long.arabic, 'Wolfeschlegelsteinhausenbergerdorff', 'x'][i % 4]
      world.talks.set(`x${i}`, { ...talk, id: `x${i}`, title, ownerId: 'amin', unread: i * 7 })
    }
    const talk = world.talks.get('c2')
    const [first] = talk.messages
    const later = (minutes) => new Date(Date.parse('2026-11-20T09:40:00Z') + minutes * 60_000).toISOString()
    const say = (id, minutes, body) => talk.messages.push({ ...first, id, at: later(minutes), body })
    for (let i = 0; i < 30; i += 1)
      say(`p${i}`, i / 60, { type: 'image', url: `https://ae01.alicdn.com/kf/${i}.jpg`, thumb: null })
    say('long', 20, { type: 'text', text: `Здравствуйте! https://example.com/${'a'.repeat(4960)}` })
    const [order] = talk.orders
    const line = (_, i) => ({ sku: 'SAME', title: `Headphones ${i} — чёрный — размер XL`, quantity: 1 })
    order.lines = Array.from({ length: 40 }, line)
    for (let i = 0; i < 5; i += 1)
      talk.orders.push({ ...order, order_no: `99920033127644${i}`, lines: order.lines.slice(0, 2) })
    const mail = world.talks.get('c9').messages[0]
    mail.body.subject = 'очень длинная тема письма '.repeat(8)
    mail.body.attachments = ['image001.png', 'image001.png', `${'a'.repeat(150)}.pdf`].map((name) => [
      name,
      '9000',
    ])
    talk.title = long.russian
    host.changed([...world.talks.keys()])
  }, LONG)

const side = (page) => page.locator('aside')

/** Whatever a shop grows to, it can be used. */
export default [
  { width: 1280, height: 800 },
  { width: 1024, height: 640, lang: 'en', theme: 'dark' },
]
  .flatMap((look) => {
    const en = look.lang === 'en'
    const at = `at ${look.width} × ${look.height}`
    return [
      [
        `ten stores, hundreds of conversations and the longest names have their room, ${at}`,
        look,
        async (page) => {
          await grow(page)
          await eventually(
            () => page.locator('nav .hot, nav em').first().textContent(),
            (count) => Number.parseInt(count, 10) > 150,
            'all of them are counted',
          )
          await fitting(page)
          await openTalk(page, 'c2')
          await page.locator('main .bubble', { hasText: 'Здравствуйте' }).last().waitFor()
          await fitting(page)
          await accessible(page)
          await page
            .locator('nav')
            .getByRole('button', { name: en ? 'System mail' : '系统邮件' })
            .click()
          await openTalk(page, 'c9')
          must((await page.locator('main .mail li').count()) === 3, 'two files of one name are two files')
          const mail = await page.locator('main .mail').boundingBox()
          for (const file of await page.locator('main .mail li').all()) {
            const box = await file.boundingBox()
            must(box.x + box.width <= mail.x + mail.width + 1, 'a long name stays inside its mail')
          }
          await fitting(page)
        },
      ],
      [
        `an order of forty products and a buyer of many orders are folded, ${at}`,
        look,
        async (page) => {
          await grow(page)
          await openTalk(page, 'c2')
          const lines = side(page).locator('dd > div')
          await eventually(
            () => lines.count(),
            (count) => count === 5 + 2 + 2,
            'the first few of each',
          )
          await side(page)
            .getByRole('button', { name: en ? 'Show all 40 items' : '显示全部 40 个商品' })
            .click()
          must((await lines.count()) === 44, 'the same product forty times is forty lines')
          await side(page)
            .getByRole('button', { name: en ? 'All 6 orders' : '全部 6 个订单' })
            .click()
          must((await side(page).locator('.card', { hasText: '9992' }).count()) === 5, 'and every order')
          await fitting(page)
        },
      ],
    ]
  })
  .concat([
    [
      'a name that runs from right to left is cut at its end, not at its beginning',
      { width: 1280 },
      async (page) => {
        await grow(page)
        const name = page.locator('[role=option] .name bdi', { hasText: 'محمد' }).first()
        await name.waitFor()
        const [cut, shown] = await name.evaluate((el) => {
          const range = document.createRange()
          range.setStart(el.firstChild, 0)
          range.setEnd(el.firstChild, 4)
          const [box, letters] = [el.getBoundingClientRect(), range.getBoundingClientRect()]
          return [
            el.scrollWidth > el.clientWidth,
            letters.right <= box.right + 1 && letters.left >= box.left - 1,
          ]
        })
        must(cut, 'it has not enough room')
        must(shown, 'it begins with محمد')
      },
    ],
    [
      'thirty pictures are asked for once, and of no other conversation',
      {},
      async (page) => {
        const asked = []
        await page.route('https://ae01.alicdn.com/**', (route) => {
          asked.push(route.request().url())
          return route.abort()
        })
        await grow(page)
        await openTalk(page, 'c2')
        const all = page.locator('main').getByRole('button', { name: /^加载全部 \d+ 张$/ })
        // The newest words fill the window; the pictures are above them.
        const upward = () =>
          eventually(
            async () => {
              await page.locator('main [role=log]').evaluate((log) => log.scrollBy(0, -600))
              return all.count()
            },
            (count) => count > 1,
            'the pictures come into sight',
          )
        await upward()
        must(asked.length === 0, `nothing is fetched unasked: ${asked}`)
        await all.first().click()
        await eventually(
          () => asked.length,
          (count) => count > 2,
          'those in sight are fetched',
        )
        await openTalk(page, 'x0')
        await openTalk(page, 'c2')
        await upward()
      },
    ],
  ])
