import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { button, dialog, fake, fill, focused, line, open, tabTo } from './wizard.js'

const choose = (page, words) => dialog(page).getByText(words, { exact: true }).click()

/** Mailboxes whose owners sign in through the browser. */
export default [
  [
    'a Gmail mailbox takes an app password, or a sign-in in the browser with an application of its owner',
    { scene: 'first' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 店铺名称: 'Mail', 邮箱账号: 'shop@gmail.com' })
      await dialog(page).getByText('专用密码，不是登录密码').waitFor()
      await accessible(page)
      await choose(page, '浏览器登录')
      await dialog(page).getByText('怎样取得客户端 ID').click()
      must((await dialog(page).locator('ol li:visible').count()) === 4, 'four steps to a client id')
      await accessible(page)
      must(
        (await dialog(page).getByRole('textbox', { name: '专用密码' }).count()) === 0,
        'no password is asked for',
      )
      await button(page, '用浏览器登录').click()
      must((await dialog(page).locator('[aria-invalid]').count()) === 2, 'id and secret are missing')
      await fill(page, { '客户端 ID': '17-abc.apps.example', 客户端密钥: 'GOCSPX-1' })
      await button(page, '测试连接').click()
      await dialog(page).getByText('还没有登录').waitFor()
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await accessible(page)
      await button(page, '取消登录').click()
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.refuse('mail_app_refused: invalid_client: Unauthorized'))
      await dialog(page).getByText('服务商不接受这个应用').waitFor()
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('登录成功').waitFor()
      await button(page, '测试连接').click()
      await line(page, '邮箱登录').getByText('正常').waitFor()
      await button(page, '连接').click()
      await page.getByRole('button', { name: /^Mail/ }).waitFor()
      must(!(await page.content()).includes('GOCSPX-1'), 'the secret is nowhere on the page')
      await page.getByRole('button', { name: /^Mail/ }).click()
      await page.getByText('已通过浏览器登录').waitFor()
    },
  ],
  [
    'an Outlook mailbox is signed in to by keyboard alone, without a secret',
    { scene: 'first' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 店铺名称: 'Mail', 邮箱账号: 'shop@outlook.com' })
      await dialog(page).getByText('要在浏览器里登录').waitFor()
      must((await dialog(page).getByText('登录方式').count()) === 0, 'there is no other way')
      await dialog(page).getByLabel('客户端 ID').focus()
      await page.keyboard.type('1b2c-3d')
      await tabTo(page, '用浏览器登录')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      // To the address where it is longer than its box, else to what copies it.
      must(
        /^(https:\/\/accounts\.|复制登录页面的地址)/.test(await focused(page)),
        `Tab goes on where it was, not to ${await focused(page)}`,
      )
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('登录成功').waitFor()
      await tabTo(page, '测试连接')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('检查通过').waitFor()
    },
  ],
  [
    'a mailbox that refuses passwords sends its owner to the browser',
    { scene: 'first', trial: 'browser' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 店铺名称: 'Mail', 邮箱账号: 'shop@gmail.com' })
      await dialog(page).getByRole('textbox', { name: '专用密码' }).fill('abcd efgh')
      await button(page, '测试连接').click()
      for (const words of ['不再接受密码', '改用“浏览器登录”', 'ERR_MAIL_OAUTH_NEEDED'])
        await line(page, '邮箱登录').getByText(words).waitFor()
      await button(page, '返回修改').click()
      await choose(page, '浏览器登录')
      await dialog(page).getByLabel('客户端 ID').waitFor()
    },
  ],
  [
    'a mailbox that is kept goes on by a sign-in, in English and in the dark, and keeps its application',
    { scene: 'first', lang: 'en', theme: 'dark' },
    async (page) => {
      await page.getByRole('button', { name: 'Connect a store' }).click()
      await dialog(page).getByText('Mailbox', { exact: true }).click()
      await fill(page, { 'Store name': 'Mail', 'Mail account': 'shop@gmail.com' })
      await dialog(page).getByRole('textbox', { name: 'App password' }).fill('abcd efgh')
      await button(page, 'Test connection').click()
      await button(page, 'Connect').click()
      await page.getByRole('button', { name: /^Mail/ }).click()
      await page.getByRole('button', { name: 'Update credentials' }).click()
      await choose(page, 'Browser sign-in')
      await dialog(page).getByText('how to get a client id').click()
      await accessible(page)
      const words = (await dialog(page).locator('li, p, label').allTextContents()).join(' ')
      must(!/\p{Script=Han}/u.test(words), `Chinese in ${words}`)
      await fill(page, { 'Client id': 'id-1', 'Client secret': 's-1' })
      await button(page, 'Sign in with the browser').click()
      await dialog(page).getByText('Waiting for your sign-in').waitFor()
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('Signed in', { exact: true }).waitFor()
      await button(page, 'Test and save').click()
      await dialog(page).getByText('Saved. Reading goes on.').waitFor()
      await button(page, 'Update credentials').click()
      must(await dialog(page).getByRole('radio', { name: 'Keep as it is' }).isChecked(), 'it goes on')
      await choose(page, 'Browser sign-in')
      must((await dialog(page).getByText('Empty: as it is').count()) === 2, 'with the same application')
      await button(page, 'Sign in with the browser').click()
      await eventually(
        () => fake(page, () => window.tidebellFake.pagesOpened.length),
        (count) => count === 2,
        'the page was opened',
      )
    },
  ],
]
