import type {
  CauseDto,
  CheckLine,
  DirectoryDto,
  GatewayDto,
  InterfaceDto,
  MailProviderDto,
  PlatformDto,
  ReportDto,
} from '../client'
import { HOUR, iso } from './model'

/** What the next connection test finds: `?trial=names`. Every cause of the shell has one. */
export const TRIALS = [
  'good',
  'names',
  'frozen',
  'expired',
  'permission',
  'address',
  'clock',
  'code',
  'browser',
  'unreachable',
  'login',
] as const
export type Trial = (typeof TRIALS)[number]

type Check = CheckLine['check']
const held = (check: Check, capability: string | null = null): CheckLine => ({
  check,
  capability,
  state: 'held',
  code: null,
  cause: null,
  remedy: null,
})
const failed = (check: Check, code: string, cause: CauseDto, remedy: string): CheckLine => ({
  ...held(check),
  state: 'failed',
  code,
  cause,
  remedy,
})
const open = (line: CheckLine): CheckLine => ({
  ...line,
  state: 'open',
  code: null,
  cause: null,
  remedy: null,
})

const SHOP = ['read_chat', 'send_chat', 'notifications', 'orders', 'disputes']
const same = (text: string) => ({ text, differs: false })
const other = (text: string) => ({ text, differs: true })

/** What the local interface of AliExpress Russia has no call for. */
const NO_CALL = ['orders', 'disputes']
const noCall = (capability: string): CheckLine => ({
  ...held('permission', capability),
  state: 'off',
  code: 'ERR_NO_CALL',
  cause: { cause: 'denied', word: 'not_by_local_api' },
  remedy: 'go_without',
})

function lines(platform: PlatformDto, by: InterfaceDto): CheckLine[] {
  if (platform === 'mail') return [held('access'), held('mailbox'), held('permission', 'mail')]
  const shop: Check[] = ['access', 'clock', 'caller', 'authorisation', 'shop', 'company']
  const all = shop.map((check) => held(check))
  if (platform === 'aliexpress') all[5] = open(all[5]!)
  const can = platform === 'shopee' ? SHOP : SHOP.filter((each) => each !== 'notifications')
  const none = by === 'russian_local' ? NO_CALL : []
  return [...all, ...can.map((each) => (none.includes(each) ? noCall(each) : held('permission', each)))]
}

function found(trial: Exclude<Trial, 'good' | 'permission'>, now: number): CheckLine {
  switch (trial) {
    case 'names': {
      const ours = [same('深圳彩电科技有限公司')]
      const theirs = [same('深圳彩电科技有限'), other('责任'), same('公司')]
      const cause: CauseDto = { cause: 'names', ours, theirs, traits: ['characters'] }
      return failed('company', 'ERR_AUTH_MISMATCH', cause, 'align_company_name')
    }
    case 'frozen':
      return failed('shop', 'ERR_SHOP_FROZEN', { cause: 'shop', state: 'frozen' }, 'clear_freeze')
    case 'expired': {
      const since = iso(now - 30 * HOUR)
      return failed('authorisation', 'ERR_AUTH_EXPIRED', { cause: 'expired', since }, 'authorise_again')
    }
    case 'address': {
      const cause: CauseDto = { cause: 'not_listed', address: '203.0.113.7' }
      return failed('caller', 'ERR_IP_NOT_LISTED', cause, 'list_address')
    }
    case 'clock': {
      const cause: CauseDto = { cause: 'skewed', ahead_s: -3600, tolerated_s: 300 }
      return failed('clock', 'ERR_CLOCK_SKEW', cause, 'set_clock')
    }
    case 'code': {
      const cause: CauseDto = { cause: 'login', refusal: 'code_needed' }
      return failed('mailbox', 'ERR_MAIL_CODE_NEEDED', cause, 'use_authorisation_code')
    }
    case 'browser': {
      const cause: CauseDto = { cause: 'login', refusal: 'browser_needed' }
      return failed('mailbox', 'ERR_MAIL_OAUTH_NEEDED', cause, 'use_browser')
    }
    case 'login': {
      const cause: CauseDto = { cause: 'refused', word: 'local_other_login' }
      return failed('access', 'ERR_APP_REFUSED', cause, 'check_application')
    }
    case 'unreachable': {
      const cause: CauseDto = { cause: 'unreachable', detail: 'connection refused (os error 111)' }
      return failed('access', 'ERR_UNREACHABLE', cause, 'check_address')
    }
  }
}

/** A missing permission, and with it only what it is for. */
const off: CheckLine = {
  check: 'permission',
  capability: 'disputes',
  state: 'off',
  code: 'ERR_PERMISSION_MISSING',
  cause: { cause: 'denied', word: 'error_api_permission' },
  remedy: 'apply_for_permission',
}

/** The test of a connection, as the shell would have found it. */
export function reportOf(
  trial: Trial,
  platform: PlatformDto,
  now: number,
  by: InterfaceDto = 'usual',
): ReportDto {
  const all = lines(platform, by)
  const at = iso(now)
  if (trial === 'good') return { at, verdict: 'fit', lines: all }
  if (trial === 'permission') {
    const partly = all.map((line) => (line.capability === 'disputes' ? off : line))
    return { at, verdict: 'partly', lines: partly }
  }
  const wrong = found(trial, now)
  // What comes before the fault held; what hangs on it could not be asked.
  const deep = ['access', 'caller', 'authorisation', 'mailbox'].includes(wrong.check)
  const place = all.findIndex((line) => line.check === wrong.check)
  return {
    at,
    verdict: 'unfit',
    lines: all.map((line, index) => (index === place ? wrong : deep && index > place ? open(line) : line)),
  }
}

const gateway = (platform: PlatformDto, id: string, url: string, by: InterfaceDto = 'usual'): GatewayDto => ({
  platform,
  interface: by,
  id,
  url,
})
const mailbox = (
  id: string,
  domains: string[],
  host: string,
  secret: string,
  sign_in: MailProviderDto['sign_in'] = null,
): MailProviderDto => ({
  id,
  domains,
  host: `${host}:993`,
  secret,
  sign_in,
})

/** Some of the addresses that the shell knows by name. */
export const DIRECTORY: DirectoryDto = {
  gateways: [
    gateway('shopee', 'live', 'https://partner.shopeemobile.com'),
    gateway('shopee', 'live_cn', 'https://openplatform.shopee.cn'),
    gateway('shopee', 'live_br', 'https://openplatform.shopee.com.br'),
    gateway('shopee', 'sandbox', 'https://openplatform.sandbox.test-stable.shopee.sg'),
    gateway('shopee', 'sandbox_cn', 'https://openplatform.sandbox.test-stable.shopee.cn'),
    gateway('aliexpress', 'live', 'https://api-sg.aliexpress.com'),
    gateway('aliexpress', 'russia', 'https://openapi.aliexpress.ru', 'russian_local'),
  ],
  mailboxes: [
    mailbox('netease_163', ['163.com'], 'imap.163.com', 'code'),
    mailbox('qq', ['qq.com', 'vip.qq.com', 'foxmail.com'], 'imap.qq.com', 'code'),
    mailbox('exmail', ['exmail.qq.com'], 'imap.exmail.qq.com', 'app_password'),
    mailbox('aliyun', ['aliyun.com'], 'imap.aliyun.com', 'password'),
    mailbox('gmail', ['gmail.com'], 'imap.gmail.com', 'app_password', 'id_and_secret'),
    mailbox('outlook', ['outlook.com', 'hotmail.com'], 'outlook.office365.com', 'browser', 'id'),
  ],
}
