import { eventually, must } from './harness.js'
import { button, dialog } from './wizard.js'

const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-0000-4000-8000-00000000beef'
const open = async (page, t) => {
  await page.getByRole('button', { name: t('settings_title'), exact: true }).click()
  await dialog(page).waitFor()
}
const tab = (name, sign) => async (page, t) => {
  if ((await dialog(page).count()) === 0) await open(page, t)
  await dialog(page)
    .getByRole('tab', { name: t(name), exact: true })
    .click()
  await dialog(page).getByText(t(sign)).first().waitFor()
}
const field = (page, name) => dialog(page).getByRole('textbox', { name, exact: true })
const openLog = async (page, t) => {
  await open(page, t)
  await dialog(page)
    .getByRole('tab', { name: t('log_title') })
    .click()
  await button(page, t('log_open')).click()
  await dialog(page).getByRole('searchbox').waitFor()
}
const entries = (page, t) =>
  dialog(page)
    .getByRole('list', { name: t('log_list') })
    .locator('li > button')

/** The settings, and the push log behind them. */
export default [
  [
    'settings',
    { small: true },
    [
      ['general', tab('settings_general', 'settings_data')],
      ['policy', tab('settings_policy', 'policy_reply_working')],
      [
        'a number that is changed',
        (page, t) => button(page, t('policy_change_of', { name: t('policy_stages_reply') })).click(),
      ],
      ['team', tab('settings_team', 'seat_add')],
      ['robots', tab('settings_robots', 'robots_none')],
      ['an app', (page, t) => dialog(page).getByText(t('robot_kind_app'), { exact: true }).click()],
      ['the way to the log', tab('log_title', 'log_about')],
      ['privacy', tab('settings_privacy', 'personal_keep_phone')],
    ],
  ],
  [
    'rules',
    { small: true },
    [
      ['none', tab('settings_rules', 'rules_none')],
      [
        'an example',
        async (page, t) => {
          await dialog(page)
            .getByRole('button', { name: new RegExp(`^${t('example_night')}`) })
            .click()
          await field(page, t('rule_name')).waitFor()
        },
      ],
      [
        'one that was saved',
        async (page, t) => {
          await button(page, t('rule_save_new')).click()
          await button(page, t('rule_new')).waitFor()
        },
      ],
      [
        'every condition, and what is wrong',
        async (page, t) => {
          await button(page, t('rule_new')).click()
          for (const each of ['store', 'platform', 'country', 'words', 'sensitive', 'clock', 'owned'])
            await dialog(page).getByLabel(t('rule_condition_add')).selectOption(each)
          await button(page, t('rule_save_new')).click()
          await dialog(page).getByText(t('problem_no_name')).waitFor()
        },
      ],
      [
        'a dry run',
        async (page, t) => {
          await button(page, t('cancel')).click()
          await button(page, t('rule_new')).click()
          await button(page, t('rule_try')).click()
          await dialog(page).getByText(t('verdict_fires')).first().waitFor()
        },
      ],
    ],
  ],
  [
    'numbers that cannot be read, and content that could not',
    { small: true },
    [
      ['the policy', tab('settings_policy', 'policy_hours')],
      [
        'a day of the week that is wrong',
        async (page, t) => {
          await button(page, t('policy_change_of', { name: t('policy_hours') })).click()
          await dialog(page).locator('form input').nth(2).fill('soon')
          await button(page, t('save')).click()
          await dialog(page).getByText(t('policy_unreadable')).waitFor()
          const wrong = await dialog(page).locator('form [aria-invalid]').count()
          must(wrong === 1, `one day is wrong, and ${wrong} are marked`)
          await eventually(
            () => page.evaluate(() => document.activeElement?.value),
            (value) => value === 'soon',
            'the hands are where it is wrong',
          )
        },
      ],
      [
        'what could not be read',
        async (page, t) => {
          await button(page, t('cancel')).click()
          await dialog(page)
            .getByRole('tab', { name: t('settings_quarantine', { count: 4 }) })
            .click()
          await dialog(page).locator('summary').first().click()
        },
      ],
      ['before it is saved', (page, t) => button(page, t('unreadable_save_all')).click()],
      [
        'after it was tried again',
        async (page, t) => {
          await button(page, t('unreadable_again_all')).click()
          await dialog(page).locator('.told .panel').waitFor()
        },
      ],
    ],
  ],
  [
    'questions of the settings',
    {},
    [
      [
        'a robot and its test',
        async (page, t) => {
          await tab('settings_robots', 'robots_none')(page, t)
          await field(page, t('robot_name')).fill('客服群')
          await field(page, t('robot_address')).fill(ROBOT)
          await button(page, t('robot_add')).click()
          await button(page, t('robot_test')).click()
          await dialog(page).getByText(t('robot_test_sent')).waitFor()
        },
      ],
      [
        'whether it goes',
        async (page, t) => {
          await button(page, t('robot_remove')).click()
          await page.getByRole('heading', { name: t('robot_remove_title', { name: '客服群' }) }).waitFor()
        },
      ],
      [
        'a commitment',
        async (page, t) => {
          await dialog(page)
            .last()
            .getByRole('button', { name: t('cancel') })
            .click()
          await tab('settings_privacy', 'personal_keep_phone')(page, t)
          await dialog(page).getByRole('switch').first().click()
          await page.getByRole('heading', { name: t('commit_title_phone') }).waitFor()
        },
      ],
    ],
  ],
  [
    'the push log',
    { small: true },
    [
      [
        'entries',
        async (page, t) => {
          await openLog(page, t)
          await entries(page, t).nth(20).waitFor()
        },
      ],
      [
        'one in detail',
        async (page, t) => {
          await entries(page, t).nth(1).click()
          await dialog(page).getByText(t('log_detail')).waitFor()
        },
      ],
      [
        'its filters and its check',
        async (page, t) => {
          await dialog(page)
            .getByRole('combobox', { name: t('filter_age') })
            .selectOption('dates')
          await button(page, t('log_check')).click()
          await dialog(page)
            .getByText(t('log_sound', { count: 309 }))
            .waitFor()
        },
      ],
      ['its export', (page, t) => button(page, t('log_export')).click()],
    ],
  ],
]
