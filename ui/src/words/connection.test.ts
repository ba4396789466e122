import { afterEach, describe, expect, it } from 'vitest'
import type { CauseDto, CheckLine } from '../ipc/client'
import { DIRECTORY, reportOf, TRIALS } from '../ipc/fake/trials'
import { speak } from '../shared/locale.svelte'
import {
  causeDetail,
  causeWords,
  checkWords,
  checkedWords,
  gatewayWords,
  LOGIN,
  mailboxWords,
  REMEDY,
  remedyWords,
  secretNote,
  SHOP,
  STATE,
  TRAIT,
  visible,
} from './connection'

afterEach(() => speak('zh-CN'))
const AT = '2026-11-20T10:32:00Z'
const told = (cause: CauseDto) => causeWords(cause, AT)

describe('a connection test in words', () => {
  it.each([
    ['causes of a shop', SHOP, ['inactive', 'frozen', 'banned']],
    [
      'refusals of a mailbox',
      LOGIN,
      ['code_needed', 'app_password_needed', 'browser_needed', 'program_refused', 'imap_off', 'wrong'],
    ],
    ['ways in which names differ', TRAIT, ['width', 'spaces', 'case', 'characters']],
    ['states', STATE, ['held', 'warned', 'failed', 'off', 'open']],
    [
      'remedies',
      REMEDY,
      [
        'check_application',
        'check_address',
        'align_company_name',
        'activate_shop',
        'clear_freeze',
        'ask_platform',
        'authorise_again',
        'apply_for_permission',
        'go_without',
        'list_address',
        'set_clock',
        'use_authorisation_code',
        'use_app_password',
        'use_browser',
        'allow_program',
        'switch_imap_on',
        'check_password',
      ],
    ],
  ])('all %s of the rules have words', (_, table, codes) => {
    expect(Object.keys(table).sort(), 'none is missing and none is dead').toEqual(codes.sort())
  })

  it('of a mailbox it is the server that answers, of a shop its platform', () => {
    const first = (platform: 'mail' | 'shopee') => reportOf('good', platform, 0).lines[0]!
    expect(checkedWords(first('mail'), true)).toBe('服务器应答')
    expect(checkedWords(first('shopee'), false)).toBe('平台应答')
  })

  it.each(['zh-CN', 'en'] as const)('every trial says cause, remedy and code in %s', (language) => {
    speak(language)
    const platforms = ['shopee', 'aliexpress', 'mail'] as const
    const bad = (line: CheckLine) => line.cause !== null
    const lines = TRIALS.flatMap((trial) => platforms.flatMap((p) => reportOf(trial, p, 0).lines.filter(bad)))
    expect(lines.length, 'something is looked at').toBeGreaterThan(TRIALS.length - 2)
    for (const line of lines) {
      const words = [checkWords(line), causeWords(line.cause!, AT), remedyWords(line)]
      expect(
        words.every((each) => each.length > 1),
        `${line.code}: ${words.join(' / ')}`,
      ).toBe(true)
      const han = /\p{Script=Han}/u.test(words.join(''))
      expect(han, `${words.join(' / ')} is ${language}`).toBe(language === 'zh-CN')
    }
  })

  it('says which way a clock is off and how far', () => {
    expect(told({ cause: 'skewed', ahead_s: -3600, tolerated_s: 300 })).toContain('慢了 1 小时')
    expect(told({ cause: 'skewed', ahead_s: 28_800, tolerated_s: 300 })).toContain('快了 8 小时')
  })

  it('an end that was found out by the test itself is no date', () => {
    expect(told({ cause: 'expired', since: AT })).toBe('平台不再接受这份授权。')
    expect(told({ cause: 'expired', since: '2026-11-18T02:00:00Z' })).toContain('2026')
  })

  it('names the address that is to be listed', () => {
    expect(told({ cause: 'not_listed', address: '203.0.113.7' })).toContain('203.0.113.7')
    expect(told({ cause: 'not_listed', address: null })).not.toContain('null')
  })

  it('keeps the platform’s own word for whoever asks its support', () => {
    expect(causeDetail({ cause: 'denied', word: 'error_api_permission' })).toBe('error_api_permission')
    expect(told({ cause: 'refused', word: 'error_sign' }), 'a known word has a sentence').toContain('密钥')
    expect(told({ cause: 'refused', word: 'never_seen' }), 'any other too').toBe('平台不认这个应用。')
    expect(told({ cause: 'denied', word: 'send_not_allowed_in_region' })).toContain('站点')
  })

  it('a store that a token opens is told of its token and its login, not of an application', () => {
    const lines = [
      ...reportOf('login', 'aliexpress', 0, 'russian_local').lines,
      ...reportOf('good', 'aliexpress', 0, 'russian_local').lines,
    ].filter((line) => line.cause !== null)
    const words = lines.map((line) => `${causeWords(line.cause!, AT)} ${remedyWords(line)}`)
    expect(words[0], 'whose messages are these').toContain('登录名')
    expect(words.at(-1), 'what it can never do').toContain('没有这一项')
    expect(words.join(''), 'nobody applies for anything').not.toMatch(/应用|申请/)
  })

  it('shows characters that nobody would see', () => {
    expect(visible('潮铃 有限\u3000公司\u200B')).toBe('潮铃␣有限␣公司␣')
  })

  it('every address of the directory has a name', () => {
    for (const { platform, id } of DIRECTORY.gateways)
      expect(gatewayWords(platform, id), id).not.toBe(id.replaceAll('_', ' '))
    for (const { id } of DIRECTORY.mailboxes) expect(mailboxWords(id), id).not.toBe(id.replaceAll('_', ' '))
  })

  it('says before a password is typed what the provider takes', () => {
    const notes = Object.fromEntries(DIRECTORY.mailboxes.map((each) => [each.id, secretNote(each)]))
    expect(notes['netease_163'], 'a code').toContain('授权码')
    expect(notes['gmail'], 'a password of its own').toContain('专用密码')
    expect(notes['outlook'], 'nothing').toContain('不再接受密码')
    expect(notes['aliyun'], 'IMAP is off at first').toContain('IMAP')
  })
})
