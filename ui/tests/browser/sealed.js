import { accessible } from './accessible.js'
import { eventually, must, openTalk } from './harness.js'

const dialog = (page) => page.getByRole('dialog')
const openPrivacy = async (page) => {
  await page.getByRole('button', { name: '设置' }).click()
  await dialog(page).getByRole('tab', { name: '隐私' }).click()
  await dialog(page).getByRole('switch').first().waitFor()
}
const phoneSwitch = (page) => dialog(page).getByRole('switch', { name: '保存收货电话' }).first()
const looks = (page) => page.evaluate(() => window.tidebellFake.looks)

/** Signs for the phone numbers and addresses of the store of the first conversations. */
const keep = async (page) => {
  await page.evaluate(async () => {
    await window.tidebellFake.keepPersonal('s1', 'phone', '王掌柜')
    await window.tidebellFake.keepPersonal('s1', 'address', '王掌柜')
  })
  await page.getByRole('button', { name: '显示收货电话' }).waitFor()
}

/** Phone and address: off by default, signed for, masked, shown by a click. */
export default [
  [
    'a phone number is kept after a signature, by keyboard, and gone after a question',
    { select: 'c2' },
    async (page) => {
      must((await page.getByText('收货电话').count()) === 0, 'off by default')
      await openPrivacy(page)
      must((await phoneSwitch(page).getAttribute('aria-checked')) === 'false', 'the switch says so')
      await phoneSwitch(page).focus()
      await page.keyboard.press('Space')
      await page.getByRole('heading', { name: '敏感信息使用承诺书：收货电话' }).waitFor()
      const sign = page.getByRole('button', { name: '签署并开启' })
      must(await sign.isDisabled(), 'without a name nothing is signed')
      await page.keyboard.press('Escape')
      await eventually(
        () => page.getByRole('heading', { name: '敏感信息使用承诺书：收货电话' }).count(),
        (count) => count === 0,
        'whoever does not sign closes it',
      )
      must((await phoneSwitch(page).getAttribute('aria-checked')) === 'false', 'and it stays off')
      await phoneSwitch(page).focus()
      await page.keyboard.press('Space')
      await page.getByLabel('签名（请输入您的姓名）').fill('王掌柜')
      await page.keyboard.press('Enter')
      await eventually(
        () => phoneSwitch(page).getAttribute('aria-checked'),
        (checked) => checked === 'true',
        'signed, it is on',
      )
      const signed = await page.evaluate(() => window.tidebellFake.signed)
      must(signed.length === 1 && signed[0] === 's1 phone 王掌柜', `who signed for what: ${signed}`)
      await phoneSwitch(page).click()
      await dialog(page).getByRole('alert').getByText('无法恢复').waitFor()
      must((await phoneSwitch(page).getAttribute('aria-checked')) === 'true', 'asked first')
      await dialog(page).getByRole('button', { name: '取消' }).click()
      await eventually(
        () => phoneSwitch(page).evaluate((button) => button === document.activeElement),
        (there) => there,
        'the hands are where the question came from',
      )
      await phoneSwitch(page).click()
      await dialog(page).getByRole('button', { name: '关闭并抹除' }).click()
      await eventually(
        () => phoneSwitch(page).getAttribute('aria-checked'),
        (checked) => checked === 'false',
        'then it is off',
      )
    },
  ],
  [
    'a key store that refuses is said in the dialog, and nothing is switched on',
    {},
    async (page) => {
      await page.evaluate(() => (window.tidebellFake.keysLocked = true))
      await openPrivacy(page)
      await phoneSwitch(page).click()
      await page.getByLabel('签名（请输入您的姓名）').fill('王掌柜')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('alert').waitFor()
      await page.getByRole('button', { name: '取消' }).last().click()
      await eventually(
        () => phoneSwitch(page).getAttribute('aria-checked'),
        (checked) => checked === 'false',
        'it is off',
      )
    },
  ],
  [
    'a phone number is masked, opens by a click, is copied by key, and closes when the conversation is left',
    { select: 'c2' },
    async (page) => {
      await keep(page)
      await page.getByText('346****0042').waitFor()
      must((await page.getByText('600 000 042').count()) === 0, 'masked')
      must((await looks(page)).length === 0, 'a masked one is no look')
      const show = page.getByRole('button', { name: '显示收货电话' })
      await show.focus()
      await page.keyboard.press('Enter')
      const open = page.getByRole('textbox', { name: '收货电话' })
      await open.waitFor()
      must((await open.inputValue()) === '+34 600 000 042', 'all of it')
      must((await looks(page)).join() === '8192003312764471 phone', 'one look, in the log')
      const picked = await page.evaluate(() => {
        const field = document.activeElement
        return field.value.slice(field.selectionStart, field.selectionEnd)
      })
      must(picked === '+34 600 000 042', 'selected, so that Ctrl+C takes it')
      await page.keyboard.press('Escape')
      await show.waitFor()
      await eventually(
        () => show.evaluate((button) => button === document.activeElement),
        (focused) => focused,
        'whoever closes it by key goes on at its button',
      )
      await page.getByRole('button', { name: '显示收货地址' }).click()
      must(
        (await page.getByRole('textbox', { name: '收货地址' }).inputValue()).includes('Calle Falsa'),
        'an address too',
      )
      await openTalk(page, 'c1')
      await openTalk(page, 'c2')
      await show.waitFor()
      must((await page.getByRole('textbox', { name: '收货地址' }).count()) === 0, 'left, it is closed')
      must((await looks(page)).length === 2, 'and nothing was looked at by itself')
    },
  ],
  [
    'what cannot be opened says why',
    { scene: 'trouble', select: 'c2' },
    async (page) => {
      await page.getByText('之后有更新，没能保存').first().waitFor()
      await page.getByText('打不开：密钥已不在系统钥匙串里').first().waitFor()
      must(
        (await page.getByRole('button', { name: '显示收货地址' }).count()) === 0,
        'no button that cannot work',
      )
      await page.evaluate(() => (window.tidebellFake.keysLocked = true))
      await page.getByRole('button', { name: '显示收货电话' }).first().click()
      await page.getByRole('complementary').getByRole('alert').waitFor()
      must((await looks(page)).length === 0, 'and nothing was seen')
    },
  ],
  [
    'the card and the commitment can be read by everybody, also in the dark',
    { theme: 'dark', select: 'c2' },
    async (page) => {
      await keep(page)
      await page.getByRole('button', { name: '显示收货地址' }).click()
      await page.getByRole('textbox', { name: '收货地址' }).waitFor()
      await accessible(page)
      await openPrivacy(page)
      await dialog(page).getByRole('switch', { name: '保存收货电话' }).nth(1).click()
      await page.getByRole('heading', { name: '敏感信息使用承诺书：收货电话' }).waitFor()
      await accessible(page)
    },
  ],
]
