import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { focused } from './wizard.js'

/** What a mailbox shows beyond other stores. */
export default [
  [
    'mails from files come in with how far it is and how it ended',
    {},
    async (page) => {
      const mailbox = page.getByRole('button', { name: /admin@彩电/ })
      await page.evaluate(() => (window.tidebellFake.importsTo = 50))
      await mailbox.click()
      await page.getByRole('button', { name: '导入邮件…' }).click()
      await page.getByText('已有的邮件不会重复，也不会响铃').waitFor()
      await page.keyboard.press('Tab')
      await page.getByRole('button', { name: '选择文件夹…' }).click()
      await page.getByText(/正在导入：已读 \d+%，找到 \d+ 封邮件/).waitFor()
      await page.getByRole('button', { name: /admin@彩电.*导入 \d+%/ }).waitFor()
      await page.evaluate(() => (window.tidebellFake.importsTo = 100))
      const result = page.getByRole('status').filter({ hasText: '导入完成' })
      await result.getByText('收入 1150 封，原来已有 48 封，无法读取 2 封').waitFor()
      await result.getByText('1 个文件打不开：locked.mbox').waitFor()
      await page.keyboard.press('Escape')
      await mailbox.click()
      await page.getByText('导入完成').waitFor()
      await page.getByRole('button', { name: '知道了' }).click()
      await page.getByText('导入完成').waitFor({ state: 'detached' })
    },
  ],
  [
    'a mailbox says when it was compared with its server',
    {},
    async (page) => {
      await page.getByRole('button', { name: /admin@彩电/ }).click()
      await page.getByText('与服务器核对（03:32）：214 封都在').waitFor()
    },
  ],
  [
    'an import can be stopped and keeps what it took',
    { lang: 'en' },
    async (page) => {
      await page.evaluate(() => (window.tidebellFake.importsTo = 50))
      await page.getByRole('button', { name: /admin@彩电/ }).click()
      await page.getByRole('button', { name: 'Import mails…' }).click()
      await page.getByRole('button', { name: 'Choose files…' }).click()
      await page.getByText(/Importing: [1-9]\d*% read/).waitFor()
      await page.getByRole('button', { name: 'Stop importing' }).click()
      await page.getByText(/What was taken in stays/).waitFor()
      must((await page.getByText(/Importing:/).count()) === 0, 'it stands still')
    },
  ],
  [
    'a mailbox with many mails says how many of how many are in',
    {},
    async (page) => {
      const backlog = (value) => page.evaluate((v) => window.tidebellFake.backlog('s3', v), value)
      await backlog({ done: 5200, total: 10000 })
      await page.getByRole('button', { name: /admin@彩电.*5200\/10000/ }).click()
      await page.getByText('已收 5200 / 10000 封').waitFor()
      await backlog(null)
      await page.getByText('已收 5200 / 10000 封').waitFor({ state: 'detached' })
    },
  ],
  [
    'the folders that are read are picked, the junk folder among them',
    {},
    async (page) => {
      await page.getByRole('button', { name: /admin@彩电/ }).click()
      await page.getByRole('button', { name: '读取哪些文件夹…' }).click()
      const box = (name) => page.getByRole('checkbox', { name })
      await box(/INBOX/).waitFor()
      must(await box(/INBOX/).isDisabled(), 'it is always read')
      must(await box(/Sent Messages/).isDisabled(), 'nothing comes in there')
      await accessible(page)
      await box(/Junk/).focus()
      await page.keyboard.press('Space')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByRole('button', { name: '读取哪些文件夹…' }).click()
      await box(/Junk/).waitFor()
      must(await box(/Junk/).isChecked(), 'it is kept')
      await page.evaluate(() => window.tidebellFake.missing('s3', ['Junk']))
      await page.getByText('读不到文件夹：Junk').waitFor()
      await page.getByRole('button', { name: /admin@彩电.*文件夹读不到/ }).waitFor()
    },
  ],
  [
    'at 200 % the whole choice of folders can be scrolled to, and the keys go on where they were',
    { zoom: 2 },
    async (page) => {
      await page.getByRole('button', { name: /admin@彩电/ }).click()
      await page.getByRole('button', { name: '读取哪些文件夹…' }).press('Enter')
      await page.getByRole('checkbox', { name: /Junk/ }).waitFor()
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => document.activeElement.closest('label')?.textContent ?? '')
      must(at.includes('Junk'), `Tab goes into the list, not to ${at}`)
      // It is placed anew once it has grown.
      await eventually(
        () => page.locator('[data-popover-content]').boundingBox(),
        (box) => box.y >= 0 && box.y + box.height <= 450,
        'it ends inside the window',
      )
      await page.getByRole('button', { name: '只看这家店' }).scrollIntoViewIfNeeded()
      await page.getByRole('button', { name: '取消' }).press('Enter')
      must((await focused(page)) === '读取哪些文件夹…', `closed, the hands are at ${await focused(page)}`)
    },
  ],
  [
    'a server that does not name its folders is told, and asked again',
    { scene: 'trouble', lang: 'en', theme: 'dark' },
    async (page) => {
      await page.getByRole('button', { name: /admin@彩电/ }).click()
      await page.getByRole('button', { name: 'Folders to read…' }).click()
      await page.locator('[data-popover-content]').getByRole('alert').waitFor()
      await accessible(page)
    },
  ],
]
