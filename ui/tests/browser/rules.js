import { eventually, must, openTalk } from './harness.js'
import { accessible } from './accessible.js'

const dialog = (page) => page.getByRole('dialog')
const item = (page, name) => dialog(page).getByRole('listitem', { name, exact: true })
const names = (page) =>
  dialog(page)
    .locator('li[data-rule]')
    .evaluateAll((items) => items.map((one) => one.getAttribute('aria-label')))
const field = (page, name) => dialog(page).getByRole('textbox', { name, exact: true })
const button = (page, name) => dialog(page).getByRole('button', { name, exact: true })

async function openRules(page, tab = '消息规则', settings = '设置') {
  await page.getByRole('button', { name: settings }).click()
  await dialog(page).getByRole('tab', { name: tab }).click()
}
async function fromExample(page, name) {
  await button(page, '新建规则')
    .or(dialog(page).getByRole('button', { name: new RegExp(`^${name}`) }))
    .first()
    .waitFor()
  const example = dialog(page).getByRole('button', { name: new RegExp(`^${name}`) })
  await example.click()
  await button(page, '保存并启用').click()
  await item(page, name).waitFor()
}
async function written(page, name) {
  await button(page, '新建规则').click()
  await field(page, '名称').fill(name)
  await button(page, '保存并启用').click()
  await item(page, name).waitFor()
}

