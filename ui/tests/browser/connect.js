import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { button, dialog, fake, fill, focused, line, open, tabTo } from './wizard.js'

const APP = { 店铺名称: 'Shopee SG', 'Partner ID': '2001234', 'Partner Key': 'key-of-the-app' }
const PASTED = { 'Shop ID': '220011', 'Access Token': 'access-1', 'Refresh Token': 'refresh-1' }

async function paste(page) {
  await open(page)
  await dialog(page).getByText('粘贴令牌').click()
  await fill(page, { ...APP, ...PASTED })
}
/** What each trial must say: platform, line, code, cause, remedy. */
const CAUSES = [
  ['names', '公司名称', 'ERR_AUTH_MISMATCH', '两边的名称不一致', '营业执照'],
  ['frozen', '店铺状态', 'ERR_SHOP_FROZEN', '店铺被冻结', '解冻'],
  ['expired', '授权', 'ERR_AUTH_EXPIRED', '失效', '重新授权'],
  ['address', 'IP 白名单', 'ERR_IP_NOT_LISTED', '203.0.113.7', '白名单'],
  ['clock', '电脑时间', 'ERR_CLOCK_SKEW', '慢了 1 小时', '自动设置时间'],
  ['unreachable', '平台应答', 'ERR_UNREACHABLE', '没有应答', '检查网络'],
]

