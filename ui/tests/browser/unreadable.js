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
]
