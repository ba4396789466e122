import { eventually, must, openTalk } from './harness.js'

/** What has the focus, whether it can be seen there, and whether it is in what was opened. */
const stop = (page) =>
  page.evaluate(() => {
    const el = document.activeElement
    const ring = (node) => node && getComputedStyle(node).outlineStyle !== 'none'
    const name = el?.getAttribute('aria-label') || el?.textContent?.trim() || el?.tagName
    return {
      name: String(name).slice(0, 40),
      inside: el?.closest('[role$=dialog]') !== null,
      // A label around a radio draws its ring; what only holds a place shows none.
      seen: ring(el) || ring(el?.parentElement) || el?.matches('[role$=dialog], [tabindex="-1"]'),
    }
  })
const opened = (page) => page.locator('[role$=dialog]')

/** Opens something by key, walks through it, and closes it by key: the focus is back where it was. */
const round = (name, options, find, { before, inside } = {}) => [
  `by keyboard alone: ${name} opens, shows where one is, closes by Escape and gives the focus back`,
  options,
  async (page) => {
    await before?.(page)
    const opener = find(page)
    await opener.focus()
    const from = await stop(page)
    await page.keyboard.press('Enter')
    await opened(page).first().waitFor()
    await inside?.(page)
    for (let i = 0; i < 14; i += 1) {
      await page.keyboard.press('Tab')
      const at = await stop(page)
      must(at.inside, `Tab leaves it for ${at.name}`)
      must(at.seen, `no focus is to be seen on ${at.name}`)
    }
    await page.keyboard.press('Escape')
    await opened(page).waitFor({ state: 'detached' })
    await eventually(
      async () => (await stop(page)).name,
      (now) => now === from.name,
      `the focus was at ${from.name}`,
    )
  },
]
const button = (name) => (page) => page.getByRole('button', { name, exact: typeof name === 'string' }).first()
const tab = (name) => async (page) => {
  const it = page.getByRole('tab', { name, exact: true })
  await page.getByRole('tab', { name: '常规' }).focus()
  for (let i = 0; i < 8 && !(await it.evaluate((el) => el === document.activeElement)); i += 1)
    await page.keyboard.press('ArrowRight')
  await page.getByRole('tabpanel').first().waitFor()
  must((await it.getAttribute('aria-selected')) === 'true', `the arrows lead to ${name}`)
}

/** Every window there is, without a mouse. */
export default [
  ...['常规', '规则与日历', '团队', '消息规则', '企业微信', '推送日志', '隐私'].map((name) =>
    round(`the settings at ${name}`, {}, button('设置'), { inside: tab(name) }),
  ),
  round('the list of keys', {}, button(/\?$/)),
  round('the wizard', { scene: 'first' }, button(/^连接店铺/)),
  round('the wizard from the rail', {}, button('连接店铺')),
  round('a store', { scene: 'trouble' }, button(/^Shopee MY/)),
  round('a mailbox', {}, button(/^admin@/)),
  round('a seat', {}, button(/^彩电卖家:小李/)),
  round('a new seat', {}, button('添加子账号')),
  round('going offline', {}, button('离线'), {
    inside: (page) => opened(page).getByText('María G.').waitFor(),
  }),
  round('the arithmetic', { select: 'c2' }, button(/^展开算式/)),
  round('the reasons', { select: 'c2' }, button(/^为什么是我/)),
  round('a transfer', { select: 'c2' }, button(/^转交/)),
  round('erasing a buyer', { select: 'c2' }, button(/^抹除买家资料/)),
  round('the push log of a conversation', { select: 'c2' }, button('此会话的推送日志')),
  round('raw content', {}, button('查看原文'), { before: (page) => openTalk(page, 'c7') }),
]
