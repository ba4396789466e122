import type { LogEntryDto, LogGroupDto, logKinds } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import type { Tone } from '../shared/due'
import { dayNumber, fullTime, monthDay, ms, timeOfDay } from '../shared/format'
import { seatName } from '../shared/person'
import { kindWords, presenceWithin, reasonWords } from './codes'
import { DETAIL } from './details'
import { orderStateWords } from './orders'
import { personalWords } from './personal'
import { stage } from './policy'
import { sourceWords } from './unreadable'

export type LogKind = (typeof logKinds)[number]
type Facts = LogEntryDto['facts']

/** Within it a date needs no year. */
const HALF_A_YEAR = 183 * 86_400_000

export const LOG_GROUP: Readonly<Record<LogGroupDto, () => string>> = {
  messages: m.log_group_messages,
  handling: m.log_group_handling,
  replies: m.log_group_replies,
  alerts: m.log_group_alerts,
  outside: m.log_group_outside,
  stores: m.log_group_stores,
  team: m.log_group_team,
  settings: m.log_group_settings,
}

const AUTHOR: Readonly<Record<string, () => string>> = {
  buyer: m.log_received_buyer,
  seller: m.log_received_seller,
  auto: m.log_received_auto,
  system: m.log_received_system,
}
const NOTICE: Readonly<Record<string, () => string>> = {
  digest: m.log_notice_digest,
  climbed: m.log_notice_climbed,
  fired: m.log_notice_fired,
  store_silent: m.log_notice_store_silent,
  authorisation_ends: m.log_notice_authorisation_ends,
  test: m.log_notice_test,
}
const ACT: Readonly<Record<string, () => string>> = {
  opened: m.log_act_opened,
  drafted: m.log_act_drafted,
  replied: m.log_act_replied,
  transferred: m.log_act_transferred,
  snoozed: m.log_act_snoozed,
  escalated: m.log_act_escalated,
  done: m.log_act_done,
  reopened: m.log_act_reopened,
}
const SETTING: Readonly<Record<string, () => string>> = {
  policy: m.settings_policy,
  calendar: m.policy_section_holidays,
  shell: m.settings_general,
  shopee_push: m.push_title,
}

const seat = (name: string | undefined) => seatName(name ?? '?')
const who = (f: Facts) => ({ who: seat(f['to'] ?? f['seat'] ?? f['account']) })
const rule = (f: Facts) => ({ name: f['name'] ?? '?' })
const robot = (f: Facts) => ({ robot: f['robot'] ?? '?' })
/** Somebody may have changed an entry: what is no instant must not hide all the others. */
const at = (milliseconds: number) => (Number.isFinite(milliseconds) ? fullTime(milliseconds) : '?')
const on = (f: Facts) => f['what'] === 'on'

const personal = (f: Facts) => personalWords(f['field'] === 'address' ? 'address' : 'phone')

/** What an alert was about. */
function alert(f: Facts) {
  const notice = NOTICE[f['notice'] ?? '']?.()
  const kind = f['deadline'] === undefined ? undefined : kindWords(f['deadline'])
  return { what: [notice, kind].filter(Boolean).join(' · ') }
}

/** The reason in words where there are any, else as the platform put it. */
const reason = (detail: string | undefined) =>
  detail === undefined || detail === ''
    ? m.outbox_no_cause()
    : (DETAIL[detail]?.() ?? DETAIL[detail.split(':')[0] ?? '']?.() ?? detail)

