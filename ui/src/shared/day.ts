import { locale } from './locale.svelte'

/** A day of the calendar without a place on the globe: `2026-11-20`. Empty where none is meant. */
export type Day = string

const DAY = 86_400_000
const at = (day: Day) => Date.parse(`${day}T00:00:00Z`)
const dayOf = (utc: number): Day => new Date(utc).toISOString().slice(0, 10)

/** The day it is in UTC+8. */
export const today = (now: number): Day => dayOf(now + 28_800_000)
export const daysLater = (day: Day, days: number): Day => dayOf(at(day) + days * DAY)
/** 0 for a Monday. */
export const weekday = (day: Day): number => (new Date(at(day)).getUTCDay() + 6) % 7

/** The same day some months later, or the last one that month has. */
export function monthsLater(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return dayOf(Date.UTC(year, month - 1 + months, Math.min(date, last)))
}

/** Whole weeks, from a Monday on, that show the month of a day. */
export function weeksOf(day: Day): Day[][] {
  const first = `${day.slice(0, 8)}01`
  const weeks = []
  for (let week = daysLater(first, -weekday(first)); week < monthsLater(first, 1); week = daysLater(week, 7))
    weeks.push(Array.from({ length: 7 }, (_, i) => daysLater(week, i)))
  return weeks
}

const said = (options: Intl.DateTimeFormatOptions, day: Day) =>
  new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options }).format(at(day))
/** `2026年11月20日`, `Nov 20, 2026` */
export const dayWords = (day: Day) => (day === '' ? '' : said({ dateStyle: 'medium' }, day))
/** What somebody wrote into a file as a day, told like any other if it is one. */
export const statedDay = (text: string) => (Number.isNaN(at(text)) ? text : dayWords(text))
/** With its weekday, for whoever only hears it. */
export const wholeDayWords = (day: Day) => said({ dateStyle: 'full' }, day)
export const monthWords = (day: Day) => said({ year: 'numeric', month: 'long' }, day)
export const weekdayWords = (day: Day, weekday: 'narrow' | 'long') => said({ weekday }, day)

/** No day of a log or of a calendar year is outside. */
const real = (year: number, month: number, date: number): Day | null => {
  const utc = Date.UTC(year, month - 1, date)
  const fits = new Date(utc).getUTCMonth() === month - 1 && year >= 1970 && year <= 2999
  return fits && date >= 1 && month >= 1 ? dayOf(utc) : null
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * What somebody typed as a day; null if it is none. `2026-11-20`, `2026/11/20`, `20261120`, `2026年11月20日`, `11-20` of this
 * year, `Nov 20, 2026` and `20 Nov`. Not `11/20/2026`, which elsewhere is another day.
 */
export function parseDay(text: string, now: number): Day | null {
  const typed = text.normalize('NFKC').trim().toLowerCase()
  const year = Number(today(now).slice(0, 4))
  const numbers =
    /^(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(typed) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(typed)
  if (numbers) return real(Number(numbers[1] ?? year), Number(numbers[2]), Number(numbers[3]))
  const words = /^(?:([a-z]{3})[a-z]*\.?\s+(\d{1,2})|(\d{1,2})\s+([a-z]{3})[a-z]*\.?)(?:,?\s+(\d{4}))?$/.exec(
    typed,
  )
  if (!words) return null
  const month = MONTHS.indexOf(words[1] ?? words[4] ?? '')
  return month < 0 ? null : real(Number(words[5] ?? year), month + 1, Number(words[2] ?? words[3]))
}
