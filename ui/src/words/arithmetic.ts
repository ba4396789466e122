import type { ArithmeticLine, DeadlineDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { dayNumber, fullTime, momentWithin, ms, ruleSpan, timeOfDay } from '../shared/format'
import { sensitiveWords } from './codes'
import { holidayWords } from './notes'
import { policySource } from './policy'

type Params = Readonly<Record<string, string | undefined>>

const INSTANT = /^\d{4}-\d{2}-\d{2}T/
const seconds = (p: Params) => ruleSpan(Number(p['seconds'] ?? 0) * 1000)
const instant = (p: Params, ...names: string[]) => {
  const found = names.map((name) => p[name]).find((value) => value !== undefined && value !== '')
  return found === undefined ? '?' : INSTANT.test(found) ? fullTime(ms(found)) : found
}

/** Why an instant is or is not working time. */
const WORKING: Readonly<Record<string, () => string>> = {
  working: m.working_working,
  make_up_day: m.working_make_up_day,
  weekend: m.working_weekend,
  holiday: m.working_holiday,
  outside_hours: m.working_outside_hours,
}
const isWorking = (p: Params) => p['working'] === 'true'

function workingTime(p: Params): string {
  const code = p['reason.code'] ?? p['reason'] ?? ''
  const fact = (name: string) => p[`reason.params.${name}`] ?? p[`reason.${name}`]
  const facts = [WORKING[code]?.() ?? code, holidayWords(fact('name') ?? ''), fact('date'), fact('interval')]
  const reason = facts.filter(Boolean).join(' ')
  const words = isWorking(p) ? m.line_working({ reason }) : m.line_not_working({ reason })
  return p['unpublished'] ? `${words} ${m.line_unpublished({ year: p['unpublished'] })}` : words
}

const LINE: Readonly<Record<string, (p: Params) => string>> = {
  received: (p) => m.line_received({ at: instant(p, 'at', 'received_at') }),
  working_time: workingTime,
  plus: (p) => m.line_plus({ span: seconds(p) }),
  earliest_over: (p) => m.line_earliest_over({ count: p['unanswered'] ?? '?' }),
  never_paused: () => m.line_never_paused(),
  opened: (p) => m.line_opened({ at: instant(p, 'at', 'opened_at') }),
  sensitive_kinds: (p) =>
    m.line_sensitive_kinds({
      kinds: (p['kinds'] ?? '')
        .replace(/[[\]"]/g, '')
        .split(/,\s*/)
        .map(sensitiveWords)
        .join(' · '),
    }),
  promised: (p) => m.line_promised({ at: instant(p, 'at'), span: seconds(p) }),
  mail_received: (p) => m.line_mail_received({ at: instant(p, 'at') }),
  mailbox_checked: (p) => m.line_mailbox_checked({ at: instant(p, 'at') }),
  ticket_sent: (p) =>
    p['funds'] === 'true'
      ? m.line_ticket_sent_funds({ at: instant(p, 'at') })
      : m.line_ticket_sent({ at: instant(p, 'at') }),
  dispute_noticed: (p) => m.line_dispute_noticed({ at: instant(p, 'at') }),
  stated: (p) => m.line_stated({ due: instant(p, 'due', 'due_at') }),
  due: (p) => m.line_due({ at: instant(p, 'at', 'due_at') }),
}

/** The codes that have words; a test holds them against both catalogues. */
export const LINE_CODES = Object.keys(LINE)

/** One line of 展开算式. A code that is newer than this window shows itself with its parameters. */
export function lineWords(line: ArithmeticLine): string {
  const known = LINE[line.code]
  if (known) return known(line.params)
  const params = Object.entries(line.params).map(
    ([name, value]) => `${name} ${INSTANT.test(value) ? fullTime(ms(value)) : value}`,
  )
  return [line.code.replaceAll('_', ' '), ...params].join(' · ')
}

/** Where a line's number comes from, when it has one. */
export const lineSource = (line: ArithmeticLine) => policySource(line.params['source'] ?? '')

/** What makes a number of the policy special; most need no words of their own. */
const SETTING: Readonly<Record<string, () => string>> = {
  reply_working_s: m.summary_working,
  reply_otherwise_s: m.summary_not_working,
  reply_limit_s: m.summary_never_paused,
}

/** The one line beside a clock: start + length = end, with what makes it special before it. */
export function summaryWords(deadline: DeadlineDto, now: number): string {
  const [from, due] = [ms(deadline.from), ms(deadline.due)]
  const p: Params = deadline.summary.params
  const start = dayNumber(from) === dayNumber(now) ? timeOfDay(from) : momentWithin(from, now)
  const end = dayNumber(due) === dayNumber(now) ? timeOfDay(due) : momentWithin(due, now)
  const sum = m.summary_sum({ start, span: ruleSpan(due - from), end })
  switch (deadline.summary.code) {
    case 'working_time':
      return m.summary_with({ why: isWorking(p) ? m.summary_working() : m.summary_not_working(), sum })
    case 'promised':
      return m.summary_promised({ span: seconds(p) })
    case 'stated':
      return m.summary_stated()
    case 'never_paused':
      return m.summary_with({ why: m.summary_never_paused(), sum })
    case 'sensitive_kinds':
      return m.summary_with({ why: lineWords(deadline.summary), sum })
    case 'plus': {
      const why = SETTING[p['setting'] ?? '']?.()
      return why ? m.summary_with({ why, sum }) : sum
    }
    case 'due':
    case 'received':
    case 'opened':
    case 'mail_received':
    case 'mailbox_checked':
    case 'ticket_sent':
    case 'dispute_noticed':
    case 'earliest_over':
      return sum
    default:
      return lineWords(deadline.summary)
  }
}
