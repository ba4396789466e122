import type { TideSpan } from '../ipc/client'

const STEP = 5 * 60_000
const HOUR = 3_600_000
/** Room left of now for what is overdue. */
export const PAST = 34

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

  /** Full hours with room for their words, each at least so many pixels from the one before. */
  ticks(room = 62): { at: number; x: number }[] {
    const ticks: { at: number; x: number }[] = []
    let last = PAST + 40
    for (let at = Math.ceil(this.now / HOUR) * HOUR; at < this.until; at += HOUR) {
      const x = this.x(at)
      if (x - last < room || this.width - x < 36) continue
      ticks.push({ at, x })
      // The first hour off carries more words.
      last = this.#restStarts.has(at) ? x + 50 : x
    }
    return ticks
  }
}

/** Lifts dots that would cover each other, so that each can be seen and hit. */
export function stack(xs: number[], apart = 13): number[] {
  const levels: number[] = []
  return xs.map((x) => {
    let level = 0
    while (level < 2 && levels[level] !== undefined && x - levels[level]! < apart) level += 1
    levels[level] = x
    return level
  })
}

/** The water's surface: high where much is due. Heights above the bottom, one per sample. */
export function surface(xs: number[], width: number, samples = 48): number[] {
  const spread = 46
  return Array.from({ length: samples + 1 }, (_, i) => {
    const x = (i / samples) * width
    const work = xs.reduce((sum, dot) => sum + Math.exp(-(((x - dot) / spread) ** 2)), 0)
    return 9 + 15 * (1 - Math.exp(-work / 2.2))
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
