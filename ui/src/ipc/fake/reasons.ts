import type { ArithmeticLine, PresenceDto, SeatRow, WhatIf } from '../client'
import { dueOf } from './rows'
import { isWorking, ms, type Talk, type World } from './model'

const SETTINGS: Record<string, [setting: string, source: string]> = {
  reply: ['reply_working_s', 'MSG 3-6-24: 工作时间内 ≤3小时'],
  reply_limit: ['reply_limit_s', 'MSG 3-6-24: 最迟不得超过24小时'],
  read_silent: ['read_silent_s', 'MSG: 已读未回超4小时'],
  escalation: ['escalation_s', 'MSG'],
  system_mail: ['system_mail_s', 'MSG'],
  dispute: ['dispute_s', 'CT'],
}

/** The arithmetic of one clock, line by line. */
export function arithmeticOf(talk: Talk, deadlineId: string): ArithmeticLine[] {
  const clock = talk.deadlines.find((d) => d.id === deadlineId)
  if (!clock) return []
  const seconds = String(Math.round((ms(clock.due) - ms(clock.from)) / 1000))
  const [setting, source] = SETTINGS[clock.kind] ?? [clock.kind, 'D']
  const waiting = talk.messages.filter((m) => m.author === 'buyer' && ms(m.at) >= ms(clock.from)).length
  const lines: ArithmeticLine[] = []
  if (clock.kind === 'platform_due') {
    lines.push({ code: 'stated', params: { noticed: clock.from, due: clock.due } })
  } else if (clock.kind === 'team_promise') {
    lines.push(clock.summary)
  } else {
    const starts: Record<string, string> = {
      system_mail: 'mail_received',
      dispute: 'dispute_noticed',
      read_silent: 'opened',
    }
    lines.push({ code: starts[clock.kind] ?? 'received', params: { at: clock.from } })
  }
  if (clock.kind === 'reply') {
    const working = isWorking(ms(clock.from))
    const reason = working ? 'working' : 'outside_hours'
    lines.push({
      code: 'working_time',
      params: { working: String(working), 'reason.code': reason, 'reason.params.interval': '09:00-22:00' },
    })
  }
  if (clock.kind === 'reply_limit') lines.push({ code: 'never_paused', params: {} })
  if (clock.kind === 'escalation')
    lines.push({ code: 'sensitive_kinds', params: { kinds: talk.sensitive ?? '' } })
  if (clock.kind !== 'platform_due' && clock.kind !== 'team_promise') {
    lines.push({ code: 'plus', params: { setting, seconds, source } })
  }
  if (clock.kind === 'reply' && waiting > 1)
    lines.push({ code: 'earliest_over', params: { unanswered: String(waiting) } })
  lines.push({ code: 'due', params: { at: clock.due } })
  return lines
}

/** Who would take over if a seat changed its presence now. */
export function whatIfOf(world: World, accountId: string, presence: PresenceDto, weighted: boolean): WhatIf {
  const others = world.seats.filter((s) => s.id !== accountId && s.participates && s.presence === 'online')
  const takers = others.length + (presence === 'online' ? 1 : 0)
  if (presence !== 'offline') return { moves: [], takers, weighted }
  // One of no weight comes after all others.
  const load = (s: SeatRow) => (weighted ? (s.weight > 0 ? s.today / s.weight : Infinity) : s.today)
  const heir =
    others.sort((a, b) => (load(a) < load(b) ? -1 : load(a) > load(b) ? 1 : 0))[0] ??
    world.seats.find((s) => s.is_main)!
  const moves = [...world.talks.values()]
    .filter((t) => t.ownerId === accountId && t.kind === 'chat' && dueOf(t) !== null)
    .map((t) => ({
      conversation_id: t.id,
      title: t.title,
      to_name: heir.name,
      reason: others.length ? 'least_today' : 'main_fallback',
    }))
  return { moves, takers, weighted }
}
