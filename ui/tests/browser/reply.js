import { eventually, leaves, must, undoable } from './harness.js'

const write = async (page, text) => {
  await page.locator('textarea').fill(text)
}
const send = (page) => page.keyboard.press('Control+Enter')
const field = (page) => page.locator('textarea').inputValue()

/** One red dot. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)

/** Writing, sending, and everything that can come between. */
export default [
  [
    'a reply can be undone and comes back into the field',
    { select: 'c2' },
    async (page) => {
      await undoable(page)
      await write(page, 'Hola María')
      await send(page)
      await page.locator('.bubble.waiting', { hasText: 'Hola María' }).waitFor()
      must((await field(page)) === '', 'the field is free after sending')
      await page.keyboard.press('Control+z')
      await eventually(
        () => field(page),
        (text) => text === 'Hola María',
        'the words come back',
      )
      await eventually(
        () => page.locator('.bubble.waiting').count(),
        (n) => n === 0,
        'nothing waits any more',
      )
    },
  ],
  [
    'whoever reads further up sees the own reply go',
    { select: 'c2', zoom: 2 },
    async (page) => {
      await undoable(page)
      await write(page, 'Hola María')
      const log = page.locator('main [role=log]')
      const below = () => log.evaluate((port) => port.scrollHeight - port.clientHeight - port.scrollTop)
      await log.hover()
      // Turned again until it shows: a turn while the conversation is still finding its end is lost.
      await eventually(
        async () => {
          await page.mouse.wheel(0, -2000)
          return below()
        },
        (rest) => rest > 500,
        'the end is out of sight',
      )
      await page.locator('textarea').focus()
      await send(page)
      await page.locator('.bubble.waiting', { hasText: 'Hola María' }).waitFor()
      await eventually(below, (rest) => rest < 24, 'it comes into sight')
    },
  ],
  [
    'a reply that was not undone is sent and stops the clock',
    { select: 'c2' },
    async (page) => {
      await write(page, 'Le devolvemos el dinero hoy.')
      await send(page)
      await page.locator('.bubble.ours', { hasText: 'Le devolvemos el dinero hoy.' }).waitFor()
      await eventually(
        () => page.locator('.left').count(),
        (n) => n === 0,
        'no clock runs after a counting reply',
      )
    },
  ],
  [
    'a draft is kept when another conversation is opened',
    { select: 'c2' },
    async (page) => {
      await write(page, 'media frase')
      await page.locator('#row-c3').click()
      await page.locator('main h2', { hasText: 'jia_hui88' }).waitFor()
      must((await field(page)) === '', 'the other conversation has its own draft')
      await page.locator('#row-c2').click()
      await eventually(
        () => field(page),
        (text) => text === 'media frase',
        'the draft is still there',
      )
    },
  ],
  [
    'a reply stops when the buyer wrote meanwhile, and goes when the agent insists',
    { select: 'c2' },
    async (page) => {
      await undoable(page)
      await write(page, 'Lo siento')
      await page.evaluate(() => {
        const { world } = window.tidebellFake
        const talk = world.talks.get('c2')
        const last = talk.messages.findLast((m) => m.author === 'buyer')
        // Written on the platform, but not yet heard of by the window.
        talk.messages.push({
          ...last,
          id: 'late',
          at: new Date(window.tidebellFake.now()).toISOString(),
          body: { type: 'text', text: 'Ya no hace falta' },
        })
      })
      await send(page)
      await page.getByRole('alertdialog').getByText('Ya no hace falta').waitFor()
      must((await field(page)) === 'Lo siento', 'the words are kept')
      await page.getByRole('button', { name: '仍要发送' }).click()
      await page.locator('.bubble.waiting', { hasText: 'Lo siento' }).waitFor()
    },
  ],
  [
    'emoji alone are asked about before they are sent',
    { select: 'c2' },
    async (page) => {
      await write(page, '🙏')
      await send(page)
      await page.getByRole('alertdialog').getByText('不计为回复').waitFor()
      must((await page.locator('.bubble.waiting').count()) === 0, 'nothing was sent')
    },
  ],
  [
    'an unknown fate is asked about and can be put back into the draft',
    { select: 'c2' },
    async (page) => {
      await write(page, 'Hola #unknown')
      await send(page)
      await page.getByText('平台上看到这条回复了吗').waitFor()
      await page.getByRole('button', { name: '没有，退回草稿' }).click()
      await eventually(
        () => field(page),
        (text) => text === 'Hola #unknown',
        'never sent again by itself',
      )
    },
  ],
  [
    'a reply that the platform does not show is offered again, and one that is asked about is not',
    { select: 'c2' },
    async (page) => {
      await write(page, 'Hola #asking')
      await send(page)
      const asking = page.locator('.bubble.unknown', { hasText: '正在向平台核对' })
      await asking.waitFor()
      must((await asking.getByRole('button').count()) === 0, 'nobody needs to answer yet')
      await write(page, 'Adiós #lost')
      await send(page)
      const lost = page.locator('.bubble.not_arrived')
      await lost.waitFor()
      const ways = (await lost.getByRole('button').allTextContents()).map((text) => text.trim()).join()
      must(ways === '退回草稿,重新发送', `both ways on: ${ways}`)
      await lost.getByRole('button', { name: '重新发送' }).click()
      await page.locator('.bubble.ours', { hasText: 'Adiós' }).last().waitFor()
    },
  ],
  [
    'a picture is chosen, refused with the limit, sent with its order, and comes back when it is undone',
    { select: 'c3' },
    async (page) => {
      await undoable(page)
      const choose = (name, buffer) =>
        page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer })
      await page.getByText('每张不超过 2 MB').waitFor()
      await choose('film.png', Buffer.from('no picture'))
      await page.getByText('平台只接受 JPG / PNG / GIF 图片').waitFor()
      await choose('large.png', Buffer.concat([PNG, Buffer.alloc(2_000_000)]))
      await page.getByText('平台最多接受 2 MB').waitFor()
      must((await page.locator('.compose li').count()) === 0, 'nothing is taken that the platform refuses')
      await choose('photo.png', PNG)
      await page.getByAltText('图片 1').waitFor()
      await page.getByRole('button', { name: '移除图片 1' }).press('Enter')
      must((await page.locator('.compose li').count()) === 0, 'it can be taken out by key')
      await choose('photo.png', PNG)
      await page.getByRole('button', { name: '发送订单卡片' }).first().click()
      must((await page.locator('.compose li').count()) === 2, 'the order goes along')
      await page.getByText('不停止计时').waitFor()
      await page.locator('textarea').focus()
      await send(page)
      await page.locator('.bubble.waiting img').waitFor()
      await page.locator('.bubble.waiting', { hasText: '订单' }).getByRole('button').click()
      await page.locator('.compose li', { hasText: '订单' }).waitFor()
      await leaves(page)
      await page.locator('.bubble.ours img').last().waitFor()
    },
  ],
  [
    'a product goes along as a card, by key, and comes back when it is taken back',
    { select: 'c4' },
    async (page) => {
      await undoable(page)
      const offer = page.getByRole('button', { name: '发送商品卡片：蓝牙音箱' })
      await offer.press('Enter')
      const chosen = page.locator('.compose li', { hasText: '蓝牙音箱' })
      await chosen.waitFor()
      must(await page.evaluate(() => document.activeElement?.tagName === 'TEXTAREA'), 'on to the field')
      await page.getByRole('button', { name: '移除商品卡片' }).press('Enter')
      must((await page.locator('.compose li').count()) === 0, 'it can be taken out by key')
      await offer.press('Enter')
      await chosen.waitFor()
      await page.locator('textarea').focus()
      await send(page)
      await page.locator('.bubble.waiting', { hasText: '蓝牙音箱' }).getByRole('button').click()
      await chosen.waitFor()
      // Else the one that was taken back is seen instead of the next, which has not left the field yet.
      await page.locator('.bubble.waiting').waitFor({ state: 'detached' })
      await page.locator('textarea').focus()
      await send(page)
      await page.locator('.bubble.waiting', { hasText: '蓝牙音箱' }).waitFor()
      await leaves(page)
      await page.locator('.bubble.ours .card', { hasText: '蓝牙音箱' }).waitFor()
    },
  ],
  [
    'a way that sends no cards says so where the button would be',
    { select: 'c4', scene: 'trouble' },
    async (page) => {
      const side = page.locator('aside[aria-label]').filter({ hasText: '蓝牙音箱' })
      const reasons = side.getByText('旧版消息接口不能发送订单和商品卡片')
      await reasons.first().waitFor()
      must((await reasons.count()) === 2, 'beside the order and beside the product')
      must((await side.getByRole('button', { name: /卡片/ }).count()) === 0, 'and nothing can be pressed')
    },
  ],
  [
    'U puts a conversation back among the unread ones and off the screen',
    { select: 'c3' },
    async (page) => {
      await page.keyboard.press('u')
      await page.locator('#row-c3.unread').waitFor()
      must((await page.locator('main [role=log]').count()) === 0, 'being on the screen would read it again')
    },
  ],
  [
    'a refused reply shows its cause and can be tried again',
    { select: 'c2' },
    async (page) => {
      await write(page, 'Hola #refuse')
      await send(page)
      await page.getByText('ERR_MSG_BLOCKED').waitFor()
      await page.locator('.bubble.refused').getByRole('button', { name: '重试' }).click()
      await page.locator('.bubble.ours', { hasText: 'Hola' }).last().waitFor()
    },
  ],
  [
    'a closed gate gives its reason instead of a field',
    { select: 'c8' },
    async (page) => {
      await page.getByText('平台不允许在这个站点用接口发送').waitFor()
      must((await page.locator('textarea').count()) === 0, 'nothing can be typed that cannot be sent')
    },
  ],
]
