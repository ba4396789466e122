import { closed } from './screens_talk.js'
import { button, dialog, fill } from './wizard.js'

const popover = (page) => page.locator('.popover')
const store = (name) => async (page) => {
  await page.locator('nav').getByRole('button', { name }).first().click()
  await popover(page).waitFor()
}
const wizard = async (page, t, platform) => {
  if ((await dialog(page).count()) === 0)
    await page
      .getByRole('button', { name: t('store_connect') })
      .first()
      .click()
  await dialog(page).getByText(platform, { exact: true }).click()
  await dialog(page).getByLabel(t('field_name')).waitFor()
}
const pasted = async (page, t) => {
  await wizard(page, t, 'Shopee')
  await dialog(page).getByText(t('way_paste')).click()
  await fill(page, {
    [t('field_name')]: 'Shopee SG',
    [t('field_account_shopee')]: '2001234',
    [t('field_secret_shopee')]: 'key-of-the-app',
    [t('field_shop_id')]: '220011',
    [t('field_access_token')]: 'access-1',
    [t('field_refresh_token')]: 'refresh-1',
  })
}

/** What a test finds, and by which code it says so. */
const CODES = {
  frozen: 'ERR_SHOP_FROZEN',
  expired: 'ERR_AUTH_EXPIRED',
  address: 'ERR_IP_NOT_LISTED',
  clock: 'ERR_CLOCK_SKEW',
  unreachable: 'ERR_UNREACHABLE',
  login: 'ERR_APP_REFUSED',
}

/** Stores: where they are connected, and what becomes of them. */
export default [
  [
    'stores that are connected',
    { scene: 'trouble' },
    [
      ['one in trouble', store(/Shopee MY/)],
      [
        'its pushes',
        async (page, t) => {
          await popover(page)
            .getByRole('button', { name: t('push_open') })
            .click()
          await dialog(page)
            .getByRole('switch', { name: t('push_on') })
            .click()
          await dialog(page).getByLabel(t('push_address')).fill('https://relay.example.com')
          await button(page, t('save')).click()
          await dialog(page)
            .getByRole('status')
            .filter({ hasText: t('push_state_listening') })
            .waitFor()
        },
      ],
      [
        'other credentials',
        async (page, t) => {
          await closed(page)
          await store(/Shopee MY/)(page)
          await popover(page)
            .getByRole('button', { name: t('store_renew') })
            .click()
          await dialog(page).getByLabel(t('field_name')).waitFor()
        },
      ],
    ],
  ],
  [
    'a mailbox that is connected',
    {},
    [
      [
        'its import',
        async (page, t) => {
          await store(/admin@/)(page)
          await popover(page)
            .getByRole('button', { name: t('mail_import') })
            .click()
        },
      ],
      [
        'its folders',
        async (page, t) => {
          await popover(page)
            .getByRole('button', { name: t('folders_change') })
            .click()
          await popover(page).getByRole('checkbox', { name: /Junk/ }).waitFor()
        },
      ],
    ],
  ],
  [
    'connecting',
    { scene: 'first', small: true },
    [
      ['welcome', (page, t) => page.getByRole('button', { name: t('welcome_demo') }).waitFor()],
      [
        'a shop with everything missing',
        async (page, t) => {
          await wizard(page, t, 'Shopee')
          await button(page, t('test_connection')).click()
          await dialog(page).getByText(t('signin_missing')).waitFor()
        },
      ],
      ['another shop', (page, t) => wizard(page, t, t('platform_aliexpress'))],
      [
        'a mailbox',
        async (page, t) => {
          await wizard(page, t, t('platform_mail'))
          await fill(page, { [t('field_account_mail')]: 'shop@gmail.com' })
          await dialog(page).getByText(t('way_browser')).click()
          await dialog(page).getByLabel(t('field_client_id'), { exact: true }).waitFor()
        },
      ],
      [
        'a shop whose sign-in is under way',
        async (page, t) => {
          await wizard(page, t, 'Shopee')
          await fill(page, {
            [t('field_name')]: 'Shopee SG',
            [t('field_account_shopee')]: '2001234',
            [t('field_secret_shopee')]: 'key-of-the-app',
          })
          await button(page, t('signin_open')).click()
          await dialog(page).getByText(t('signin_waiting')).waitFor()
        },
      ],
      [
        'which of its shops',
        async (page) => {
          await page.evaluate(() => {
            window.tidebellFake.shops = ['220011', '220012']
            window.tidebellFake.land()
          })
          await dialog(page).getByText('220012').waitFor()
        },
      ],
      [
        'a shop on AliExpress Russia',
        async (page, t) => {
          await wizard(page, t, t('platform_aliexpress'))
          await dialog(page).getByText(t('interface_russian_local')).click()
          await dialog(page).getByText(t('interface_russian_note')).waitFor()
        },
      ],
      ['a bridge', (page, t) => wizard(page, t, t('platform_bridge'))],
      [
        'its token',
        async (page, t) => {
          await fill(page, { [t('field_name')]: 'Lazada MY', [t('field_bridge_label')]: 'Lazada' })
          await button(page, t('bridge_create')).click()
          await dialog(page).getByText('tbr_pretend-1', { exact: true }).waitFor()
        },
      ],
    ],
  ],
  [
    'the connection test',
    { scene: 'first', trial: 'names', small: true },
    [
      [
        'names that differ',
        async (page, t) => {
          await pasted(page, t)
          await button(page, t('test_connection')).click()
          await dialog(page).locator('mark').waitFor()
        },
      ],
      [
        'a permission that is missing',
        async (page, t) => {
          await page.evaluate(() => (window.tidebellFake.trial = 'permission'))
          await button(page, t('report_again')).click()
          await dialog(page).getByText(t('verdict_partly')).waitFor()
        },
      ],
      ...Object.entries(CODES).map(([trial, code]) => [
        code,
        async (page, t) => {
          await page.evaluate((next) => (window.tidebellFake.trial = next), trial)
          await button(page, t('report_again')).click()
          await dialog(page).getByText(code).waitFor()
        },
      ]),
      [
        'everything in order',
        async (page, t) => {
          await page.evaluate(() => (window.tidebellFake.trial = 'good'))
          await button(page, t('report_again')).click()
          await dialog(page).getByText(t('verdict_fit')).waitFor()
        },
      ],
    ],
  ],
  [
    'a host that answers nothing',
    { scene: 'error' },
    [
      [
        'errors',
        (page, t) =>
          page
            .getByRole('button', { name: t('retry') })
            .first()
            .waitFor(),
      ],
    ],
  ],
]
