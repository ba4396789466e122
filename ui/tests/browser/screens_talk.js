import { eventually, openTalk, undoable } from './harness.js'
import { openSeat, weighedDecision, weighted } from './weights.js'
import { button, dialog } from './wizard.js'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)
const view = (name, row) => async (page, t) => {
  await page
    .locator('nav')
    .getByRole('button', { name: t(name) })
    .first()
    .click()
  await openTalk(page, row)
}
const talk = (id) => (page) => openTalk(page, id)
export const closed = async (page) => {
  await page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'detached' })
}
const key = (name) => async (page) => {
  if (await dialog(page).count()) await closed(page)
  await page.keyboard.press(name)
  await dialog(page).waitFor()
}
const send = async (page, text) => {
  await page.locator('textarea').fill(text)
  await page.keyboard.press('Control+Enter')
}

/** What is read and written. */
export default [
  [
    'conversations of every kind',
    {},
    [
      ['an offer', talk('c1')],
      ['a picture and a warning', talk('c2')],
      ['a picture alone', talk('c3')],
      ['what we answered', talk('c4')],
      ['Arabic', talk('c5')],
      ['cards and what cannot be shown', talk('c7')],
      ['where no reply is possible', talk('c8')],
      ['a notice', view('view_notices', 'c11')],
      ['a dispute', view('view_cases', 'c12')],
      ['a mail', view('view_mails', 'c9')],
      ['a suspicious mail', view('view_mails', 'c10')],
      [
        'a link',
        async (page) => {
          await page.frameLocator('iframe').getByText('verify your account').click()
          await dialog(page).waitFor()
        },
      ],
    ],
  ],
  [
    'dialogs on a conversation',
    { select: 'c2', small: true },
    [
      ['arithmetic', key('d')],
      ['reasons', key('w')],
      ['transfer', key('t')],
      ['keys', key('?')],
    ],
  ],
  [
    'what a buyer and a seat are asked about',
    { select: 'c2' },
    [
      ['erasing', (page, t) => page.getByRole('button', { name: t('erase_button') }).click()],
      [
        'going offline',
        async (page, t) => {
          await closed(page)
          await page.getByRole('button', { name: t('presence_offline'), exact: true }).click()
          await dialog(page).getByText('María G.').waitFor()
        },
      ],
      [
        'a name that is refused',
        async (page, t) => {
          await closed(page)
          await page.getByRole('button', { name: t('seat_add') }).click()
          await dialog(page).getByRole('textbox').fill('彩电卖家：小王')
          await button(page, t('add')).click()
          await dialog(page).getByText(t('detail_full_width_colon')).waitFor()
        },
      ],
      [
        'raw content',
        async (page, t) => {
          await closed(page)
          await openTalk(page, 'c7')
          await page.getByRole('button', { name: t('raw_show') }).click()
          await dialog(page).getByText('voice_v3').waitFor()
        },
      ],
    ],
  ],
  [
    'what weights show',
    { select: 'c2', small: true },
    [
      [
        'a weight that is refused',
        async (page, t) => {
          await weighted(page)
          await openSeat(page, /彩电卖家:小李/)
          await dialog(page).getByLabel(t('weight_label')).fill('101')
          await dialog(page)
            .getByRole('button', { name: t('save') })
            .click()
          await page
            .getByRole('alert')
            .filter({ hasText: t('weight_range') })
            .waitFor()
        },
      ],
      [
        'reasons that looked at them',
        async (page, t) => {
          await closed(page)
          await weighedDecision(page, 'c2')
          await page.keyboard.press('w')
          await dialog(page).getByText(t('rule_least_weighted')).waitFor()
        },
      ],
      [
        'the team in the settings',
        async (page, t) => {
          await closed(page)
          await page.getByRole('button', { name: t('settings_title') }).click()
          await dialog(page)
            .getByRole('tab', { name: t('settings_team') })
            .click()
          await dialog(page)
            .getByText(t('seat_weight', { weight: 1 }))
            .first()
            .waitFor()
        },
      ],
    ],
  ],
  [
    'replies under way',
    { select: 'c3' },
    [
      [
        'a picture and a card that go along',
        async (page, t) => {
          const file = { name: 'dot.png', mimeType: 'image/png', buffer: PNG }
          await page.locator('main input[type=file]').setInputFiles(file)
          await page.getByRole('button', { name: t('order_send') }).click()
          await page.getByRole('button', { name: t('attached_remove_card') }).waitFor()
        },
      ],
      [
        'emoji alone',
        async (page, t) => {
          await openTalk(page, 'c2')
          await send(page, '🙏')
          await page.getByText(t('emoji_title')).waitFor()
        },
      ],
      [
        'one that can be taken back',
        async (page) => {
          await undoable(page)
          await send(page, 'Hola María')
          await page.locator('.bubble.waiting').waitFor()
        },
      ],
      [
        'some that did not arrive',
        async (page, t) => {
          await page.evaluate(
            () => (window.tidebellFake.app = { ...window.tidebellFake.app, undo_seconds: 0 }),
          )
          for (const fate of ['refuse', 'unknown', 'lost']) {
            await send(page, `Hola #${fate}`)
            await page.locator('.bubble', { hasText: `#${fate}` }).waitFor()
            // The field is free again once the words are on their way.
            await eventually(
              () => page.locator('textarea').inputValue(),
              (text) => text === '',
              'the field is free',
            )
          }
          for (const words of ['outbox_refused', 'outbox_unknown', 'outbox_not_arrived'])
            await page.getByText(t(words)).first().waitFor()
        },
      ],
    ],
  ],
  [
    'the search',
    {},
    [
      ['before a word', (page) => page.keyboard.press('/')],
      [
        'hits',
        async (page) => {
          await page.keyboard.type('pedido')
          await page.locator('#hit-0').waitFor()
        },
      ],
      [
        'no hits',
        async (page, t) => {
          await page.keyboard.type('zzzz')
          await page.getByText(t('search_none', { text: 'pedidozzzz' })).waitFor()
        },
      ],
    ],
  ],
]
