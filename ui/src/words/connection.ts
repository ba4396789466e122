import type { CauseDto, CheckLine, MailProviderDto, ReportDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { dayAndTime, ms, ruleSpan } from '../shared/format'
import { capabilityWords, type Table } from './codes'
import { detailOf } from './errors'

/** An end that was found out at the test itself is no date. */
const JUST_NOW = 5 * 60_000
/** Where a platform forbids sending through its interface. */
const NO_SENDING = 'send_not_allowed_in_region'
/** Words of our own for what a way to a platform can't do, or does in a form that is not understood. */
const TOLD = /^(?:not_by_|local_)/

const GATEWAY: Table = {
  shopee_live: m.gateway_shopee_live,
  shopee_live_cn: m.gateway_shopee_live_cn,
  shopee_live_br: m.gateway_shopee_live_br,
  shopee_sandbox: m.gateway_shopee_sandbox,
  shopee_sandbox_cn: m.gateway_shopee_sandbox_cn,
  aliexpress_live: m.gateway_aliexpress_live,
  aliexpress_russia: m.gateway_aliexpress_russia,
}
export const MAILBOX: Table = {
  netease_163: m.mailbox_netease_163,
  netease_126: m.mailbox_netease_126,
  netease_yeah: m.mailbox_netease_yeah,
  qq: m.mailbox_qq,
  exmail: m.mailbox_exmail,
  aliyun: m.mailbox_aliyun,
  aliyun_company: m.mailbox_aliyun_company,
  gmail: m.mailbox_gmail,
  outlook: m.mailbox_outlook,
  yandex: m.mailbox_yandex,
  zoho: m.mailbox_zoho,
  zoho_eu: m.mailbox_zoho_eu,
  zoho_in: m.mailbox_zoho_in,
  zoho_cn: m.mailbox_zoho_cn,
  mail_ru: m.mailbox_mail_ru,
  yahoo: m.mailbox_yahoo,
}
export const STATE: Readonly<Record<CheckLine['state'], () => string>> = {
  held: m.state_held,
  warned: m.state_warned,
  failed: m.state_failed,
  off: m.state_off,
  open: m.state_open,
}
const CHECK: Readonly<Record<Exclude<CheckLine['check'], 'permission'>, () => string>> = {
  access: m.check_access,
  company: m.check_company,
  shop: m.check_shop,
  authorisation: m.check_authorisation,
  caller: m.check_caller,
  clock: m.check_clock,
  mailbox: m.check_mailbox,
}
export const REMEDY: Table = {
  check_application: m.remedy_check_application,
  check_address: m.remedy_check_address,
  align_company_name: m.remedy_align_company_name,
  activate_shop: m.remedy_activate_shop,
  clear_freeze: m.remedy_clear_freeze,
  ask_platform: m.remedy_ask_platform,
  authorise_again: m.remedy_authorise_again,
  apply_for_permission: m.remedy_apply_for_permission,
  go_without: m.remedy_go_without,
  list_address: m.remedy_list_address,
  set_clock: m.remedy_set_clock,
  use_authorisation_code: m.remedy_use_authorisation_code,
  use_app_password: m.remedy_use_app_password,
  use_browser: m.remedy_use_browser,
  allow_program: m.remedy_allow_program,
  switch_imap_on: m.remedy_switch_imap_on,
  check_password: m.remedy_check_password,
}
export const TRAIT: Table = {
  width: m.trait_width,
  spaces: m.trait_spaces,
  case: m.trait_case,
  characters: m.trait_characters,
}
export const SHOP: Table = {
  inactive: m.cause_shop_inactive,
  frozen: m.cause_shop_frozen,
  banned: m.cause_shop_banned,
}
export const LOGIN: Table = {
  code_needed: m.cause_login_code_needed,
  app_password_needed: m.cause_login_app_password_needed,
  browser_needed: m.cause_login_browser_needed,
  program_refused: m.cause_login_program_refused,
  imap_off: m.cause_login_imap_off,
  wrong: m.cause_login_wrong,
}
const VERDICT: Readonly<Record<ReportDto['verdict'], () => string>> = {
  fit: m.verdict_fit,
  partly: m.verdict_partly,
  unfit: m.verdict_unfit,
}

/** An address by its name; one that is newer than this window by its code. */
export const gatewayWords = (platform: string, id: string) =>
  GATEWAY[`${platform}_${id}`]?.() ?? id.replaceAll('_', ' ')
export const mailboxWords = (id: string) => MAILBOX[id]?.() ?? id.replaceAll('_', ' ')
export const verdictWords = (report: ReportDto) => VERDICT[report.verdict]()
export const stateWords = (line: CheckLine) => STATE[line.state]()
/** What was checked. */
export const checkWords = (line: CheckLine) =>
  line.check === 'permission' ? capabilityWords(line.capability ?? '') : CHECK[line.check]()
/** What helps; nothing for a remedy that this window does not know. Where a token opens a store there is no application. */
export const remedyWords = ({ remedy, cause }: CheckLine) =>
  cause && 'word' in cause && cause.word.startsWith('local_')
    ? m.remedy_check_local()
    : (REMEDY[remedy ?? '']?.() ?? '')

const APPLICATION: Readonly<Record<string, readonly (() => string)[]>> = {
  gmail: [
    m.application_gmail_project,
    m.application_gmail_consent,
    m.application_gmail_client,
    m.application_gmail_copy,
  ],
  outlook: [
    m.application_outlook_register,
    m.application_outlook_redirect,
    m.application_outlook_permission,
    m.application_outlook_copy,
  ],
}

/** How the owner comes to an application at a provider, step by step; none for one without words. */
export const applicationSteps = (provider: string) => (APPLICATION[provider] ?? []).map((step) => step())

/** Which secret a provider wants, said before it is typed. */
export function secretNote(mailbox: MailProviderDto): string {
  const name = mailboxWords(mailbox.id)
  const words: Table = {
    code: () => m.secret_note_code({ name }),
    app_password: () => m.secret_note_app_password({ name }),
    browser: () => m.secret_note_browser({ name }),
  }
  return words[mailbox.secret]?.() ?? m.secret_note_password({ name })
}

/** Why a check did not hold, in one sentence. */
export function causeWords(cause: CauseDto, at: string): string {
  switch (cause.cause) {
    case 'refused':
      return detailOf(cause.word) ?? m.cause_refused()
    case 'unreachable':
      return m.cause_unreachable()
    case 'names':
      return m.cause_names({
        what: cause.traits.map((each) => TRAIT[each]?.() ?? each).join(m.list_separator()),
      })
    case 'shop':
      return SHOP[cause.state]?.() ?? cause.state
    case 'expired':
      return ms(at) - ms(cause.since) < JUST_NOW
        ? m.cause_expired_now()
        : m.cause_expired({ at: dayAndTime(ms(cause.since)) })
    case 'expiring':
      return m.cause_expiring({ count: cause.days, at: dayAndTime(ms(cause.until)) })
    case 'denied':
      if (cause.word === NO_SENDING) return m.cause_denied_region()
      return TOLD.test(cause.word) ? (detailOf(cause.word) ?? m.cause_denied()) : m.cause_denied()
    case 'not_listed':
      return cause.address === null
        ? m.cause_not_listed()
        : m.cause_not_listed_address({ address: cause.address })
    case 'skewed': {
      const by = ruleSpan(Math.abs(cause.ahead_s) * 1000)
      const most = ruleSpan(cause.tolerated_s * 1000)
      return cause.ahead_s > 0 ? m.cause_skewed_ahead({ by, most }) : m.cause_skewed_behind({ by, most })
    }
    case 'login':
      return LOGIN[cause.refusal]?.() ?? m.cause_login_wrong()
  }
}

/** As {@link checkWords}; of a mailbox it is its server that answers. */
export const checkedWords = (line: CheckLine, mail: boolean) =>
  mail && line.check === 'access' ? m.check_access_mail() : checkWords(line)

/** The technical words of a cause, for whoever asks the platform. */
export function causeDetail(cause: CauseDto): string {
  if (cause.cause === 'unreachable') return cause.detail
  return cause.cause === 'refused' || cause.cause === 'denied' ? cause.word : ''
}

/** A piece of a name with characters that nobody would see made visible. */
export const visible = (text: string) => text.replace(/[\s\u200B-\u200D\u2060\uFEFF\u00AD]/gu, '␣')
