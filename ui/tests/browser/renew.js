import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'
import { button, dialog, fake, fill, line, tabTo } from './wizard.js'

/** A store that is kept: its test, and other credentials for it. */
export default [
  [
    'a store that is kept is tested from its details, without anything typed',
    { trial: 'frozen' },
    async (page) => {
      await page.getByRole('button', { name: /^Shopee SG/ }).click()
      await page.getByText(/授权到 2026年11月22日/).waitFor()
      await page.getByRole('listitem').filter({ hasText: '退货与纠纷' }).getByText('开通').waitFor()
      await accessible(page)
      await page.getByRole('button', { name: '测试连接' }).click()
      await line(page, '店铺状态').getByText('店铺被冻结').waitFor()
      must((await page.getByRole('button', { name: '更新凭据' }).count()) === 0, 'the demo shop has none')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
    },
  ],
  ...[/^Shopee MY/, /^速卖通/, /^admin@/].map((name) => [
    `the details of a store stay where they are when the rest of them comes: ${name.source}`,
    { scene: 'trouble' },
    async (page) => {
      await fake(page, () => {
        window.tidebellFake.held = new Promise((go) => (window.answer = go))
      })
      await page.getByRole('button', { name }).click()
      const test = page.getByRole('button', { name: '测试连接' })
      await test.waitFor()
      const places = async () => [
        (await page.locator('.popover').boundingBox()).y,
        (await test.boundingBox()).y,
      ]
      // It is placed a frame after it is there.
      await eventually(places, ([top]) => top > 0, 'it is in the window')
      await page.waitForTimeout(200)
      const before = await places()
      await fake(page, () => window.answer())
      await page.getByRole('list', { name: '功能' }).waitFor()
      await page.waitForTimeout(200)
      const after = await places()
      must(
        after.every((y, i) => Math.abs(y - before[i]) < 3),
        `a click in this moment goes astray: ${before} became ${after}`,
      )
    },
  ]),
  [
    'an authorisation that has ended is renewed by keyboard, with the key that is kept',
    { scene: 'trouble' },
    async (page) => {
      await page.getByRole('button', { name: /^Shopee MY/ }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('授权已于').waitFor()
      const capabilities = page.getByRole('list', { name: '功能' }).getByRole('listitem')
      must((await capabilities.filter({ hasText: '正常' }).count()) === 0, 'nothing works without one')
      must((await capabilities.filter({ hasText: '暂停' }).count()) === 5, 'all of it rests')
      await page.getByText('重新授权后恢复').waitFor()
      await accessible(page)
      await tabTo(page, '更新凭据')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('Partner ID 2001234 · 店铺编号 Shop ID 220011').waitFor()
      await accessible(page)
      must((await dialog(page).getByLabel('Partner Key').inputValue()) === '', 'no secret comes back')
      await dialog(page).getByRole('radio', { name: '保持不变' }).focus()
      await page.keyboard.press('ArrowRight')
      await tabTo(page, '用浏览器登录')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('等您在浏览器里登录').waitFor()
      await fake(page, () => window.tidebellFake.land())
      await dialog(page).getByText('店铺编号：220011').waitFor()
      await tabTo(page, '测试并保存')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('已保存').waitFor()
      await tabTo(page, '关闭')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: /Shopee MY.*同步正常/ }).waitFor()
    },
  ],
  [
    'a bar that says that an authorisation ends leads to where it is renewed',
    { scene: 'trouble' },
    async (page) => {
      await fake(page, () =>
        window.tidebellFake.notice({
          code: 'authorisation_ends',
          conversation_id: null,
          params: { store: 'Shopee MY', store_id: 's4', count: '3' },
        }),
      )
      await page.locator('.bar').getByText('还有 3 天到期').waitFor()
      await page.getByRole('button', { name: '更新凭据' }).click()
      await dialog(page).getByText('Partner ID 2001234 · 店铺编号 Shop ID 220011').waitFor()
    },
  ],
  [
    'what a bar says of a store goes with the store, and with the shop',
    { scene: 'trouble' },
    async (page) => {
      const tell = (store, store_id) =>
        page.evaluate(
          (params) => window.tidebellFake.notice({ code: 'store_silent', conversation_id: null, params }),
          { store, store_id, owner: 'true' },
        )
      const bar = (store) => page.locator('.bar').getByText(store)
      await tell('Shopee MY', 's4')
      await tell('Shopee SG', 's2')
      await bar('Shopee MY').waitFor()
      await fake(page, () => window.tidebellFake.removeStore('s4'))
      await bar('Shopee MY').waitFor({ state: 'detached' })
      must(await bar('Shopee SG').isVisible(), 'the other store is still there')
      await page.getByRole('button', { name: '设置' }).click()
      await button(page, '移除演示').click()
      await page.getByRole('group', { name: '确定移除' }).getByRole('button', { name: '确定移除' }).click()
      await page.locator('.choice').first().waitFor()
      must((await bar('Shopee SG').count()) === 0, 'nothing of a shop that is gone stays on the first page')
    },
  ],
  [
    'another address wants every secret anew, and a store stays as it is when its test fails',
    { scene: 'trouble', trial: 'expired' },
    async (page) => {
      await page.getByRole('button', { name: /^Shopee MY/ }).click()
      await page.getByText('授权已于').waitFor()
      await page.getByRole('button', { name: '更新凭据' }).click()
      await dialog(page).getByLabel('环境').selectOption({ label: '沙箱（国际）' })
      await button(page, '测试并保存').click()
      await dialog(page).getByText('必填').waitFor()
      await dialog(page).getByText('换了地址').waitFor()
      await dialog(page).getByLabel('环境').selectOption({ label: '正式环境（国际）' })
      await fill(page, { 店铺名称: '另一个名字' })
      await button(page, '测试并保存').click()
      await line(page, '授权').getByText('失效').waitFor()
      must((await button(page, '仍要保存').count()) === 0, 'it would not work')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Shopee MY/ }).waitFor()
    },
  ],
]
