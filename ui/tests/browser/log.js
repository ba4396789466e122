import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { count, dialog, openLog, rows } from './log_page.js'

/** The push log: what is found, checked and exported. */
export default [
  [
    'the log shows the newest first, and more as one scrolls',
    {},
    async (page) => {
      await openLog(page)
      await count(page, 100, 'a page')
      await dialog(page).getByText('100 / 309 条').waitFor()
      await rows(page).nth(99).scrollIntoViewIfNeeded()
      await count(page, 200, 'the next page comes by itself')
      await rows(page).nth(199).scrollIntoViewIfNeeded()
      await count(page, 300, 'and the next')
      await rows(page).nth(299).scrollIntoViewIfNeeded()
      await count(page, 309, 'and the last')
      await dialog(page).getByText('已到第一条记录').waitFor()
    },
  ],
  [
    'a group, a store, days and words narrow it down, and an empty result says how to go on',
    {},
    async (page) => {
      await openLog(page)
      await dialog(page).getByRole('combobox', { name: '类别' }).selectOption('outside')
      await count(page, 4, 'the pushes')
      await dialog(page).getByText('失败 45009').waitFor()
      await dialog(page).getByRole('searchbox', { name: '搜索' }).fill('93000')
      await count(page, 1, 'the one with this code')
      await dialog(page).getByRole('combobox', { name: '店铺' }).selectOption('s1')
      await dialog(page).getByText('没有符合条件的记录').waitFor()
      await dialog(page).getByRole('button', { name: '清除条件' }).click()
      await count(page, 100, 'everything again')
      await dialog(page).getByRole('combobox', { name: '时间' }).selectOption('dates')
      await dialog(page).getByRole('textbox', { name: '从' }).fill('2026-11-14')
      await dialog(page).getByRole('textbox', { name: '到' }).fill('2026-11-14')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('连接了店铺').waitFor()
      must((await rows(page).count()) < 100, 'only that day')
    },
  ],
  [
    'an empty log says what will be in it',
    { scene: 'empty' },
    async (page) => {
      await openLog(page)
      await dialog(page).getByText('还没有记录').waitFor()
      await accessible(page)
    },
  ],
  [
    'a click shows hash and raw detail, and leads to the conversation',
    {},
    async (page) => {
      await openLog(page)
      const first = rows(page).nth(0)
      await first.click()
      must((await first.getAttribute('aria-expanded')) === 'true', 'it says that it is open')
      await dialog(page).getByText('第 309 条').last().waitFor()
      const hashes = await dialog(page).locator('dd code').allTextContents()
      must(hashes.filter((text) => /^[0-9a-f]{64}$/.test(text)).length === 2, `two hashes: ${hashes}`)
      await dialog(page).locator('pre', { hasText: 'provider_id' }).waitFor()
      await dialog(page).getByRole('button', { name: '只看此会话' }).click()
      await dialog(page)
        .getByRole('button', { name: /只看会话：/ })
        .waitFor()
      const titles = await rows(page).locator('bdi').allTextContents()
      must(titles.includes('Carlos R4.'), `the entries of one conversation: ${titles}`)
      await dialog(page).getByRole('button', { name: '打开会话' }).click()
      await page.locator('main h2', { hasText: 'Carlos R4.' }).waitFor()
      must((await dialog(page).count()) === 0, 'the log is closed')
    },
  ],
  [
    'from a conversation the log opens on what is about it',
    { select: 'c2' },
    async (page) => {
      await page.getByRole('button', { name: '此会话的推送日志' }).click()
      await dialog(page).getByText('只看会话：María G.').waitFor()
      await dialog(page).getByText('收到买家消息').first().waitFor()
      await dialog(page)
        .getByRole('button', { name: /只看会话：/ })
        .click()
      await count(page, 100, 'all conversations')
    },
  ],
  [
    'the keys walk through the entries and open one',
    {},
    async (page) => {
      await openLog(page)
      await rows(page).nth(0).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      must((await rows(page).nth(2).getAttribute('aria-expanded')) === 'true', 'the third is open')
      await page.keyboard.press('End')
      const last = () =>
        page.evaluate(() => document.activeElement?.querySelector('.hidden-text')?.textContent ?? '')
      must(/^第 \d+ 条$/.test(await last()), 'the focus is on an entry')
      await page.keyboard.press('Home')
      must((await last()) === '第 309 条', 'and back on the first')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
    },
  ],
  [
    'a check shows how far it is, can be stopped, and says that all is well',
    {},
    async (page) => {
      await openLog(page)
      await page.evaluate(() => (window.tidebellFake.logStep = 3_600_000))
      await dialog(page).getByRole('button', { name: '校验' }).click()
      await dialog(page)
        .getByRole('progressbar', { name: /正在校验/ })
        .waitFor()
      await dialog(page).getByRole('button', { name: '停止' }).click()
      await dialog(page).getByText('已停止').waitFor()
      await page.evaluate(() => (window.tidebellFake.logStep = 10))
      await dialog(page).getByRole('button', { name: '校验' }).click()
      await dialog(page).getByText('校验通过：309 条').waitFor()
    },
  ],
  [
    'a broken chain is named, with what to do, and shown',
    { scene: 'trouble' },
    async (page) => {
      await openLog(page)
      await dialog(page).getByRole('button', { name: '校验' }).click()
      await dialog(page).getByText('第 57 条对不上').waitFor()
      await dialog(page).getByRole('button', { name: '查看这一条' }).click()
      await dialog(page).getByText('第 57 条', { exact: true }).last().waitFor()
      must((await rows(page).nth(0).getAttribute('aria-expanded')) === 'true', 'it is open')
    },
  ],
  [
    'an export says where it lies and shows the folder',
    {},
    async (page) => {
      await openLog(page)
      await dialog(page).getByRole('button', { name: '导出' }).click()
      await dialog(page).getByRole('button', { name: /CSV/ }).click()
      await dialog(page).getByText('已导出 309 条').waitFor()
      await dialog(page).getByText('.check.txt').waitFor()
      await dialog(page).getByRole('button', { name: '打开所在文件夹' }).click()
      must((await page.evaluate(() => window.tidebellFake.foldersShown)) === 1, 'the folder')
    },
  ],
  [
    'an export that cannot be written says what to do',
    { scene: 'trouble' },
    async (page) => {
      await openLog(page)
      await dialog(page).getByRole('button', { name: '导出' }).click()
      await dialog(page)
        .getByRole('button', { name: /NDJSON/ })
        .click()
      await dialog(page).getByText('换一个文件夹').waitFor()
    },
  ],
  [
    'a log that cannot be read offers to try again, a slow one shows that it is on its way',
    {},
    async (page) => {
      await page.getByRole('button', { name: '设置' }).click()
      await dialog(page).getByRole('tab', { name: '推送日志' }).click()
      await page.evaluate(() => {
        window.tidebellFake.held = new Promise((done) => (window.letGo = done))
      })
      await dialog(page).getByRole('button', { name: '打开推送日志' }).click()
      await dialog(page).locator('.skeleton').waitFor()
      await page.evaluate(() => {
        Object.defineProperty(window.tidebellFake, 'scene', { value: 'error', configurable: true })
        window.letGo()
      })
      await dialog(page).getByRole('alert').waitFor()
      await dialog(page).getByRole('button', { name: '重试' }).waitFor()
    },
  ],
  [
    'the log is accessible, open and told, in both themes and languages',
    { theme: 'dark' },
    async (page) => {
      await openLog(page)
      await rows(page).nth(2).click()
      await dialog(page).getByRole('button', { name: '导出' }).click()
      await accessible(page)
      await dialog(page).getByRole('button', { name: '校验' }).click()
      await dialog(page).getByText('校验通过').waitFor()
      await accessible(page)
    },
  ],
  [
    'the log at 200 % is accessible and fits',
    { zoom: 2, lang: 'en', scene: 'trouble' },
    async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await dialog(page).getByRole('tab', { name: 'Push log' }).click()
      await dialog(page).getByRole('button', { name: 'Open the push log' }).click()
      await dialog(page).getByRole('button', { name: 'Check' }).click()
      await dialog(page).getByText('Entry 57 does not fit').waitFor()
      await accessible(page)
      const entries = dialog(page).getByRole('list', { name: 'Entries of the log' }).locator('li > button')
      // By key: rows take their real height as they come into sight, and move the button under a pointer.
      await dialog(page).getByRole('button', { name: 'Older' }).press('Enter')
      await eventually(
        () => entries.count(),
        (n) => n === 200,
        'a button brings more where the whole dialog scrolls',
      )
      const wide = await dialog(page).evaluate((el) => el.scrollWidth - el.clientWidth)
      must(wide <= 0, `the dialog is ${wide} pixels too wide`)
    },
  ],
  [
    'the log of one robot is found by its name',
    { scene: 'trouble' },
    async (page) => {
      await openLog(page)
      await dialog(page).getByRole('combobox', { name: '发往' }).selectOption({ label: '运营群' })
      await count(page, 1, 'what went there')
      await rows(page).filter({ hasText: '运营群' }).waitFor()
      await accessible(page)
    },
  ],
  [
    'the log of a robot that was removed is found all the same',
    { scene: 'trouble' },
    async (page) => {
      await page.getByRole('button', { name: '设置' }).click()
      await dialog(page).getByRole('tab', { name: '企业微信' }).click()
      const robot = dialog(page).getByRole('listitem', { name: '运营群', exact: true })
      await robot.getByRole('button', { name: '移除' }).click()
      await page.getByRole('button', { name: '确定移除' }).click()
      await robot.waitFor({ state: 'detached' })
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      await openLog(page)
      const robots = dialog(page).getByRole('combobox', { name: '发往' })
      await robots.selectOption({ label: '运营群（已移除）' })
      await count(page, 1, 'what went there')
      await rows(page).filter({ hasText: '运营群' }).waitFor()
    },
  ],
]
