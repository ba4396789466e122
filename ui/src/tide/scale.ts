import type { TideSpan } from '../ipc/client'
import { dayNumber } from '../shared/format'

const STEP = 5 * 60_000
const HOUR = 3_600_000
/** Room left of now for what is overdue. */
export const PAST = 34
/** Heights above the bottom: how far up a dot may stand before it touches the words of the hours, and from dot to dot. */
const CEILING = 39
const STOREY = 11
const STOREYS = 3

/** From an instant to a place on the line. The next hour is drawn wide, hours off narrow: that is where eyes are needed. */
export class TideScale {
  readonly #sums: number[] = [0]
  readonly #restStarts: Set<number>

  constructor(
    readonly now: number,
    readonly until: number,
    readonly width: number,
    offHours: TideSpan[],
  ) {
    this.#restStarts = new Set(offHours.map((s) => Date.parse(s.from)))
    const off = offHours.map((s) => [Date.parse(s.from), Date.parse(s.to)] as const)
    for (let at = now; at < until; at += STEP) {
      const resting = off.some(([from, to]) => at >= from && at < to)
      const near = at - now < HOUR
      this.#sums.push(this.#sums.at(-1)! + (near ? 2.4 : resting ? 0.22 : 1))
    }
  }

  /** The place in pixels; overdue instants share the strip left of now, the oldest at its edge. */
  x(at: number): number {
    if (at < this.now) return PAST - 10 - Math.min(PAST - 20, ((this.now - at) / HOUR) * 4)
    const steps = Math.min(this.#sums.length - 1, (at - this.now) / STEP)
    const low = Math.floor(steps)
    const a = this.#sums[low]!
    const sum = a + ((this.#sums[low + 1] ?? a) - a) * (steps - low)
    return PAST + (sum / (this.#sums.at(-1) || 1)) * (this.width - PAST - 8)
  }

  /** Full hours with room for their words, each at least so many pixels from the one before; the first of a day says so. */
  ticks(room = 62): { at: number; x: number; newDay: boolean }[] {
    const ticks: { at: number; x: number; newDay: boolean }[] = []
    let last = PAST + 40
    let day = dayNumber(this.now)
    for (let at = Math.ceil(this.now / HOUR) * HOUR; at < this.until; at += HOUR) {
      const x = this.x(at)
      const newDay = dayNumber(at) !== day
      if (x - last < room || this.width - x < (newDay ? 76 : 36)) continue
      ticks.push({ at, x, newDay })
      day = dayNumber(at)
      // The first hour off and the first of a day carry more words.
      last = x + (this.#restStarts.has(at) ? 50 : 0) + (newDay ? 34 : 0)
    }
    return ticks
  }
}

/** Dots nearer than this would cover each other. */
const APART = 13

/** Lifts dots that would cover each other, so that each can be seen and hit. Where all storeys are full, the emptiest is used. */
export function stack(xs: number[]): number[] {
  const ends = Array.from({ length: STOREYS }, () => -Infinity)
  return xs.map((x) => {
    const free = ends.findIndex((end) => x - end >= APART)
    const level = free < 0 ? ends.indexOf(Math.min(...ends)) : free
    ends[level] = x
    return level
  })
}

/** How high each dot stands. A crowd floats on the water as one, the deeper the more storeys it has. Places from left to right. */
export function afloat(xs: number[], heights: number[], width: number): number[] {
  const levels = stack(xs)
  const water = (x: number) =>
    heights[Math.round((Math.min(Math.max(x, 0), width) / width) * (heights.length - 1))] ?? 0
  const ys: number[] = []
  while (ys.length < xs.length) {
    const start = ys.length
    let end = start + 1
    while (end < xs.length && xs[end]! - xs[end - 1]! < APART) end += 1
    const peak = Math.max(...levels.slice(start, end))
    const ground = Math.min(...xs.slice(start, end).map(water)) - 2
    const base = Math.min(ground, CEILING - peak * STOREY)
    for (let i = start; i < end; i += 1) ys.push(base + levels[i]! * STOREY)
  }
  return ys
}

/** The water's surface: high where much is due. Heights above the bottom, one per sample. */
export function surface(xs: number[], width: number, samples = 72): number[] {
  const spread = 40
  return Array.from({ length: samples + 1 }, (_, i) => {
    const x = (i / samples) * width
    const work = xs.reduce((sum, dot) => sum + Math.exp(-(((x - dot) / spread) ** 2)), 0)
    return 7 + 26 * (1 - Math.exp(-work / 3.2))
  })
}

/** The surface as a smooth closed path over the whole width. */
export function waterPath(heights: number[], width: number, bottom: number): string {
  const step = width / (heights.length - 1)
  const y = (i: number) => (bottom - heights[i]!).toFixed(1)
  let path = `M0 ${y(0)}`
  for (let i = 1; i < heights.length; i += 1) {
    const middle = ((i - 0.5) * step).toFixed(1)
    path += ` C${middle} ${y(i - 1)} ${middle} ${y(i)} ${(i * step).toFixed(1)} ${y(i)}`
  }
  return `${path} V${bottom} H0 Z`
}
