import { accessible } from './accessible.js'
import { eventually, must, openTalk } from './harness.js'
import { button, dialog, fill, open } from './wizard.js'

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
  ['the inbox at 200 % is accessible', { zoom: 2, select: 'c2', theme: 'dark' }, accessible],
  ['a narrow window is accessible', { width: 1180, select: 'c2', lang: 'en' }, accessible],
  ['what went wrong is accessible', { scene: 'trouble', select: 'c2', theme: 'dark' }, accessible],
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
    'dialogs are accessible in dark',
    { select: 'c2', theme: 'dark' },
    async (page) => {
      for (const key of ['d', 'w', 't']) {
        await page.keyboard.press(key)
        await page.getByRole('dialog').waitFor()
        await accessible(page)
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
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
    'at 200 % the side column is a drawer that closes by its button, by a click beside it and by Escape',
    { zoom: 2, select: 'c2' },
    async (page) => {
      const toggle = page.getByRole('button', { name: '期限与买家信息' })
      const clock = page.locator('aside').getByText('平台回复')
      const ways = {
        'its button': () => page.locator('aside').getByRole('button', { name: '关闭' }).click(),
        'a click beside it': () => page.mouse.click(200, 230),
        Escape: () => page.keyboard.press('Escape'),
      }
      for (const [name, close] of Object.entries(ways)) {
        await toggle.click()
        await clock.waitFor()
        must((await toggle.getAttribute('aria-expanded')) === 'true', 'its button says that it is open')
        await close()
        await clock.waitFor({ state: 'hidden' })
        must((await toggle.getAttribute('aria-expanded')) === 'false', `${name} closes it`)
      }
      const back = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
      must(back === '期限与买家信息', `the focus goes back, not to ${back}`)
    },
  ],
  [
    'at 200 % the keys work with one pane: J goes on, slash searches, Escape leads to the list',
    { zoom: 2, select: 'c2' },
    async (page) => {
      await page.keyboard.press('j')
      await page.locator('main h2', { hasText: 'jia_hui88' }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('pedido')
      await page.locator('#hit-0').waitFor()
      must(!(await page.locator('main h2').isVisible()), 'the search has the room')
      await page.keyboard.press('Enter')
      await page.locator('main .bubble.found').waitFor()
      await page.keyboard.press('r')
      await page.keyboard.press('Escape')
      await page.locator('#row-c2').waitFor()
      await eventually(
        () => page.evaluate(() => document.activeElement?.id),
        (id) => id === 'row-c2',
        'the row of the conversation has the focus',
      )
    },
  ],
  [
    'at 200 % the whole rail can be scrolled to',
    { zoom: 2 },
    async (page) => {
      for (const name of ['已完成', '离线', '设置']) {
        const button = page.locator('nav').getByRole('button', { name, exact: true })
        await button.scrollIntoViewIfNeeded()
        const box = await button.boundingBox()
        must(box.y >= 0 && box.y + box.height <= 450, `${name} comes into sight`)
      }
    },
  ],
  ...['zh-CN', 'en'].flatMap((lang) =>
    [1440, 1180].map((width) => [
      `at ${width} pixels no button loses a word in ${lang}`,
      { width, lang, select: 'c2' },
      async (page) => {
        const cut = await page.evaluate(() =>
          [...document.querySelectorAll('main button, aside button, nav .switch button, main h2')]
            .filter((el) => el.checkVisibility() && el.scrollWidth > el.clientWidth + 1)
            .map((el) => el.textContent.trim()),
        )
        must(cut.length === 0, `cut: ${cut.join(' / ')}`)
      },
    ]),
  ),
  [
    'in a low window what was said has more room than what stands around it takes',
    { select: 'c2', width: 1280, height: 800, zoom: 2 },
    async (page) => {
      const log = await page.locator('main [role=log]').boundingBox()
      must(log.height >= 110, `the words have ${log.height} pixels`)
      must((await page.locator('main header').boundingBox()).height < 60, 'the head is one line')
      await page.locator('textarea').fill('Hola')
      const send = await page.getByRole('button', { name: '发送' }).boundingBox()
      must(send.y + send.height <= 400, 'and the reply can be sent')
    },
  ],
  ...['zh-CN', 'en'].map((lang) => [
    `a store that is left alone keeps its whole name beside until when, in ${lang}`,
    { scene: 'trouble', width: 1280, lang },
    async (page) => {
      await page.evaluate(() => {
        const { stores } = window.tidebellFake.world
        stores.find((store) => store.name === 'Shopee MY').name = 'Shopee Malaysia 2'
        window.tidebellFake.changed([])
      })
      const name = page.locator('nav .name > bdi', { hasText: 'Shopee Malaysia 2' })
      await name.waitFor()
      must(await name.evaluate((el) => el.scrollWidth <= el.clientWidth), 'the note takes its room')
    },
  ]),
  [
    'the tabs of the settings stay under the pointer, whatever they hold and however far one reads',
    { width: 1280, height: 800 },
    async (page) => {
      await page.getByRole('button', { name: '设置', exact: true }).click()
      const tab = (name) => dialog(page).getByRole('tab', { name, exact: true })
      await tab('常规').waitFor()
      const { y } = await tab('常规').boundingBox()
      for (const name of ['团队', '消息规则', '规则与日历']) {
        await tab(name).click()
        must((await tab(name).boundingBox()).y === y, `${name} moves the tabs`)
      }
      await dialog(page).getByText('节假日与调休').scrollIntoViewIfNeeded()
      await eventually(
        () =>
          dialog(page)
            .getByRole('tabpanel')
            .evaluate((panel) => panel.parentElement.parentElement.scrollTop),
        (top) => top > 400,
        'it is read far down',
      )
      const now = (await tab('常规').boundingBox()).y
      must(Math.abs(now - y) <= 6, `the tabs went from ${y} to ${now}`)
      await tab('常规').click()
      await dialog(page).getByText('数据位置').waitFor()
    },
  ],
  [
    'that a connection is tested is said where it is seen',
    { scene: 'first', width: 1280, height: 640 },
    async (page) => {
      await page.evaluate(() => (window.tidebellFake.testConnection = () => new Promise(() => {})))
      await open(page)
      await dialog(page).getByText('粘贴令牌').click()
      await fill(page, { 店铺名称: 'Shopee SG', 'Partner ID': '2001234', 'Partner Key': 'k' })
      await fill(page, { 'Shop ID': '220011', 'Access Token': 'a', 'Refresh Token': 'r' })
      await button(page, '测试连接').click()
      const said = dialog(page).getByRole('status').filter({ hasText: '正在测试' })
      await said.waitFor()
      const seen = await said.evaluate((el) => {
        const box = el.getBoundingClientRect()
        return el.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
      })
      must(seen, 'it hides below the form')
    },
  ],
  [
    'beside the narrow rail the list says which view it is',
    { width: 1180 },
    async (page) => {
      await page.locator('.place', { hasText: '待我回复' }).waitFor()
      await page.locator('nav').getByRole('button', { name: '平台通知' }).click()
      await page.locator('.place', { hasText: '平台通知' }).waitFor()
      const words = await page
        .locator('nav .switch .words')
        .evaluateAll((all) => all.map((w) => w.offsetWidth))
      must(words.length === 3 && words.every((w) => w > 10), 'my state is told in words, not by colour alone')
    },
  ],
  [
    'nothing moves for longer than 150 ms, and nothing repeats',
    { motion: 'no-preference', select: 'c2' },
    async (page) => {
      const slow = await page.evaluate(() => {
        const seconds = (list) => Math.max(...list.split(',').map(parseFloat))
        return [...document.querySelectorAll('*')]
          .map((el) => [el, getComputedStyle(el)])
          .filter(
            ([, style]) =>
              seconds(style.transitionDuration) > 0.15 ||
              (style.animationName !== 'none' && style.animationIterationCount !== '1'),
          )
          .map(([el]) => el.outerHTML.slice(0, 60))
      })
      must(slow.length === 0, slow.join(' | '))
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