/** Every sort of entry that the shell can write: one without words does not compile. */
const WORDS: Readonly<Record<LogKind, (f: Facts) => string>> = {
  received: (f) => AUTHOR[f['author'] ?? '']?.() ?? m.log_received(),
  order_received: (f) =>
    m.log_order_received({ order: f['order_no'] ?? '?', status: orderStateWords(f['status'] ?? '?') }),
  quarantined: (f) => m.log_quarantined({ source: sourceWords(f['source'] ?? '') }),
  read_again: (f) => m.log_read_again({ source: sourceWords(f['source'] ?? '') }),
  shown: (f) =>
    Number(f['unread'] ?? 0) > 0
      ? m.log_shown_unread({ ...who(f), count: Number(f['unread']) })
      : m.log_shown(who(f)),
  assigned: (f) => m.log_assigned({ ...who(f), reason: reasonWords(f['reason'] ?? '') }),
  done: () => m.log_done(),
  unread: () => m.log_unread(),
  reopened: () => m.log_reopened(),
  escalated: () => m.log_escalated(),
  transferred: (f) =>
    f['note'] ? m.log_transferred_note({ ...who(f), note: f['note'] }) : m.log_transferred(who(f)),
  buyer_notes: () => m.log_buyer_notes(),
  buyer_erased: (f) => m.log_buyer_erased({ count: Number(f['messages'] ?? 0) }),
  personal_shown: (f) => m.log_personal_shown({ order: f['order_no'] ?? '?', what: personal(f) }),
  reply_written: () => m.log_reply_written(),
  reply_waiting: () => m.log_reply_waiting(),
  reply_sending: () => m.log_reply_sending(),
  reply_sent: () => m.log_reply_sent(),
  reply_refused: (f) => m.log_reply_refused({ why: reason(f['detail']) }),
  offer_taken: () => m.log_offer_taken(),
  offer_dropped: () => m.log_offer_dropped(),
  reply_unknown: () => m.log_reply_unknown(),
  reply_cancelled: () => m.log_reply_cancelled(),
  alert_raised: (f) =>
    m.log_alert_raised({ kind: kindWords(f['deadline'] ?? ''), stage: stage(Number(f['stage_s'] ?? 0)) }),
  alert_shown: (f) => m.log_alert_shown(alert(f)),
  alert_refused: (f) => m.log_alert_refused(alert(f)),
  alert_acted: (f) => m.log_alert_acted({ act: ACT[f['action'] ?? '']?.() ?? f['action'] ?? '?' }),
  snoozed: (f) => m.log_snoozed({ at: at(Number(f['until_ms'])) }),
  ladder_climbed: (f) => (f['step'] === 'outside' ? m.log_climbed_outside() : m.log_climbed(who(f))),
  rule_fired: (f) => m.log_rule_fired(rule(f)),
  rule_told: () => m.log_rule_told(),
  store_silent: (f) => (f['why'] === 'owner_must_act' ? m.log_store_owner() : m.log_store_silent()),
  store_heard: () => m.log_store_heard(),
  authorisation_ends: (f) => m.log_authorisation_ends({ at: at(ms(f['what'] ?? '')) }),
  queued_outside: (f) => m.log_queued_outside(robot(f)),
  outside_failed: (f) => m.log_outside_failed(robot(f)),
  pushed: (f) => m.log_pushed(robot(f)),
  store_added: () => m.log_store_added(),
  store_changed: () => m.log_store_changed(),
  multi_device_sync: (f) => (on(f) ? m.log_sync_on() : m.log_sync_off()),
  store_paused: () => m.log_store_paused(),
  store_resumed: () => m.log_store_resumed(),
  keep_days: (f) =>
    Number(f['what'] ?? 0) > 0 ? m.log_keep_days({ count: Number(f['what']) }) : m.log_keep_for_ever(),
  content_expired: (f) => m.log_content_expired({ count: Number(f['messages'] ?? 0) }),
  personal_kept: (f) => m.log_personal_kept({ name: f['signed'] ?? '?', what: personal(f) }),
  personal_dropped: (f) => m.log_personal_dropped({ what: personal(f), count: Number(f['values'] ?? 0) }),
  personal_expired: (f) => m.log_personal_expired({ count: Number(f['values'] ?? 0) }),
  folder_gone: (f) => m.log_folder_gone({ folder: f['folder'] ?? '?' }),
  folder_back: (f) => m.log_folder_back({ folder: f['folder'] ?? '?' }),
  mailbox_differs: (f) => m.log_mailbox_differs({ folder: f['folder'] ?? '?' }),
  mail_imported: (f) => m.log_mail_imported({ count: Number(f['taken'] ?? 0) }),
  store_removed: () => m.log_store_removed(),
  bridge_token_rotated: () => m.log_bridge_rotated(),
  bridge_token_revoked: () => m.log_bridge_revoked(),
  account_added: (f) => m.log_account_added(who(f)),
  presence: (f) => m.log_presence({ presence: presenceWithin(f['what'] ?? '') }),
  participates: (f) => (on(f) ? m.log_participates_on() : m.log_participates_off()),
  weight: (f) => m.log_weight({ weight: f['what'] ?? '0' }),
  disabled: (f) => (on(f) ? m.log_disabled_on() : m.log_disabled_off()),
  account_deleted: (f) => m.log_account_deleted(who(f)),
  setting: (f) => m.log_setting({ what: SETTING[f['key'] ?? '']?.() ?? f['key'] ?? '?' }),
  rule_added: (f) => m.log_rule_added(rule(f)),
  rule_changed: (f) => m.log_rule_changed(rule(f)),
  rule_switched: (f) => (f['enabled'] === 'true' ? m.log_rule_on(rule(f)) : m.log_rule_off(rule(f))),
  rules_ordered: () => m.log_rules_ordered(),
  rule_removed: (f) => m.log_rule_removed(rule(f)),
  robot_added: () => m.log_robot_added(),
  robot_changed: () => m.log_robot_changed(),
  robot_removed: () => m.log_robot_removed(),
}

