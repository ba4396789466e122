import { accessible } from './accessible.js'
import { must } from './harness.js'

const panel = (page) => page.getByRole('dialog').getByRole('tabpanel')
async function openUnreadable(page, settings = '设置', tab = /^未能读取/) {
  await page.getByRole('button', { name: settings }).click()
  await page.getByRole('dialog').getByRole('tab', { name: tab }).click()
}

/** What could not be read, in the settings. */
export default [
  [
    'what could not be read is told in the reader’s language, and the parser’s words are folded away',
    {},
    async (page) => {
      await openUnreadable(page)
      const order = panel(page).getByRole('listitem').filter({ hasText: '订单 · Shopee SG' })
      await order.getByText('缺少必需的部分').waitFor()
      await order.getByText('共收到 3 次').waitFor()
      await order.getByText('请到平台后台查看这一单').waitFor()
      await order.getByRole('button', { name: '保存结构…' }).waitFor()
      const why = order.getByText('an order without update_time')
      must(!(await why.isVisible()), 'the parser speaks only to whoever asks')
      await order.getByText('技术细节').focus()
      await page.keyboard.press('Enter')
      await why.waitFor()
      must((await why.getAttribute('lang')) === 'en', 'and is read out as English')
      await accessible(page)
    },
  ],
  [
    'what could not be read is accessible in the dark and in English',
    { theme: 'dark', lang: 'en' },
    async (page) => {
      await openUnreadable(page, 'Settings', /^Unreadable/)
      await panel(page).getByText('Technical details').first().click()
      await panel(page).getByText('no store of yours').waitFor()
      await accessible(page)
    },
  ],
  [
    'where everything could be read, the page says so',
    { scene: 'empty' },
    async (page) => {
      await openUnreadable(page)
      await panel(page).getByText('没有未能读取的内容').waitFor()
      must((await panel(page).getByRole('listitem').count()) === 0, 'and lists nothing')
    },
  ],
  [
    'what can be read by now leaves the list on a click, and the result is read out',
    {},
    async (page) => {
      await openUnreadable(page)
      const message = panel(page).getByRole('listitem').filter({ hasText: '聊天消息' })
      await message.getByRole('button', { name: '再试一次' }).focus()
      await page.keyboard.press('Enter')
      await panel(page).getByRole('status').filter({ hasText: '已读懂并收下：聊天消息' }).waitFor()
      await message.waitFor({ state: 'detached' })
      const at = await page.evaluate(() => document.activeElement?.getAttribute('role'))
      must(at === 'status', `the keys go on at what is told, not at the top of the page: ${at}`)
      await page.getByRole('dialog').getByRole('tab', { name: '未能读取（3）' }).waitFor()
      const push = panel(page).getByRole('listitem').filter({ hasText: '平台推送' })
      await push.getByRole('button', { name: '再试一次' }).click()
      await push.getByText('再试过，仍读不懂').waitFor()
      await accessible(page)
    },
  ],
  [
    'of what is only an outline the list says why it is not tried again',
    {},
    async (page) => {
      await openUnreadable(page)
      const order = panel(page).getByRole('listitem').filter({ hasText: '订单 · Shopee SG' })
      await order.getByText('只留了结构').waitFor()
      must((await order.getByRole('button', { name: '再试一次' }).count()) === 0, 'and offers nothing')
      const mail = panel(page).getByRole('listitem').filter({ hasText: '邮件' })
      must((await mail.getByRole('button').count()) === 0, 'nor to save what is not there')
    },
  ],
  [
    'all are tried again with progress, and whoever stops it hears how far it came',
    {},
    async (page) => {
      await openUnreadable(page)
      await page.evaluate(() => (window.tidebellFake.unread.allTo = 1))
      await panel(page).getByRole('button', { name: '全部再试' }).click()
      const bar = panel(page).getByRole('progressbar', { name: /正在再试/ })
      await bar.waitFor()
      await panel(page).getByRole('button', { name: '停止' }).click()
      await panel(page).getByRole('status').filter({ hasText: '已停止' }).waitFor()
      await bar.waitFor({ state: 'detached' })
      await page.evaluate(() => (window.tidebellFake.unread.allTo = Infinity))
      await panel(page).getByRole('button', { name: '全部再试' }).click()
      await panel(page).getByRole('status').filter({ hasText: '2 条无法再试' }).waitFor()
      must((await panel(page).getByText('聊天消息 ·').count()) === 0, 'what could be read is gone')
    },
  ],
  [
    'before anything is saved the page warns of buyers in it',
    { lang: 'en', theme: 'dark' },
    async (page) => {
      await openUnreadable(page, 'Settings', /^Unreadable/)
      const push = panel(page).getByRole('listitem').filter({ hasText: 'Push of the platform' })
      await push.getByRole('button', { name: 'Save content…' }).click()
      await push.getByText('names, addresses and messages of buyers').waitFor()
      await accessible(page)
      await push.getByRole('button', { name: 'Cancel' }).click()
      must((await page.evaluate(() => window.tidebellFake.unread.saved.length)) === 0, 'nothing is written')
      await panel(page).getByRole('button', { name: 'Save all…' }).click()
      await panel(page).getByRole('button', { name: 'Choose where…' }).click()
      const told = panel(page).getByRole('status').filter({ hasText: 'Saved: 4' })
      await told.getByRole('button', { name: 'Show in folder' }).click()
      must((await page.evaluate(() => window.tidebellFake.foldersShown)) === 1, 'the folder is shown')
    },
  ],
]
