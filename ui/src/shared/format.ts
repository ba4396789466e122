import { m } from '../paraglide/messages.js'
import { locale } from './locale.svelte'

/** Platform time is UTC+8 wherever the seller sits. */
const ZONE = 'Asia/Shanghai'
const formats = new Map<string, Intl.DateTimeFormat>()

function format(name: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${locale()} ${name}`
  let made = formats.get(key)
  if (!made)
    formats.set(
      key,
      (made = new Intl.DateTimeFormat(locale(), { timeZone: ZONE, hourCycle: 'h23', ...options })),
    )
  return made.format(at)
}

export const ms = (instant: string) => Date.parse(instant)
/** `18:32` */
export const hourMinute = (at: number) => format('hm', { hour: '2-digit', minute: '2-digit' }, at)
/** `18:32:07` */
export const timeOfDay = (at: number) =>
  format('hms', { hour: '2-digit', minute: '2-digit', second: '2-digit' }, at)
/** `11-20` or `Nov 20` */
export const monthDay = (at: number) =>
  locale() === 'en'
    ? format('md', { month: 'short', day: 'numeric' }, at)
    : format('md', { month: '2-digit', day: '2-digit' }, at).replace('/', '-')
/** Day, time and weekday for titles. */
export const fullTime = (at: number) => format('full', { dateStyle: 'medium', timeStyle: 'medium' }, at)

/** Day with its year, and time: for what may be a year away. */
export const dayAndTime = (at: number) => format('day-time', { dateStyle: 'medium', timeStyle: 'short' }, at)

/** Days since the epoch in UTC+8: two instants of one day there have the same. */
export const dayNumber = (at: number) => Math.floor((at + 28_800_000) / 86_400_000)

/** `今天`, `昨天`, `明天`, else the date. */
export function dayName(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now)
  if (days === 0) return m.day_today()
  if (days === -1) return m.day_yesterday()
  if (days === 1) return m.day_tomorrow()
  const sameYear = Math.abs(days) < 300
  return format(
    sameYear ? 'day' : 'day-year',
    { month: 'long', day: 'numeric', weekday: 'short', ...(sameYear ? {} : { year: 'numeric' }) },
    at,
  ).replace('日周', '日 周')
}

/** A point in time as short as it can be told: `15:39`, `明天 15:39`, `11-20 15:39`. */
export function moment(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now)
  if (days === 0) return hourMinute(at)
  if (Math.abs(days) === 1) return `${dayName(at, now)} ${hourMinute(at)}`
  return `${monthDay(at)} ${hourMinute(at)}`
}

/** As {@link moment}, inside a sentence after a word like `until`: `15:39`, `tomorrow 15:39`, `Nov 20 15:39`. */
export const momentWithin = (at: number, now: number) =>
  Math.abs(dayNumber(at) - dayNumber(now)) === 1
    ? `${dayName(at, now).toLocaleLowerCase(locale())} ${hourMinute(at)}`
    : moment(at, now)

/** When something is, as a part of a sentence: `at 15:39`, `yesterday at 15:39`, `on Nov 20 at 15:39`. */
export function whenWords(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now)
  const time = hourMinute(at)
  if (days === 0) return m.when_today({ time })
  if (Math.abs(days) === 1) return m.when_near({ day: dayName(at, now).toLocaleLowerCase(locale()), time })
  return m.when_far({ day: monthDay(at), time })
}

/** Sentences one after the other. */
export const inARow = (...sentences: string[]) => sentences.join(locale() === 'en' ? ' ' : '')

const pad = (n: number) => String(n).padStart(2, '0')

/** `00:07:32`; hours grow as they must. */
export function stopwatch(milliseconds: number): string {
  const s = Math.max(0, Math.floor(milliseconds / 1000))
  return `${pad(Math.floor(s / 3600))}:${pad(Math.floor((s % 3600) / 60))}:${pad(s % 60)}`
}

/** A length in the two largest units that say something: `7 分 32 秒`, `2 小时 10 分`, `3 天 4 小时`. */
export function span(milliseconds: number, seconds = true, hours = m.span_h): string {
  const s = Math.max(0, Math.floor(milliseconds / 1000))
  const [d, h, min, sec] = [
    Math.floor(s / 86_400),
    Math.floor((s % 86_400) / 3600),
    Math.floor((s % 3600) / 60),
    s % 60,
  ]
  const parts: string[] = []
  if (d) parts.push(m.span_d({ n: d }))
  if (h) parts.push(hours({ n: h }))
  if (min && !d) parts.push(m.span_min({ n: min }))
  if (seconds && sec && !d && !h) parts.push(m.span_s({ n: sec }))
  if (parts.length === 0) parts.push(seconds ? m.span_s({ n: sec }) : m.span_min({ n: 0 }))
  return parts.slice(0, 2).join(' ')
}

/** As {@link span} without seconds, for a chip: `2 时 10 分`. */
export const shortSpan = (milliseconds: number) => span(milliseconds, false, m.span_h_short)

/** A length as a rule states it: `24 小时` and `72 小时`, not days, because the platforms count hours; `10 分钟`, which
 *  in a sentence cannot be taken for a mark. */
export const ruleSpan = (milliseconds: number) =>
  milliseconds % 3_600_000 === 0 && milliseconds >= 86_400_000 && milliseconds <= 259_200_000
    ? m.span_h({ n: milliseconds / 3_600_000 })
    : milliseconds % 60_000 === 0 && milliseconds > 0 && milliseconds < 3_600_000
      ? m.span_min_alone({ n: milliseconds / 60_000 })
      : span(milliseconds)

/** How long ago, roughly. */
export function ago(at: number, now: number): string {
  const s = Math.round((now - at) / 1000)
  if (s < 60) return m.ago_now()
  const [value, unit]: [number, Intl.RelativeTimeFormatUnit] =
    s < 3600 ? [s / 60, 'minute'] : s < 86_400 ? [s / 3600, 'hour'] : [s / 86_400, 'day']
  const words = new Intl.RelativeTimeFormat(locale(), { style: 'short' }).format(-Math.floor(value), unit)
  return words.replace(/(\d)(?=\p{Script=Han})/u, '$1 ')
}

/** `184 KB` */
export function fileSize(bytes: number): string {
  const [value, unit] =
    bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1000, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    // English counts bytes in full: `412 byte` is no plural.
    unitDisplay: unit === 'byte' && locale() === 'en' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(value)
}

const nameOf = (type: 'language' | 'region', code: string) => {
  try {
    return new Intl.DisplayNames([locale()], { type }).of(code) ?? code
  } catch {
    return code
  }
}
export const languageName = (code: string) => nameOf('language', code)
export const countryName = (code: string) => nameOf('region', code)

/** `8192…4471`: both ends of a long number, which is what people compare. */
export const shortNumber = (number: string) =>
  number.length > 11 ? `${number.slice(0, 4)}…${number.slice(-4)}` : number

/** `8192 0033 1276 4471` for reading aloud; only for plain digits. */
export const spacedNumber = (number: string) =>
  /^\d{12,}$/.test(number) ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number

/** Signs that more than one currency of the platforms uses. */
const SHARED_SIGNS: ReadonlySet<string> = new Set(['$', '£', '¥', 'kr', 'Rs'])

function currencySign(currency: string): string {
  const sign = (currencyDisplay: 'narrowSymbol' | 'symbol') =>
    new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay })
      .formatToParts(0)
      .find((p) => p.type === 'currency')?.value ?? currency
  const narrow = sign('narrowSymbol')
  // A store of Singapore sees both its own dollars and those of the States.
  return SHARED_SIGNS.has(narrow) ? sign('symbol') : narrow
}

/** An amount as the platform wrote it, with its currency's sign where that is unmistakable. */
export function money(amount: string, currency: string): string {
  if (amount === '') return ''
  if (!/^[A-Z]{3}$/.test(currency)) return `${amount} ${currency}`.trim()
  return `${amount} ${currencySign(currency)}`
}

/** What the clocks of a country show; where it has several zones, from the earliest to the latest. Empty when unknown. */
export function localTime(country: string, now: number): string {
  const zones = zonesOf(country)
  if (zones.length === 0) return ''
  const clocks = zones.map((timeZone) => {
    const parts = { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' } as const
    const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now)
    const time = new Intl.DateTimeFormat('en-GB', parts).format(now)
    return { order: `${day} ${time}`, time }
  })
  clocks.sort((a, b) => a.order.localeCompare(b.order))
  const [first, last] = [clocks[0]!, clocks.at(-1)!]
  return first.order === last.order ? first.time : `${first.time}–${last.time}`
}

/** Newer engines have the method, older ones the property, the oldest neither. */
interface Zoned {
  getTimeZones?: () => string[] | undefined
  timeZones?: string[]
}
function zonesOf(country: string): string[] {
  try {
    const region = new Intl.Locale(`und-${country}`) as Intl.Locale & Zoned
    return region.getTimeZones?.() ?? region.timeZones ?? []
  } catch {
    return []
  }
}