export const LOG_KINDS = Object.keys(WORDS) as LogKind[]

/** What happened, in one sentence; an entry of another version by its own word. */
export function logWords({ kind, facts }: Pick<LogEntryDto, 'kind' | 'facts'>): string {
  const words = WORDS[kind as LogKind] as ((f: Facts) => string) | undefined
  return words?.(facts) ?? kind.replaceAll('_', ' ')
}

/** Who did it, and to whom it went. */
export function logPeople({ kind, facts }: Pick<LogEntryDto, 'kind' | 'facts'>): string {
  const from = facts['by'] ?? (kind === 'account_added' ? undefined : facts['account']) ?? facts['from']
  const to = facts['to'] ?? facts['seat']
  return [from, to]
    .filter((name) => name !== undefined)
    .map(seatName)
    .concat(facts['robot'] ?? [])
    .join(' → ')
}

export interface LogResult {
  tone: Tone
  words: string
}

/** What became of it; null for what has no outcome. */
export function logResult({ kind, facts }: Pick<LogEntryDto, 'kind' | 'facts'>): LogResult | null {
  const code = facts['end.code'] ?? facts['code'] ?? ''
  const coded = (words: string) => (code === '' ? words : `${words} ${code}`)
  const unknown: LogResult = { tone: 'amber', words: m.log_result_unknown() }
  switch (kind) {
    case 'reply_sent':
      return { tone: 'calm', words: m.log_result_sent() }
    case 'reply_refused':
      return { tone: 'red', words: m.log_result_refused() }
    case 'reply_unknown':
      return unknown
    case 'reply_cancelled':
      return { tone: 'mute', words: m.log_result_cancelled() }
    case 'alert_shown':
      return { tone: 'calm', words: m.log_result_shown() }
    case 'alert_refused':
      return { tone: 'red', words: m.log_result_blocked() }
    case 'outside_failed':
      return { tone: 'red', words: coded(m.log_result_failed()) }
    case 'pushed':
      if (facts['result'] === 'sent') return { tone: 'calm', words: m.log_result_sent() }
      return facts['result'] === 'refused' ? { tone: 'red', words: coded(m.log_result_refused()) } : unknown
    case 'store_silent':
      return { tone: 'amber', words: coded(m.log_result_silent()) }
    case 'quarantined':
      return { tone: 'amber', words: m.log_result_kept() }
    default:
      return null
  }
}

/** A moment with its seconds: what happened within one minute keeps its order. */
export function logTime(instant: string, now: number): string {
  const then = ms(instant)
  if (dayNumber(then) === dayNumber(now)) return timeOfDay(then)
  return Math.abs(then - now) < HALF_A_YEAR ? `${monthDay(then)} ${timeOfDay(then)}` : fullTime(then)
}
