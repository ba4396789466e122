import type { RobotDto, RobotHealthDto, RobotMissedDto, RobotReadersDto, RobotTestDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { momentWithin, ms, whenWords } from '../shared/format'

/** What a code of WeCom means for whoever has to act. */
const CODE: Readonly<Record<string, () => string>> = {
  '93000': m.robot_code_gone,
  '45009': m.robot_code_often,
  http_429: m.robot_code_often,
  unreachable: m.robot_code_unreachable,
  unknown: m.robot_code_unknown,
  no_secret: m.robot_code_no_secret,
  '40013': m.app_code_corp,
  '40001': m.app_code_secret,
  '40056': m.app_code_agent,
  '301002': m.app_code_agent,
  '60020': m.app_code_address,
  '60011': m.app_code_reach,
  '60111': m.app_code_reach,
  '81013': m.app_code_readers,
  '48002': m.app_code_forbidden,
  '40014': m.app_code_token,
  '42001': m.app_code_token,
}
/** What helps, where it is not said with the cause. */
const HELP: Readonly<Record<string, () => string>> = {
  '40013': m.app_help_corp,
  '40001': m.app_help_secret,
  '40056': m.app_help_agent,
  '301002': m.app_help_agent,
  '60020': m.app_help_address,
  '60011': m.app_help_reach,
  '60111': m.app_help_reach,
  '81013': m.app_help_readers,
  '48002': m.app_help_forbidden,
}

/** With the number of WeCom's own pages, where there are words for it. */
export function codeWords(code: string): string {
  const words = CODE[code]?.()
  if (words === undefined) return m.robot_code_other({ code })
  return /^\d+$/.test(code) ? m.robot_code_named({ words, code }) : words
}
/** What to do about a code; empty where waiting is all. */
export const helpWords = (code: string): string => HELP[code]?.() ?? ''

/** What to do about how a way out is, with the address that is to be entered. */
export function healthHelp({ code, address }: RobotHealthDto): string {
  if (code === '60020' && address !== null) return m.app_help_this_address({ address })
  return helpWords(code ?? '')
}

export type AppFault = 'missing' | 'corp' | 'agent' | 'secret'
export type ReaderList = 'users' | 'parties' | 'tags'
/** What is wrong with a choice of recipients. */
export interface ReadersFault {
  fault: 'none' | 'many' | 'id'
  list: ReaderList
  /** The first one that is no id. */
  wrong: string
  /** How many there may be. */
  most: number
}
/** What goes without a way out, and where it goes instead. */
export interface Uses {
  /** Rules that tell something there, in the team's order; each stands still without it. */
  rules: { name: string; on: boolean }[]
  /** The ways out that the ladder's last step still has; null where it does not go there. */
  ladder: string[] | null
  /** The same of stores that fall silent. */
  silence: string[] | null
  /** What waits there and is given up. */
  waiting: number
}

const LIST_FAULT: Readonly<Record<ReadersFault['fault'], (fault: ReadersFault) => string>> = {
  none: () => m.readers_fault_none(),
  many: ({ most }) => m.readers_fault_many({ most }),
  id: ({ list, wrong }) =>
    list === 'users' ? m.readers_fault_user({ wrong }) : m.readers_fault_number({ wrong }),
}
export const readersFaultWords = (fault: ReadersFault): string => LIST_FAULT[fault.fault](fault)

const APP_FAULT: Readonly<Record<AppFault, () => string>> = {
  missing: m.fault_missing,
  corp: m.app_fault_corp,
  agent: m.app_fault_agent,
  secret: m.fault_spaces,
}
export const appFaultWords = (fault: AppFault): string => APP_FAULT[fault]()

const list = (ids: readonly string[]): string => ids.join(m.list_separator())

/** Who reads what an application sends. */
export function readersWords({ everybody, users, parties, tags }: RobotReadersDto): string {
  if (everybody) return m.readers_are_everybody()
  const some: string[] = []
  if (users.length > 0) some.push(m.readers_are_users({ ids: list(users) }))
  if (parties.length > 0) some.push(m.readers_are_parties({ ids: list(parties) }))
  if (tags.length > 0) some.push(m.readers_are_tags({ ids: list(tags) }))
  return m.readers_are({ some: some.join(' · ') })
}

/** Whom a message did not reach although it was taken, a line a cause. */
export function missedWords({ users, parties, tags, unlicensed }: RobotMissedDto): string[] {
  const lines: string[] = []
  if (users.length > 0) lines.push(m.missed_users({ ids: list(users) }))
  if (parties.length > 0) lines.push(m.missed_parties({ ids: list(parties) }))
  if (tags.length > 0) lines.push(m.missed_tags({ ids: list(tags) }))
  if (unlicensed.length > 0) lines.push(m.missed_unlicensed({ ids: list(unlicensed) }))
  return lines
}

/** How a way out is, in one sentence; nothing while all is well. */
export function healthWords({ health, until, code }: RobotHealthDto, now: number): string {
  const why = codeWords(code ?? '')
  const when = until === null ? '' : whenWords(ms(until), now)
  const words = {
    working: () => '',
    waiting: () => m.robot_health_waiting({ why, when }),
    open: () => m.robot_health_open({ why, when }),
    stopped: () => m.robot_health_stopped({ why }),
  }
  return words[health]()
}

/** What waits, and what became of the last message. */
export function queueWords({ waiting, oldest, last_at, last_result }: RobotDto, now: number): string {
  const queue =
    waiting === 0 || oldest === null
      ? m.robot_nothing_waits()
      : m.robot_waits({ count: waiting, since: momentWithin(ms(oldest), now) })
  if (last_at === null || last_result === null) return `${queue} · ${m.robot_never_told()}`
  const when = whenWords(ms(last_at), now)
  const last = last_result === 'sent' ? m.robot_last_sent({ when }) : m.robot_last_failed({ when })
  return `${queue} · ${last}`
}

/** The outcome of a test message. */
export function testWords({ end, health, code, missed }: RobotTestDto, now: number): string {
  if (end === 'sent') return missedWords(missed).length > 0 ? m.robot_test_partly() : m.robot_test_sent()
  if (end === 'refused')
    return code === null ? m.robot_test_refused() : m.robot_test_refused_why({ why: codeWords(code) })
  if (end === 'unknown') return m.robot_test_unknown()
  const why = health === null ? '' : healthWords(health, now)
  return why === '' ? m.robot_test_waits() : m.robot_test_waits_why({ why })
}

/** What becomes of whatever uses a way out that is to be removed, a line each. */
export function usesWords({ rules, ladder, silence, waiting }: Uses): string[] {
  const lines = rules.map(({ name, on }) =>
    on ? m.robot_uses_rule({ name }) : m.robot_uses_rule_off({ name }),
  )
  if (ladder !== null)
    lines.push(ladder.length > 0 ? m.robot_uses_ladder({ names: list(ladder) }) : m.robot_uses_ladder_last())
  if (silence !== null)
    lines.push(
      silence.length > 0 ? m.robot_uses_silence({ names: list(silence) }) : m.robot_uses_silence_last(),
    )
  if (waiting > 0) lines.push(m.robot_uses_waiting({ count: waiting }))
  return lines
}
