import { m } from '../paraglide/messages.js'
import { dayNumber, moment, shortSpan, span, stopwatch } from './format'

/** The one colour meaning. */
export type Tone = 'red' | 'amber' | 'calm' | 'mute'

const MINUTE = 60_000
/** Red from ten minutes before on, amber from an hour before on. */
export const NEAR = 10 * MINUTE
export const SOON = 60 * MINUTE

export function toneOf(due: number, now: number): Tone {
  const left = due - now
  return left <= NEAR ? 'red' : left <= SOON ? 'amber' : 'calm'
}

/** As {@link toneOf}, but a promise of ours that is past needs care; only the platform's clocks are red. */
export function clockTone(kind: string, due: number, now: number): Tone {
  const tone = toneOf(due, now)
  return kind === 'team_promise' && tone === 'red' ? 'amber' : tone
}

/** The words of a chip: what is left, or how far past it is. Minutes round down: nobody gains a minute. */
export function chipWords(due: number, now: number): string {
  const left = due - now
  if (left <= 0) {
    const past = -left
    return past < 60 * MINUTE
      ? m.chip_over({ time: stopwatch(past).slice(3) })
      : m.chip_over({ time: shortSpan(past) })
  }
  if (left < MINUTE) return m.span_s({ n: Math.floor(left / 1000) })
  if (left < 24 * 60 * MINUTE && dayNumber(due) === dayNumber(now)) return shortSpan(left)
  return moment(due, now)
}

/** What remains of a clock in words for the side column. */
export function leftWords(due: number, now: number): string {
  const left = due - now
  if (left <= 0) return m.left_over({ time: span(-left, -left < 60 * MINUTE) })
  return left > 12 * 60 * MINUTE ? moment(due, now) : span(left, left < 60 * MINUTE)
}

/** How much of a clock has run, 0 to 1. */
export function portion(from: number, due: number, now: number): number {
  return due <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (due - from)))
}