/** Message rules, and the texts that they offer. */
export default [
  [
    'without a rule there are examples, and one of them is a rule after two clicks',
    {},
    async (page) => {
      await openRules(page)
      await dialog(page).getByText('还没有消息规则').waitFor()
      await fromExample(page, '下班后咨询')
      await item(page, '下班后咨询').getByText('在工作时间外').waitFor()
      await item(page, '下班后咨询').getByText('还没有触发过').waitFor()
    },
  ],
  [
    'a rule is written in plain words, says itself in one sentence, and is refused beside its fields',
    {},
    async (page) => {
      await openRules(page)
      await button(page, '新建规则').click()
      await button(page, '保存并启用').click()
      await dialog(page).getByText('请填写名称').waitFor()
      await field(page, '名称').fill('尺码')
      await dialog(page).getByLabel('添加条件').selectOption('words')
      const words = field(page, '包含词语')
      must(await words.evaluate((field) => field === document.activeElement), 'the new field has the focus')
      await words.fill('talla, 尺码')
      await dialog(page).getByText('且包含“talla”或“尺码”时').waitFor()
      await dialog(page)
        .getByRole('switch', { name: /备好回复/ })
        .click()
      await field(page, '中文回复').fill('您好')
      await field(page, '英语回复').fill('Write to a@b.example')
      await dialog(page).getByLabel('由谁接手').selectOption({ label: '小李' })
      await button(page, '保存并启用').click()
      await dialog(page).getByText('有联系方式').waitFor()
      await field(page, '英语回复').fill('Hello')
      await button(page, '保存并启用').click()
      await item(page, '尺码').getByText('由小李接手').waitFor()
    },
  ],
  [
    'a dry run says where a draft fires and what stopped it elsewhere, and notices that the draft changed',
    {},
    async (page) => {
      await openRules(page)
      await button(page, '新建规则').click()
      await dialog(page).getByLabel('添加条件').selectOption('words')
      await field(page, '包含词语').fill('pedido')
      await button(page, '试运行').click()
      const run = dialog(page).getByRole('region', { name: '试运行结果' })
      await run
        .getByRole('status')
        .getByText(/会触发 \d+ 个/)
        .waitFor()
      await run.getByText('不成立：包含“pedido”').first().waitFor()
      must((await run.getByText('会触发', { exact: true }).count()) > 0, 'it fires somewhere')
      await field(page, '包含词语').fill('talla')
      await run.getByText('请再试一次').waitFor()
      await button(page, '取消').click()
      await dialog(page).getByText('还没有消息规则').waitFor()
    },
  ],
  [
    'rules are put in order, switched off, removed after a question and brought back, with the keyboard alone',
    {},
    async (page) => {
      await openRules(page)
      for (const name of ['甲', '乙', '丙']) await written(page, name)
      const press = async (name) => {
        await button(page, name).focus()
        await page.keyboard.press('Enter')
      }
      await press('下移“甲”')
      await eventually(
        () => names(page),
        (order) => order.join('') === '乙甲丙',
        'it went down',
      )
      await eventually(
        () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
        (label) => label === '下移“甲”',
        'the focus goes along',
      )
      await page.keyboard.press('Enter')
      await eventually(
        () => names(page),
        (order) => order.join('') === '乙丙甲',
        'and once more',
      )
      await item(page, '丙').getByRole('switch').focus()
      await page.keyboard.press('Space')
      await eventually(
        () => item(page, '丙').getByRole('switch').getAttribute('aria-checked'),
        (on) => on === 'false',
        'it is off',
      )
      await press('移除“丙”')
      must((await item(page, '丙').count()) === 1, 'a question comes first')
      const focused = () =>
        page.evaluate(() => {
          const here = document.activeElement
          return here?.getAttribute('aria-label') ?? here?.textContent?.trim()
        })
      must((await focused()) === '取消', `the hands are at the way back, not at ${await focused()}`)
      await page.keyboard.press('Enter')
      must((await focused()) === '移除“丙”', `and go back, not to ${await focused()}`)
      await press('移除“丙”')
      await press('确定移除')
      await item(page, '丙').waitFor({ state: 'detached' })
      await eventually(focused, (words) => words === '撤销移除', 'what is gone can be brought back at once')
      await press('撤销移除')
      await eventually(
        () => names(page),
        (order) => order.join('') === '乙丙甲',
        'it is back at its place',
      )
    },
  ],
  [
    'a rule that names what is gone, or that nobody here can read, says that it does not fire',
    { scene: 'trouble' },
    async (page) => {
      await openRules(page)
      await item(page, '尺码咨询').getByText('触发过 12 次').waitFor()
      await item(page, '退货退款').getByText('群机器人已移除').waitFor()
      await item(page, '新版规则').getByText('更新的版本').waitFor()
      must((await button(page, '修改“新版规则”').count()) === 0, 'what cannot be read cannot be changed')
      await button(page, '修改“退货退款”').click()
      const gone = dialog(page).getByRole('checkbox', { name: '已移除的群机器人' })
      await gone.uncheck()
      await button(page, '保存').click()
      await item(page, '退货退款').getByText('群机器人已移除').waitFor({ state: 'detached' })
    },
  ],
  [
    'the list, the editor and the dry run are accessible, in both themes and languages',
    {},
    async (page) => {
      await openRules(page)
      await accessible(page)
      await fromExample(page, '下班后咨询')
      await accessible(page)
      await button(page, '修改“下班后咨询”').click()
      for (const kind of ['store', 'clock', 'owned', 'country'])
        await dialog(page).getByLabel('添加条件').selectOption(kind)
      await button(page, '试运行').click()
      await dialog(page).getByRole('status').getByText('会触发').waitFor()
      await accessible(page)
    },
  ],
  [
    'the editor is accessible in the dark and in English',
    { theme: 'dark', lang: 'en' },
    async (page) => {
      await openRules(page, 'Message rules', 'Settings')
      await accessible(page)
      await dialog(page)
        .getByRole('button', { name: /^After hours/ })
        .click()
      await dialog(page).getByLabel('Add a condition').selectOption('words')
      await button(page, 'Save and switch on').click()
      await dialog(page).getByText('Name at least one').waitFor()
      await accessible(page)
    },
  ],
  [
    'what went wrong with the rules is said, and can be tried again',
    { scene: 'error' },
    async (page) => {
      await openRules(page)
      await dialog(page).getByRole('alert').getByRole('button', { name: '重试' }).waitFor()
    },
  ],
  [
    'an offered answer stands above the field, goes into it on a click, and is never sent by itself',
    { select: 'c1' },
    async (page) => {
      const offers = page.getByRole('list', { name: '备好的回复' })
      await offers.getByText('物流咨询').waitFor()
      await page.locator('main .event', { hasText: '规则“物流咨询”触发' }).waitFor()
      await page.locator('textarea').fill('Добрый день!')
      await offers.getByRole('button', { name: /采用/ }).click()
      const text = await page.locator('textarea').inputValue()
      must(text.startsWith('Добрый день!') && text.includes('Уточняем'), `what was typed stays: ${text}`)
      must((await offers.count()) === 0, 'what is in the field is not offered twice')
      must((await page.locator('.bubble.waiting').count()) === 0, 'nothing was sent')
      await page.locator('textarea').fill('')
      await offers.waitFor()
      await offers.getByRole('button', { name: /不用/ }).click()
      await offers.waitFor({ state: 'detached' })
      await page.locator('#row-c3').click()
      await openTalk(page, 'c1')
      must((await offers.count()) === 0, 'it does not come back')
    },
  ],
  ['a conversation with an offered answer is accessible', { select: 'c1', theme: 'dark' }, accessible],
]
