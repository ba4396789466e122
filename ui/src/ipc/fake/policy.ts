import shipped from '../../../../src-tauri/crates/rules/data/policy.json'
import type { HolidayYearDto, PolicyEntryDto, PolicyPage, PolicyValueDto } from '../client'
import { HostError } from '../host'

type Tree = { [key: string]: unknown }
type Leaf = { value: unknown; source: string; date: string }

function valueOf(path: string, value: unknown): PolicyValueDto {
  if (typeof value === 'boolean') return { kind: 'switch', value }
  if (typeof value === 'number')
    return { kind: path.endsWith('_s') ? 'seconds' : path.endsWith('_percent') ? 'percent' : 'count', value }
  if (Array.isArray(value))
    return path.startsWith('alerts.stages.') ? { kind: 'stages', value } : { kind: 'spans', value }
  const tree = value as { week?: string[][]; make_up?: string[]; length_s?: number; stages?: number[] }
  return tree.week
    ? { kind: 'week', value: [...tree.week, tree.make_up ?? []] }
    : { kind: 'pattern', value: [tree.length_s ?? 0, tree.stages ?? []] }
}

/** The shipped policy's own data as the shell lists it, so that the pretend shop has every number of the real one. */
export function policyOf(tree: Tree, at = ''): PolicyEntryDto[] {
  return Object.entries(tree).flatMap(([key, child]) => {
    const path = at === '' ? key : `${at}.${key}`
    if (!('source' in (child as Tree))) return policyOf(child as Tree, path)
    const { value, source, date } = child as Leaf
    const shown = valueOf(path, value)
    return [{ path, value: shown, shipped: shown, source, date, changed: false }]
  })
}

const YEARS: HolidayYearDto[] = [2025, 2026].map((year) => ({
  year,
  source: `国务院办公厅关于${year}年部分节假日安排的通知`,
  date: `${year - 1}-11-04`,
  days_off: year === 2025 ? 28 : 33,
  make_up_days: year === 2025 ? 5 : 6,
  imported: false,
}))

/** The rules page of the pretend shop. */
export class FakePolicy {
  entries = policyOf(shipped)
  years = YEARS

  /** Whether counts are divided by weights. */
  get weighted(): boolean {
    const entry = this.entries.find((each) => each.path === 'dispatch.weighted')
    return entry?.value.kind === 'switch' && entry.value.value
  }

  #page = (): PolicyPage => ({
    entries: this.entries.map((entry) => ({ ...entry })),
    years: this.years.map((year) => ({ ...year })),
    valid_through: `${this.years.at(-1)?.year ?? 2026}-12-31`,
  })

  policy = async (): Promise<PolicyPage> => this.#page()

  changePolicy = async (path: string, value: PolicyValueDto | null): Promise<PolicyPage> => {
    if (value?.kind === 'seconds' && value.value <= 0)
      throw new HostError('invalid', `policy: ${path} must be more than 0, not ${value.value}`)
    const original = policyOf(shipped).find((entry) => entry.path === path)!
    const next = value ? { ...original, value, source: 'own', date: '2026-11-20', changed: true } : original
    this.entries = this.entries.map((entry) => (entry.path === path ? next : entry))
    return this.#page()
  }

  importCalendar = async (text: string): Promise<PolicyPage> => {
    let read: { year: number; source: string; date: string; holidays: unknown[]; working: unknown[] }
    try {
      read = JSON.parse(text) as typeof read
    } catch (error) {
      throw new HostError('invalid', `holidays: ${String(error)}`)
    }
    const { year, source, date, holidays, working } = read
    const added = {
      year,
      source,
      date,
      days_off: holidays.length,
      make_up_days: working.length,
      imported: true,
    }
    this.years = [...this.years.filter((known) => known.year !== year), added]
    return this.#page()
  }

  forgetCalendarYear = async (year: number): Promise<PolicyPage> => {
    this.years = this.years.filter((known) => known.year !== year || !known.imported)
    return this.#page()
  }
}
