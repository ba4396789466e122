import type { PolicyValueDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { ruleSpan } from '../shared/format'
import { noteWords } from './notes'

/** The names of the numbers, by their place in the policy. */
export const POLICY_WORDS: Readonly<Record<string, () => string>> = {
  hours: m.policy_hours,
  reply_working_s: m.policy_reply_working,
  reply_otherwise_s: m.policy_reply_otherwise,
  reply_limit_s: m.policy_reply_limit,
  read_silent_s: m.policy_read_silent,
  read_silent_dispute_percent: m.policy_read_silent_dispute,
  escalation_s: m.policy_escalation,
  badge_reply_s: m.policy_badge_reply,
  team_promise_s: m.policy_team_promise,
  system_mail_s: m.policy_system_mail,
  mailbox_check_s: m.policy_mailbox_check,
  ticket_funds_s: m.policy_ticket_funds,
  ticket_other_s: m.policy_ticket_other,
  dispute_s: m.policy_dispute,
  slow_run: m.policy_slow_run,
  slow_run_weight_percent: m.policy_slow_run_weight,
  slow_exposure_percent: m.policy_slow_exposure,
  'alerts.stages.reply': m.policy_stages_reply,
  'alerts.stages.reply_limit': m.policy_stages_reply_limit,
  'alerts.stages.badge_reply': m.policy_stages_badge_reply,
  'alerts.scale': m.policy_scale,
  'alerts.merge_s': m.policy_merge,
  'alerts.digest_after_s': m.policy_digest_after,
  'alerts.snooze_s': m.policy_snooze,
  'alerts.ladder_wait_s': m.policy_ladder_wait,
  'alerts.store_silent_s': m.policy_store_silent,
  'alerts.quiet': m.policy_quiet,
  'dispatch.recent_s': m.policy_recent,
  'dispatch.suspended_keeps_recent': m.policy_suspended_keeps,
  'dispatch.fewest_serving': m.policy_fewest_serving,
  'dispatch.weighted': m.policy_weighted,
}

/** A number that is newer than this window stays readable as its place. */
export const policyWords = (path: string) => POLICY_WORDS[path]?.() ?? path.replaceAll(/[._]/g, ' ')

const SECTIONS = [
  { name: m.policy_section_reply, holds: /^(reply_|read_silent|escalation|badge|team_promise|slow_)/ },
  { name: m.policy_section_other, holds: /^(system_mail|mailbox|ticket|dispute)/ },
  { name: m.policy_section_alerts, holds: /^alerts\./ },
  { name: m.policy_section_dispatch, holds: /^dispatch\./ },
  { name: m.policy_section_hours, holds: /^/ },
] as const
export interface Section<T> {
  name: string
  entries: T[]
}

/** Every number under its heading; what fits nowhere else stands with the working hours. */
export function sections<T extends { path: string }>(entries: readonly T[]): Section<T>[] {
  const rest = [...entries]
  return SECTIONS.map(({ name, holds }) => {
    const mine = rest.filter((entry) => holds.test(entry.path))
    mine.forEach((entry) => rest.splice(rest.indexOf(entry), 1))
    return { name: name(), entries: mine }
  })
}

/** The rule books that the numbers are taken from, by their short names in RULES.md. */
const BOOKS: Readonly<Record<string, () => string>> = {
  MSG: m.book_messages,
  WW: m.book_badge,
  CT: m.book_contact,
  EK: m.book_distribution,
  SP: m.book_shopee,
  D: m.book_ours,
}

/** Where a number comes from: the rule book by its whole name, the part of it, and what is said there. */
export function policySource(source: string): string {
  const [, name = '', part = '', note = ''] =
    /^([A-Z]+)(?:\s+([\d.-]+))?(?:[:：]\s*(.*)|$)/su.exec(source) ?? []
  const book = BOOKS[name]
  if (!book) return noteWords(source)
  const where = part === '' ? book() : m.policy_book_part({ book: book(), part })
  return note === '' ? where : m.policy_book({ book: where, what: noteWords(note) })
}

/** When an alert comes, as seconds from its deadline. */
export const stage = (seconds: number) =>
  seconds === 0
    ? m.policy_stage_at()
    : seconds < 0
      ? m.policy_stage_before({ span: ruleSpan(-seconds * 1000) })
      : m.policy_stage_after({ span: ruleSpan(seconds * 1000) })
const stages = (all: readonly number[]) =>
  all.length === 0 ? m.policy_stages_none() : all.map(stage).join(m.list_separator())

/** Monday first, then a make-up day. */
export const weekDays = () => [
  m.weekday_mon(),
  m.weekday_tue(),
  m.weekday_wed(),
  m.weekday_thu(),
  m.weekday_fri(),
  m.weekday_sat(),
  m.weekday_sun(),
  m.weekday_make_up(),
]

/** Days in a row with the same hours are told as one, a line each: `周一–周五 09:00-22:00`. */
function week(days: readonly string[][]): string {
  const names = weekDays()
  const lines: string[] = []
  for (let from = 0; from < days.length;) {
    const hours = days[from]!.join(', ')
    let to = from
    while (
      to + 1 < Math.min(days.length, 7) &&
      to + 1 !== 7 &&
      days[to + 1]!.join(', ') === hours &&
      from !== 7
    )
      to += 1
    const name = from === to ? names[from]! : `${names[from]!}–${names[to]!}`
    if (hours !== '') lines.push(`${name} ${hours}`)
    from = to + 1
  }
  return lines.length === 0 ? m.policy_week_none() : lines.join('\n')
}

/** A value in one line. */
export function policyValue(value: PolicyValueDto): string {
  switch (value.kind) {
    case 'switch':
      return value.value ? m.switch_on() : m.switch_off()
    case 'seconds':
      return ruleSpan(value.value * 1000)
    case 'count':
      return String(value.value)
    case 'percent':
      return `${value.value}%`
    case 'week':
      return week(value.value)
    case 'pattern':
      return m.policy_pattern({ span: ruleSpan(value.value[0] * 1000), stages: stages(value.value[1]) })
    case 'stages':
      return stages(value.value)
    case 'spans':
      return value.value.length === 0 ? m.policy_spans_none() : value.value.join(m.list_separator())
  }
}
