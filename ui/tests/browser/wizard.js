/** Hands on the windows in which stores are connected and renewed. */

export const dialog = (page) => page.getByRole('dialog')
export const button = (page, name) => dialog(page).getByRole('button', { name, exact: true })
export const line = (page, name) => dialog(page).getByRole('listitem', { name, exact: true })
export const fake = (page, what) => page.evaluate(what)
export const focused = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')

export async function open(page, platform = 'Shopee') {
  await page.getByRole('button', { name: '连接店铺' }).click()
  await dialog(page).getByText(platform, { exact: true }).click()
  await dialog(page).getByLabel('店铺名称').waitFor()
}
export async function fill(page, fields) {
  for (const [label, text] of Object.entries(fields)) await dialog(page).getByLabel(label).fill(text)
}
/** Moves on with the Tab key until something has the focus. */
export async function tabTo(page, words) {
  for (let i = 0; i < 30; i += 1) {
    if ((await focused(page)) === words) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${words}; it is at ${await focused(page)}`)
}
