import type { LogEntryDto, LogFilterDto, LogGroupDto, LogRobotDto } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'
import { dayNumber } from '../shared/format'
import { Resource } from '../shared/resource.svelte'
import { LogNews, type Shelf } from './news.svelte'

const DAY = 86_400_000
const BEIJING = 28_800_000
/** The words are looked for when the hands rest. */
const TYPING = 250
/** Looks back until so many are there: a screen full. */
const ENOUGH = 40
/** More than so many are not kept on the screen of somebody who only watches. */
const KEPT = 2000

export type LogHost = Pick<Host, 'logPage' | 'logRobots' | 'onChanged' | 'onNotice'>

export type LogAge = 'any' | 'today' | 'week' | 'month' | 'dates'
export interface LogPlace {
  id: string
  title: string
}

/** A day of a date field as the instant of its midnight in Beijing, `after` days later; null while it is empty. */
const midnight = (day: string, after = 0) =>
  day === '' ? null : new Date(Date.parse(`${day}T00:00:00Z`) - BEIJING + after * DAY).toISOString()

/** The push log: what is asked for, what was found, and how far back was looked. */
export class LogState implements Shelf {
  group = $state<LogGroupDto | null>(null)
  storeId = $state<string | null>(null)
  /** A robot or an application that is told. */
  robotId = $state<string | null>(null)
  age = $state<LogAge>('any')
  /** Days of the date fields, both included. */
  from = $state('')
  to = $state('')
  text = $state('')
  only = $state<LogPlace | null>(null)

  entries = $state.raw<LogEntryDto[]>([])
  /** How many fit; null where nobody counted. */
  total = $state<number | null>(null)
  loaded = $state(false)
  loading = $state(false)
  slow = $state(false)
  error = $state<HostError | null>(null)
  /** How far back was looked while nothing was found; null when there is no need to say it. */
  lookedTo = $state<string | null>(null)
  /** The number of the entry whose detail is shown. */
  open = $state<string | null>(null)
  /** The entry that the keys are at. */
  active = $state(0)
  /** The list shows its first line. */
  atTop = $state(true)
  readonly robots = new Resource<LogRobotDto[]>()
  readonly news: LogNews
  #next = $state<string | null>(null)
  #ticket = 0
  /** The newest entry is the newest there was; not so where one entry was looked up. */
  #head = false
  /** Somebody is at an entry: it stays under their hands. */
  #touched = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly host: LogHost,
    readonly now: () => number,
  ) {
    this.news = new LogNews(host, this)
  }

  readonly more = $derived(this.#next !== null)
  readonly narrowed = $derived(
    this.group !== null ||
      this.storeId !== null ||
      this.robotId !== null ||
      this.age !== 'any' ||
      this.text.trim() !== '' ||
      this.only !== null,
  )

  /** What the host is asked for. */
  filter(): LogFilterDto {
    const ago = (days: number) => new Date(this.now() - days * DAY).toISOString()
    // Somebody who mixes the two days up means what lies between them.
    const days = [this.from, this.to].filter((day) => day !== '').sort()
    const [first, last] = this.from === '' ? ['', days[0] ?? ''] : [days[0]!, days[1] ?? '']
    const spans: Record<LogAge, [string | null, string | null]> = {
      any: [null, null],
      today: [new Date(dayNumber(this.now()) * DAY - BEIJING).toISOString(), null],
      week: [ago(7), null],
      month: [ago(30), null],
      dates: [midnight(first), midnight(last, 1)],
    }
    const [from, to] = spans[this.age]
    return {
      group: this.group,
      store_id: this.storeId,
      conversation_id: this.only?.id ?? null,
      robot_id: this.robotId,
      from,
      to,
      words: this.text.trim(),
    }
  }

  /** The dialog opens: everything, or what is about one conversation. */
  start(only: LogPlace | null): Promise<void> {
    Object.assign(this, {
      group: null,
      storeId: null,
      robotId: null,
      age: 'any',
      from: '',
      to: '',
      text: '',
      only,
    })
    void this.robots.load(() => this.host.logRobots())
    this.entries = []
    this.loaded = false
    return this.ask()
  }

  narrow(
    change: Partial<Pick<LogState, 'group' | 'storeId' | 'robotId' | 'age' | 'from' | 'to' | 'only'>>,
  ): Promise<void> {
    Object.assign(this, change)
    return this.ask()
  }

  type(text: string): void {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.ask(), TYPING)
  }

  clear(): Promise<void> {
    return this.start(null)
  }

  ask(): Promise<void> {
    this.#head = true
    this.#touched = false
    this.active = 0
    this.news.forget()
    return this.#look(null, [])
  }

  get newest(): string | null {
    return this.entries[0]?.number ?? null
  }
  get following(): boolean {
    return this.#head && this.loaded && !this.loading && this.error === null
  }
  get ticket(): number {
    return this.#ticket
  }
  /** Whoever reads the first lines sees what comes; an entry that is open must not move away. */
  get still(): boolean {
    return this.atTop && this.open === null
  }

  take(entries: LogEntryDto[]): void {
    const all = [...entries, ...this.entries]
    if (this.#touched) this.active += entries.length
    if (this.total !== null) this.total += entries.length
    this.entries = this.still ? all.slice(0, KEPT) : all
    if (this.entries.length < all.length) this.#next = this.entries.at(-1)!.number
  }

  older(): Promise<void> {
    return this.#next === null || this.loading ? Promise.resolve() : this.#look(this.#next, this.entries)
  }

  /** One entry by its number, with those before it; whatever was asked for is forgotten. */
  async reveal(number: string): Promise<void> {
    Object.assign(this, { group: null, storeId: null, robotId: null, age: 'any', text: '', only: null })
    this.#head = false
    this.news.forget()
    await this.#look(String(BigInt(number) + 1n), [])
    // It may be the one that is missing.
    this.open = this.entries[0]?.number === number ? number : null
    this.active = 0
  }

  /** Looks no further back. */
  stop(): void {
    this.#ticket += 1
    this.loading = this.slow = false
  }

  toggle(number: string): void {
    this.#touched = true
    this.open = this.open === number ? null : number
  }

  step(by: number): void {
    this.#touched = true
    this.active = Math.max(0, Math.min(this.entries.length - 1, this.active + by))
  }

  /** Page after page until there is a screen full: a page may be empty although more fits further back. */
  async #look(cursor: string | null, before: LogEntryDto[]): Promise<void> {
    clearTimeout(this.#timer)
    const ticket = ++this.#ticket
    const filter = this.filter()
    this.loading = true
    const timer = setTimeout(() => (this.slow = ticket === this.#ticket), 1000)
    let found = before
    try {
      do {
        const page = await this.host.logPage(filter, cursor)
        if (ticket !== this.#ticket) return
        found = [...found, ...page.entries]
        cursor = page.next
        this.entries = found
        this.#next = page.next
        if (page.total !== null || before.length === 0) this.total = page.total ?? this.total
        this.lookedTo = page.next === null ? null : page.looked_to
        this.loaded = true
        this.error = null
      } while (cursor !== null && found.length - before.length < ENOUGH)
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
    } finally {
      clearTimeout(timer)
      if (ticket === this.#ticket) this.loading = this.slow = false
    }
  }
}
