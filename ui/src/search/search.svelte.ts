import type { SearchHit } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'

const TYPING = 140
const PAGE = 40

export type Age = 'any' | 'week' | 'month'
export type Direction = 'in' | 'out'

/** The search panel: asks while typing, forgets answers that were overtaken. */
export class SearchState {
  open = $state(false)
  text = $state('')
  storeId = $state<string | null>(null)
  direction = $state<Direction | null>(null)
  age = $state<Age>('any')
  hits = $state.raw<SearchHit[]>([])
  next = $state<string | null>(null)
  rebuilding = $state<number | null>(null)
  loading = $state(false)
  slow = $state(false)
  error = $state<HostError | null>(null)
  /** What the hits answer; empty before the first answer. */
  answered = $state('')
  active = $state(0)
  #ticket = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly host: Pick<Host, 'search'>,
    readonly now: () => number,
  ) {}

  type(text: string): void {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.ask(), TYPING)
  }

  filter(change: Partial<Pick<SearchState, 'storeId' | 'direction' | 'age'>>): void {
    Object.assign(this, change)
    void this.ask()
  }

  #query(cursor: string | null) {
    const days = { any: 0, week: 7, month: 30 }[this.age]
    return {
      text: this.text.trim(),
      store_id: this.storeId,
      direction: this.direction,
      from: days ? new Date(this.now() - days * 86_400_000).toISOString() : null,
      to: null,
      cursor,
      limit: PAGE,
    }
  }

  async ask(): Promise<void> {
    clearTimeout(this.#timer)
    const ticket = ++this.#ticket
    const query = this.#query(null)
    if (query.text === '') {
      this.hits = []
      this.next = null
      this.answered = ''
      this.error = null
      this.loading = this.slow = false
      return
    }
    this.loading = true
    const timer = setTimeout(() => (this.slow = ticket === this.#ticket), 1000)
    try {
      const page = await this.host.search(query)
      if (ticket !== this.#ticket) return
      this.hits = page.hits
      this.next = page.next
      this.rebuilding = page.rebuilding
      this.answered = query.text
      this.active = 0
      this.error = null
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
    } finally {
      clearTimeout(timer)
      if (ticket === this.#ticket) this.loading = this.slow = false
    }
  }

  async more(): Promise<void> {
    if (!this.next || this.loading) return
    const ticket = ++this.#ticket
    this.loading = true
    try {
      const page = await this.host.search(this.#query(this.next))
      if (ticket !== this.#ticket) return
      this.hits = [...this.hits, ...page.hits]
      this.next = page.next
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
    } finally {
      if (ticket === this.#ticket) this.loading = false
    }
  }

  step(by: number): void {
    this.active = Math.min(this.hits.length - 1, Math.max(0, this.active + by))
    if (this.active >= this.hits.length - 5) void this.more()
  }

  /** Opens the panel; words that led to a hit are still there and are asked again. */
  show(): void {
    if (this.open) return
    this.open = true
    if (this.text !== '') void this.ask()
  }

  /** A hit was opened: the next look at the panel goes on from here. */
  close(): void {
    this.open = false
  }

  /** The search is over, and nothing of it stays. */
  leave(): void {
    this.open = false
    this.text = ''
    void this.ask()
  }
}

/** A snippet cut into plain and marked pieces; marks that overlap or run over the end do no harm. */
export function pieces(
  snippet: string,
  marks: { from: number; to: number }[],
): { text: string; marked: boolean }[] {
  const out: { text: string; marked: boolean }[] = []
  let at = 0
  for (const { from, to } of [...marks].sort((a, b) => a.from - b.from)) {
    const start = Math.max(at, Math.min(from, snippet.length))
    const end = Math.min(Math.max(to, start), snippet.length)
    if (start > at) out.push({ text: snippet.slice(at, start), marked: false })
    if (end > start) out.push({ text: snippet.slice(start, end), marked: true })
    at = Math.max(at, end)
  }
  if (at < snippet.length) out.push({ text: snippet.slice(at), marked: false })
  return out
}
