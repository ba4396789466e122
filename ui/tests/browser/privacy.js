import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'

const dialog = (page) => page.getByRole('dialog')
const openPrivacy = async (page) => {
  await page.getByRole('button', { name: '设置' }).click()
  await dialog(page).getByRole('tab', { name: '隐私' }).click()
}

/** Erasing a buyer, and how long content is kept. */
export default [
  [
    'a buyer is erased after a question, by keyboard, and the conversation says so',
    { select: 'c2' },
    async (page) => {
      const erase = page.getByRole('button', { name: '抹除买家资料…' })
      await erase.focus()
      await page.keyboard.press('Enter')
      await dialog(page).getByText('无法恢复').waitFor()
      await page.keyboard.press('Escape')
      must((await page.getByText('内容已抹除').count()) === 0, 'nothing goes without a yes')
      await erase.click()
      await dialog(page).getByRole('button', { name: '抹除', exact: true }).click()
      await page.locator('main').getByText('内容已抹除').first().waitFor()
      await page.locator('main h2', { hasText: '已抹除的会话' }).waitFor()
      const row = page.locator('#row-c2')
      await row.getByText('已抹除的会话').waitFor()
      await row.getByText('内容已抹除').waitFor()
      await page.locator('button.next', { hasText: '已抹除的会话' }).waitFor()
      await eventually(
        () => erase.count(),
        (count) => count === 0,
        'who is erased is not erased again',
      )
      const here = await page.evaluate(() => document.activeElement?.id)
      must(here === 'buyer-card', `the hands are at the card of who is gone, not at ${here || 'the top'}`)
      await page.keyboard.press('Tab')
      const next = await page.evaluate(() => document.activeElement?.textContent?.trim())
      must(next === '此会话的推送日志', `and go on from there, not to ${next}`)
    },
  ],
  [
    'a shorter time asks first and a longer one does not',
    {},
    async (page) => {
      await openPrivacy(page)
      const keep = dialog(page).getByRole('combobox').first()
      await keep.selectOption({ label: '保留 90 天' })
      await dialog(page).getByRole('alert').getByText('无法恢复').waitFor()
      await dialog(page).getByRole('button', { name: '取消' }).click()
      must((await keep.inputValue()) === '0', 'as it was')
      await eventually(
        () => keep.evaluate((select) => select === document.activeElement),
        (there) => there,
        'the hands are where the question came from',
      )
      await keep.selectOption({ label: '保留 90 天' })
      await dialog(page).getByRole('button', { name: '抹除更早的内容' }).click()
      await eventually(
        () => dialog(page).getByRole('alert').count(),
        (count) => count === 0,
        'it is kept',
      )
      await eventually(
        () => keep.inputValue(),
        (days) => days === '90',
        'as picked',
      )
      await keep.selectOption({ label: '一直保留' })
      must((await dialog(page).getByRole('alert').count()) === 0, 'keeping more erases nothing')
    },
  ],
  [
    'the page and its question can be read by everybody, also in the dark',
    { theme: 'dark' },
    async (page) => {
      await openPrivacy(page)
      await dialog(page).getByRole('combobox').first().selectOption({ label: '保留 30 天' })
      await dialog(page).getByRole('alert').waitFor()
      await accessible(page)
    },
  ],
]