/** Connecting a store, and what its test finds. */
export default [
  [
    'a shop is connected by keyboard alone, through the browser',
    { scene: 'first' },
    async (page) => {
      await page.getByRole('button', { name: '连接店铺' }).focus()
      await page.keyboard.press('Enter')
      await dialog(page).getByLabel('店铺名称').waitFor()
      await dialog(page).getByLabel('店铺名称').focus()
      await page.keyboard.type('Shopee SG')
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowDown')
      await dialog(page).getByText('https://openplatform.shopee.cn').waitFor()
      for (const text of ['2001234', 'key-of-the-app', '']) {
        await page.keyboard.press('Tab')
        await page.keyboard.type(text)
      }
      await tabTo(page, '用浏览器登录')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      const pages = await fake(page, () => window.tidebellFake.pagesOpened)
      must(pages.length === 1 && pages[0].startsWith('https://openplatform.shopee.cn/'), `${pages}`)
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('店铺编号：220011').waitFor()
      await tabTo(page, '测试连接')
      await page.keyboard.press('Enter')
      await eventually(
        () => focused(page),
        (words) => words === '检查通过。',
        'the verdict is read first',
      )
      await tabTo(page, '连接')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: /^Shopee SG/ }).waitFor()
      must(!(await page.content()).includes('key-of-the-app'), 'the key is nowhere on the page')
    },
  ],
  [
    'nothing is tested while a field is wrong, and the first wrong one has the focus',
    { scene: 'first' },
    async (page) => {
      await open(page)
      await button(page, '测试连接').click()
      must((await dialog(page).locator('[aria-invalid]').count()) === 3, 'name, number and key')
      await dialog(page).getByText('还没有登录').waitFor()
      const label = await page.evaluate(() => document.activeElement?.labels?.[0]?.textContent)
      must(label === '店铺名称', `the focus is at ${label}`)
      const told = dialog(page).locator('p:has(strong)', { hasText: '纯数字' })
      must((await told.count()) === 1, 'what helps is said as well')
      await dialog(page).getByLabel('环境').selectOption({ label: '自己填写地址' })
      await fill(page, { 接口地址: 'http://partner.shopeemobile.com' })
      await dialog(page).getByText('要以 https:// 开头').waitFor()
      await fill(page, { 接口地址: 'http://127.0.0.1:8080' })
      await eventually(
        () => dialog(page).getByText('要以 https:// 开头').count(),
        (n) => n === 0,
        'a sandbox on this computer is fine',
      )
    },
  ],
  [
    'an address is pasted where the browser does not come back, and a wrong one is told',
    { scene: 'first' },
    async (page) => {
      await open(page)
      await fill(page, { ...APP, 回调地址: 'https://www.example.com/back' })
      await button(page, '用浏览器登录').click()
      const field = dialog(page).getByLabel('没有自动回来')
      await field.fill('https://www.example.com/back?state=another&code=c')
      await field.press('Enter')
      await dialog(page).getByText('不属于这次登录').waitFor()
      await accessible(page)
      await field.fill('https://www.example.com/back?state=in1&code=c&shop_id=220011')
      await field.press('Enter')
      await dialog(page).getByText('登录成功').waitFor()
    },
  ],
  [
    'a sign-in is cancelled, refused, and begun again',
    { scene: 'first' },
    async (page) => {
      await open(page, '速卖通')
      await fill(page, { 店铺名称: 'AE', 'App Key': '500001', 'App Secret': 's' })
      await button(page, '用浏览器登录').click()
      await button(page, '取消登录').click()
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.refuse())
      await dialog(page).getByText('没有同意授权').waitFor()
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('登录成功：cn1528caidian').waitFor()
    },
  ],
  [
    'where a main account opens several shops, one is chosen',
    { scene: 'first' },
    async (page) => {
      await open(page)
      await fill(page, APP)
      await fake(page, () => void (window.tidebellFake.shops = ['220011', '220012']))
      await button(page, '用浏览器登录').click()
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('连接哪家店').waitFor()
      await button(page, '测试连接').click()
      await dialog(page).getByText('请选择要连接的店铺').waitFor()
      await dialog(page).getByText('220012').click()
      await button(page, '测试连接').click()
      await dialog(page).getByText('检查通过').waitFor()
    },
  ],
  ...CAUSES.map(([trial, name, code, cause, remedy]) => [
    `a test that finds ${code} says the cause and what helps, and nothing is kept`,
    { scene: 'first', trial },
    async (page) => {
      await paste(page)
      await button(page, '测试连接').click()
      await dialog(page).getByText('还连不上').waitFor()
      const found = line(page, name)
      for (const words of ['未通过', cause, remedy, code]) await found.getByText(words).first().waitFor()
      must((await dialog(page).getByText('未通过').count()) === 1, 'one cause, one line')
      must((await button(page, '连接').count()) === 0, 'it cannot be kept')
      await accessible(page)
      await fake(page, () => (window.tidebellFake.trial = 'good'))
      await button(page, '返回修改').click()
      must((await dialog(page).getByLabel('Partner ID').inputValue()) === '2001234', 'nothing is typed again')
      await button(page, '测试连接').click()
      await dialog(page).getByText('检查通过').waitFor()
    },
  ]),
  [
    'of two names that differ the differing characters are marked',
    { scene: 'first', trial: 'names' },
    async (page) => {
      await paste(page)
      await button(page, '测试连接').click()
      await dialog(page).locator('mark').waitFor()
      const marks = await line(page, '公司名称').locator('mark').allTextContents()
      must(marks.length === 1 && marks[0] === '不同：责任', `marked and said: ${marks}`)
    },
  ],
  [
    'a missing permission is off with its reason, and the store is connected anyway',
    { scene: 'first', trial: 'permission' },
    async (page) => {
      await paste(page)
      await button(page, '测试连接').click()
      const off = line(page, '退货与纠纷')
      for (const words of ['已关闭', '没有给这个应用开通', 'error_api_permission'])
        await off.getByText(words).waitFor()
      await line(page, '订单').getByText('正常').waitFor()
      await accessible(page)
      await button(page, '仍要连接').click()
      await page.getByRole('button', { name: /^Shopee SG/ }).waitFor()
    },
  ],
  [
    'the server of a mailbox is found by its address, and which secret it takes is said first',
    { scene: 'first', trial: 'code' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 店铺名称: 'Mail', 邮箱账号: 'shop@163.com' })
      must(
        (await dialog(page).getByLabel('IMAP 服务器').inputValue()) === 'imap.163.com:993',
        'by its domain',
      )
      await dialog(page).getByText('只收授权码').waitFor()
      await accessible(page)
      await dialog(page).getByLabel('授权码', { exact: true }).fill('my login password')
      await button(page, '测试连接').click()
      const found = line(page, '邮箱登录')
      for (const words of ['授权码，不是登录密码', '生成授权码', 'ERR_MAIL_CODE_NEEDED'])
        await found.getByText(words).waitFor()
      await accessible(page)
      await fake(page, () => (window.tidebellFake.trial = 'good'))
      await button(page, '再测一次').click()
      await button(page, '连接').click()
      await page.getByRole('button', { name: /^Mail/ }).waitFor()
      must(!(await page.content()).includes('my login password'), 'the password is nowhere on the page')
    },
  ],
  [
    'the folders of a mailbox are picked by keyboard before it is connected, and are read from the start',
    { scene: 'first' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 店铺名称: 'Mail', 邮箱账号: 'shop@163.com' })
      await dialog(page).getByLabel('授权码', { exact: true }).fill('a code')
      await button(page, '测试连接').click()
      const box = (name) => dialog(page).getByRole('checkbox', { name })
      await box(/INBOX/).waitFor()
      must((await box(/INBOX/).isChecked()) && (await box(/INBOX/).isDisabled()), 'it is always read')
      must(!(await box(/Junk/).isChecked()), 'junk is the owner’s choice')
      must(await box(/Sent Messages/).isDisabled(), 'nothing comes in there')
      await accessible(page)
      await box(/2026 年对账/).focus()
      await page.keyboard.press('Space')
      await button(page, '再测一次').click()
      await dialog(page).getByText('检查通过').waitFor()
      await eventually(
        () => box(/2026 年对账/).isChecked(),
        (on) => on,
        'a second test forgets nothing',
      )
      await button(page, '连接').click()
      await page.getByRole('button', { name: /^Mail/ }).click()
      await page.getByRole('button', { name: '读取哪些文件夹…' }).click()
      await page.getByRole('checkbox', { name: /2026 年对账/ }).waitFor()
      must(await page.getByRole('checkbox', { name: /2026 年对账/ }).isChecked(), 'it is kept')
    },
  ],
  [
    'a mailbox whose folders cannot be told is connected with its inbox',
    { scene: 'first', lang: 'en', theme: 'dark' },
    async (page) => {
      await page.getByRole('button', { name: 'Connect a store' }).click()
      await dialog(page).getByText('Mailbox', { exact: true }).click()
      await fill(page, { 'Store name': 'Mail', 'Mail account': 'shop@163.com' })
      await dialog(page).getByLabel('Authorisation code', { exact: true }).fill('a code')
      await fake(page, () => void (window.tidebellFake.foldersFail = true))
      await button(page, 'Test connection').click()
      await dialog(page).getByText('the inbox is read').waitFor()
      await accessible(page)
      await fake(page, () => void (window.tidebellFake.foldersFail = false))
      await button(page, 'Try again').click()
      await dialog(page).getByRole('checkbox', { name: /Junk/ }).waitFor()
      await accessible(page)
    },
  ],
  [
    'a company mailbox is chosen by name, and one that takes no password says so',
    { scene: 'first' },
    async (page) => {
      await open(page, '邮箱')
      await fill(page, { 邮箱账号: 'admin@caidian.example' })
      await dialog(page).getByLabel('邮箱服务商').selectOption({ label: '腾讯企业邮箱' })
      must(
        (await dialog(page).getByLabel('IMAP 服务器').inputValue()) === 'imap.exmail.qq.com:993',
        'the domain alone would tell nothing',
      )
      await dialog(page).getByText('专用密码，不是登录密码').waitFor()
      await fill(page, { 邮箱账号: 'admin@outlook.com' })
      await dialog(page).getByText('不再接受密码').waitFor()
    },
  ],
  ...[
    { lang: 'en', theme: 'dark' },
    { lang: 'zh-CN', theme: 'dark', zoom: 2 },
  ].map((look) => [
    `the wizard is accessible in ${look.lang}, ${look.theme}${look.zoom ? ', at 200 %' : ''}`,
    { scene: 'first', trial: 'names', ...look },
    async (page) => {
      const english = look.lang === 'en'
      await page.getByRole('button', { name: english ? 'Connect a store' : '连接店铺' }).click()
      await dialog(page)
        .getByText(english ? 'Paste tokens' : '粘贴令牌')
        .click()
      await accessible(page)
      const labels = english
        ? ['Store name', 'Partner ID', 'Partner key', 'Shop ID', 'Access token', 'Refresh token']
        : ['店铺名称', 'Partner ID', 'Partner Key', 'Shop ID', 'Access Token', 'Refresh Token']
      const texts = ['SG', '2001234', 'k', '220011', 'a', 'r']
      await fill(page, Object.fromEntries(labels.map((label, i) => [label, texts[i]])))
      await button(page, english ? 'Test connection' : '测试连接').click()
      await dialog(page).locator('mark').waitFor()
      await accessible(page)
      if (english) {
        const words = (await dialog(page).locator('li p, li b, li span').allTextContents()).join(' ')
        must(!/\p{Script=Han}/u.test(words), `Chinese in ${words}`)
      }
    },
  ]),
]
