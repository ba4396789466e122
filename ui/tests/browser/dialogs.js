import { eventually, must } from './harness.js'
import { focused } from './wizard.js'

const dialog = (page) => page.getByRole('dialog')
const closed = (page) =>
  eventually(
    () => dialog(page).count(),
    (n) => n === 0,
    'the dialog closes',
  )

/** Reasons, presence, transfer, stores, settings, the first run. */
export default [
  [
    'D shows the arithmetic line by line, Escape closes it',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('d')
      await dialog(page).getByText('+ 3 小时').waitFor()
      await dialog(page).getByText('3 条未回消息，取最早到期').waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
    },
  ],
  [
    'W answers why me with every seat as it was',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('w')
      await dialog(page).getByRole('table').first().waitFor()
      const rows = await dialog(page).getByRole('table').first().getByRole('row').count()
      must(rows === 6, `a head and five seats, not ${rows}`)
      await dialog(page).getByText('在线且参与分流的账号中').waitFor()
    },
  ],
  [
    'going offline shows what would move before it happens',
    {},
    async (page) => {
      await page.getByRole('button', { name: '离线', exact: true }).click()
      await dialog(page).getByText('María G.').waitFor()
      const pressed = page.locator('button.online[aria-pressed=true]')
      must((await pressed.count()) === 1, 'still online until it is confirmed')
      await dialog(page).getByRole('button', { name: '确认离线' }).click()
      await page.locator('button.offline[aria-pressed=true]').waitFor()
    },
  ],
  [
    'a transfer goes to another seat with a note on record',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('t')
      await dialog(page).getByLabel(/小李/).check()
      await dialog(page).getByRole('textbox').fill('尺码问题')
      await dialog(page).getByRole('button', { name: '转交' }).click()
      await closed(page)
      await page.locator('.event', { hasText: '尺码问题' }).waitFor()
    },
  ],
  [
    'what was escalated owes no escalation any more',
    { select: 'c2' },
    async (page) => {
      await page.getByRole('button', { name: '已升级给平台' }).click()
      await page.locator('.settled', { hasText: '升级平台' }).waitFor()
      await eventually(
        () => page.getByRole('button', { name: '已升级给平台' }).count(),
        (n) => n === 0,
        'done is done',
      )
    },
  ],
  [
    'a sub-account with a full-width colon is refused with what to type',
    {},
    async (page) => {
      await page.getByRole('button', { name: '添加子账号' }).click()
      await dialog(page).getByRole('textbox').fill('彩电卖家：小王')
      await dialog(page).getByRole('button', { name: '添加', exact: true }).click()
      await dialog(page).getByText('请用半角冒号').waitFor()
      await dialog(page).getByRole('textbox').fill('彩电卖家:小王')
      await dialog(page).getByRole('button', { name: '添加', exact: true }).click()
      await closed(page)
      await page.getByRole('button', { name: /彩电卖家:小王/ }).waitFor()
    },
  ],
  [
    'the sync switch of a store takes its warning away',
    { select: 'c2' },
    async (page) => {
      await page.locator('.event.warn').waitFor()
      await page.getByRole('button', { name: /速卖通 · 彩电旗舰店/ }).click()
      await page.getByRole('switch').click()
      await page.keyboard.press('Escape')
      await eventually(
        () => page.locator('.event.warn').count(),
        (n) => n === 0,
        'nothing is left to warn of',
      )
    },
  ],
  [
    'the language changes without a reload and the theme with it',
    {},
    async (page) => {
      await page.getByRole('button', { name: '设置' }).click()
      await dialog(page).getByText('English').click()
      await dialog(page).getByRole('heading', { name: 'Settings' }).waitFor()
      await dialog(page).getByText('Dark', { exact: true }).click()
      await eventually(
        () => page.evaluate(() => document.documentElement.dataset.theme),
        (t) => t === 'dark',
        'the theme is on the page',
      )
      must((await page.evaluate(() => document.documentElement.lang)) === 'en', 'screen readers are told')
    },
  ],
  [
    'a test alert says whether the system took it',
    { scene: 'trouble' },
    async (page) => {
      await page.getByText('系统拦截了提醒').waitFor()
      await page.getByText('磁盘已满').waitFor()
      await page.getByRole('button', { name: '检查提醒' }).click()
      await dialog(page).getByRole('button', { name: '发送测试' }).click()
      await dialog(page).getByText('系统拒绝了通知').waitFor()
    },
  ],
  [
    'closing to the tray is explained once',
    {},
    async (page) => {
      const close = () =>
        page.evaluate(() =>
          window.tidebellFake.notice({ code: 'closed_to_tray', conversation_id: null, params: {} }),
        )
      await close()
      await page.getByText('潮铃还在运行').waitFor()
      await page.getByRole('button', { name: '知道了' }).click()
      await eventually(
        () => page.getByText('潮铃还在运行').count(),
        (n) => n === 0,
        'it goes',
      )
      await close()
      await page.waitForTimeout(300)
      must((await page.getByText('潮铃还在运行').count()) === 0, 'and does not come again')
    },
  ],
  [
    'the first run leads into the demo shop',
    { scene: 'first' },
    async (page) => {
      await page.getByRole('button', { name: '试用演示店铺' }).click()
      await page.locator('#row-c2').waitFor()
    },
  ],
  [
    'a bridge shows its token once, and can be given another',
    { scene: 'first' },
    async (page) => {
      await page.getByRole('button', { name: '连接店铺' }).click()
      await dialog(page).getByText('桥接', { exact: true }).click()
      await dialog(page).getByRole('button', { name: '创建桥接' }).click()
      must((await dialog(page).locator('[aria-invalid]').count()) === 2, 'what is missing is named')
      await dialog(page).getByLabel('店铺名称').fill('Lazada MY')
      await dialog(page).getByLabel('所属平台').fill('Lazada')
      await dialog(page).getByRole('button', { name: '创建桥接' }).click()
      await dialog(page).getByText('tbr_pretend-1', { exact: true }).waitFor()
      await dialog(page).getByRole('button', { name: '我已保存令牌' }).click()
      await page.getByRole('button', { name: /^Lazada MY/ }).click()
      await page.getByText('http://127.0.0.1:8715').waitFor()
      must((await page.getByText('tbr_pretend-1').count()) === 0, 'the token is not shown again')
      await page.getByRole('button', { name: '更换令牌' }).click()
      await page.getByRole('button', { name: '确定更换' }).click()
      await page.getByText('tbr_pretend-2', { exact: true }).waitFor()
    },
  ],
  [
    'what cannot be undone asks first, with the hands at the way back',
    { scene: 'first' },
    async (page) => {
      await page.getByRole('button', { name: '连接店铺' }).click()
      await dialog(page).getByText('桥接', { exact: true }).click()
      await dialog(page).getByLabel('店铺名称').fill('Lazada MY')
      await dialog(page).getByLabel('所属平台').fill('Lazada')
      await dialog(page).getByRole('button', { name: '创建桥接' }).click()
      await dialog(page).getByRole('button', { name: '我已保存令牌' }).click()
      await page.getByRole('button', { name: /^Lazada MY/ }).click()
      await page.getByRole('button', { name: '更换令牌' }).press('Enter')
      await page.getByRole('button', { name: '确定更换' }).waitFor()
      must((await focused(page)) === '取消', `a second Enter presses ${await focused(page)}`)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: '确定更换' }).waitFor({ state: 'detached' })
      must((await focused(page)) === '更换令牌', `the hands are at ${await focused(page)}`)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: '确定更换' }).press('Enter')
      await page.getByText('tbr_pretend-2', { exact: true }).waitFor()
      must((await focused(page)) === '更换令牌', `and after a yes at ${await focused(page)}`)
    },
  ],
  [
    'a link in a mail shows its real host and is not followed',
    {},
    async (page) => {
      await page.locator('nav').getByRole('button', { name: '系统邮件' }).click()
      await page.locator('#row-c10').click()
      await page.getByText('发件人与平台不符').waitFor()
      await page.frameLocator('iframe').getByText('verify your account').click()
      await dialog(page).getByText('aliexpress-secure.example.top', { exact: true }).waitFor()
      must(new URL(page.url()).hostname === '127.0.0.1', 'the window stays where it is')
      must(
        (await dialog(page).getByRole('button', { name: '用浏览器打开' }).count()) === 0,
        'a suspicious mail leads nowhere',
      )
    },
  ],
  [
    'a link is opened in the browser once its host was seen, and only then',
    {},
    async (page) => {
      const opened = () => page.evaluate(() => window.tidebellFake.linksOpened)
      await page.locator('nav').getByRole('button', { name: '平台通知' }).click()
      await page.getByRole('option', { name: /退货申请/ }).click()
      await page.getByRole('button', { name: '平台页面' }).click()
      await dialog(page).getByText('seller.shopee.sg', { exact: true }).waitFor()
      must((await opened()).length === 0, 'nothing is opened before the answer')
      await dialog(page).getByRole('button', { name: '用浏览器打开' }).click()
      await closed(page)
      must(
        (await opened()).join() === 'https://seller.shopee.sg/portal/sale/return/241018PQ771',
        `the address that was shown: ${await opened()}`,
      )
    },
  ],
]
