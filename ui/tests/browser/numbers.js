import { must } from './harness.js'

const dialog = (page) => page.getByRole('dialog')
const row = (page, name) => dialog(page).locator('.shown', { hasText: name })

async function openRules(page) {
  await page.getByRole('button', { name: '设置' }).click()
  await page.getByRole('tab', { name: '规则与日历' }).click()
  await row(page, '回复的绝对上限').waitFor()
}

/** The numbers of the rules and the working calendar. */
export default [
  [
    'a number of the rules is changed by keyboard and goes back to the default',
    {},
    async (page) => {
      await openRules(page)
      const change = dialog(page).getByRole('button', { name: '修改：工作时间内收到，回复期限' })
      await change.press('Enter')
      must(
        (await page.evaluate(() => document.activeElement?.value)) === '180',
        'the field has the focus and the minutes of today',
      )
      await page.keyboard.press('Control+A')
      await page.keyboard.type('120')
      await page.keyboard.press('Enter')
      await row(page, '默认 3 小时').waitFor()
      must(
        await change.evaluate((button) => button === document.activeElement),
        'the keyboard goes on from the button that opened the field',
      )
      await dialog(page).getByRole('button', { name: '恢复默认：工作时间内收到，回复期限' }).click()
      await row(page, '买家消息规则 3-6-24：工作时间内').waitFor()
    },
  ],
  [
    'a value that makes no sense is refused beside its field, Escape leaves it as it was',
    {},
    async (page) => {
      await openRules(page)
      await dialog(page).getByRole('button', { name: '修改：回复的绝对上限' }).click()
      const field = dialog(page).getByLabel('回复的绝对上限')
      await field.fill('soon')
      await field.press('Enter')
      await dialog(page).getByRole('alert').getByText('看不懂这个值').waitFor()
      await field.fill('0')
      await field.press('Enter')
      await dialog(page).getByRole('alert').getByText('没有改动').waitFor()
      await field.press('Escape')
      await row(page, '最迟不得超过24小时').getByText('24 小时', { exact: true }).waitFor()
      must((await dialog(page).count()) === 1, 'Escape closed the field, not the settings')
    },
  ],
  [
    'a holiday file is taken in, and a file that is none says so',
    {},
    async (page) => {
      await openRules(page)
      const file = (name, text) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
      const input = dialog(page).locator('input[type=file]')
      await input.setInputFiles(file('broken.json', '{'))
      await dialog(page).getByRole('status').getByText('读不了').waitFor()
      const year = '{"year":2027,"source":"通知","date":"2026-11-01","holidays":[],"working":[]}'
      await input.setInputFiles(file('2027.json', year))
      await dialog(page).getByRole('status').getByText('2027.json').waitFor()
      await dialog(page).getByText('已公布到 2027年12月31日').waitFor()
      await dialog(page).getByRole('button', { name: '移除导入的 2027 年' }).click()
      await dialog(page).getByText('已公布到 2026年12月31日').waitFor()
    },
  ],
]
