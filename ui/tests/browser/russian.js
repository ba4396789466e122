import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { button, dialog, fake, fill, focused, line, open, tabTo } from './wizard.js'

const WAY = '速卖通俄罗斯本地接口（令牌）'

/** A store on AliExpress Russia: a token, and chats alone. */
export default [
  [
    'a store on AliExpress Russia is connected by keyboard with a token, and says what it has no call for',
    { scene: 'first' },
    async (page) => {
      await open(page, '速卖通')
      await dialog(page).getByLabel('App Key').waitFor()
      await dialog(page).getByRole('radio', { name: '开放平台应用' }).focus()
      await page.keyboard.press('ArrowRight')
      await dialog(page).getByText('尚未在真实服务上验证').waitFor()
      must((await dialog(page).getByRole('radio', { name: WAY }).isChecked()) === true, 'chosen by its name')
      await dialog(page).getByText('https://openapi.aliexpress.ru').waitFor()
      for (const name of ['App Key', 'App Secret', 'Access Token'])
        must((await dialog(page).getByLabel(name).count()) === 0, `${name} is not asked for`)
      must((await button(page, '用浏览器登录').count()) === 0, 'there is no page to sign in on')
      await accessible(page)
      await tabTo(page, '测试连接')
      await page.keyboard.press('Enter')
      must((await dialog(page).locator('[aria-invalid]').count()) === 3, 'name, login and token')
      await fill(page, {
        店铺名称: 'AE Россия',
        店铺的聊天登录名: 'ru1000000001',
        卖家后台令牌: 'head.claims.seal',
      })
      await tabTo(page, '测试连接')
      await page.keyboard.press('Enter')
      await eventually(
        () => focused(page),
        (words) => words === '检查通过。',
        'what it can never do does not stand in the way',
      )
      const orders = line(page, '订单')
      for (const words of ['已关闭', '没有这一项', 'not_by_local_api'])
        await orders.getByText(words).first().waitFor()
      await line(page, '读取聊天').getByText('正常').waitFor()
      await accessible(page)
      await tabTo(page, '连接')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: /^AE Россия/ }).click()
      const off = page.getByRole('list', { name: '功能' }).getByRole('listitem').filter({ hasText: '订单' })
      await off.getByText('速卖通俄罗斯本地接口没有这一项').waitFor()
      must(!(await page.content()).includes('head.claims.seal'), 'the token is nowhere on the page')

      await page.getByRole('button', { name: '更新凭据' }).click()
      await dialog(page).getByText('ru1000000001').waitFor()
      must((await dialog(page).getByLabel('卖家后台令牌').inputValue()) === '', 'no token comes back')
      must((await dialog(page).getByRole('radio').count()) === 0, 'it stays what it is')
      await fill(page, { 卖家后台令牌: 'another.token.seal' })
      await button(page, '测试并保存').click()
      await dialog(page).getByText('已保存').waitFor()
      must(!(await page.content()).includes('another.token.seal'), 'nor is the new one')
    },
  ],
  [
    'a login that is not the store’s is told with what helps',
    { scene: 'first', trial: 'unreachable' },
    async (page) => {
      await open(page, '速卖通')
      await dialog(page).getByText(WAY).click()
      await fill(page, { 店铺名称: 'AE', 店铺的聊天登录名: 'ru9', 卖家后台令牌: 'a.b.c' })
      await button(page, '测试连接').click()
      await line(page, '平台应答').getByText('ERR_UNREACHABLE').waitFor()
      await fake(page, () => (window.tidebellFake.trial = 'login'))
      await button(page, '返回修改').click()
      await button(page, '测试连接').click()
      const found = line(page, '平台应答')
      for (const words of ['消息里没有这个登录名', 'ERR_APP_REFUSED', 'local_other_login'])
        await found.getByText(words).first().waitFor()
      must((await found.getByText('三者要属于同一个应用').count()) === 0, 'an app has nothing to do with it')
      await accessible(page)
    },
  ],
]
