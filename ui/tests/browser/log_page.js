import { eventually } from './harness.js'

export const dialog = (page) => page.getByRole('dialog')
export const rows = (page) => dialog(page).getByRole('list', { name: '日志记录' }).locator('li > button')

export async function openLog(page) {
  await page.getByRole('button', { name: '设置' }).click()
  await dialog(page).getByRole('tab', { name: '推送日志' }).click()
  await dialog(page).getByRole('button', { name: '打开推送日志' }).click()
  await dialog(page).getByRole('heading', { name: '推送日志' }).waitFor()
}

export const count = (page, n, why) =>
  eventually(
    () => rows(page).count(),
    (found) => found === n,
    why,
  )
