import type { ConversationRow, Group, GroupCount, ListPage, View } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'

/** What the list draws: heads of groups between rows. */
export type ListItem = { head: Group; count: number } | { row: ConversationRow; index: number }

const PAGE = 60
/** After the last key in the list it may settle into its new order. */
const KEY_REST = 1500

/** The conversation list. Its order never changes while the pointer rests on it or a key has just moved in it. */
export class ListState {
  view = $state<View>('mine')
  storeId = $state<string | null>(null)
  ownerId = $state<string | null>(null)
  rows = $state.raw<ConversationRow[]>([])
  groups = $state.raw<GroupCount[]>([])
  next = $state<string | null>(null)
  loading = $state(false)
  slow = $state(false)
  loaded = $state(false)
  error = $state<HostError | null>(null)
  /** The row that the keyboard is on. */
  activeId = $state<string | null>(null)
  /** A newer order that waits for the pointer to leave. */
  waiting = $state.raw<ListPage | null>(null)
  #ticket = 0
  #pointer = false
  #keysUntil = 0

  constructor(
    readonly host: Pick<Host, 'list'>,
    readonly read: () => number = Date.now,
  ) {}

  readonly items = $derived.by<ListItem[]>(() => {
    const items: ListItem[] = []
    let group: Group | null = null
    this.rows.forEach((row, index) => {
      if (row.group !== group) {
        group = row.group
        items.push({ head: group, count: this.countOf(group) })
      }
      items.push({ row, index })
    })
    return items
  })

  countOf(group: Group): number {
    return this.groups.find((g) => g.group === group)?.count ?? 0
  }

  get held(): boolean {
    return this.#pointer || this.read() < this.#keysUntil
  }

  /** Another view or filter: everything starts anew. */
  show(view: View, storeId: string | null = null, ownerId: string | null = null): Promise<void> {
    this.view = view
    this.storeId = storeId
    this.ownerId = ownerId
    this.rows = []
    this.groups = []
    this.next = null
    this.loaded = false
    this.waiting = null
    this.activeId = null
    return this.refresh()
  }

  #query(cursor: string | null, limit: number) {
    return { view: this.view, store_id: this.storeId, owner_id: this.ownerId, cursor, limit }
  }

  /** Asks again for as many rows as are there. */
  async refresh(): Promise<void> {
    const ticket = ++this.#ticket
    this.loading = true
    const timer = setTimeout(() => (this.slow = ticket === this.#ticket), 1000)
    try {
      const page = await this.#firstRows(Math.max(PAGE, this.rows.length))
      if (ticket !== this.#ticket) return
      this.error = null
      this.#take(page)
      this.loaded = true
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
    } finally {
      clearTimeout(timer)
      if (ticket === this.#ticket) this.loading = this.slow = false
    }
  }

  async #firstRows(wanted: number): Promise<ListPage> {
    let page = await this.host.list(this.#query(null, Math.min(200, wanted)))
    while (page.rows.length < wanted && page.next) {
      const more = await this.host.list(this.#query(page.next, 200))
      const rows = joined(page.rows, more.rows)
      // A page that brings nothing new would be asked for without end.
      const next = rows.length > page.rows.length ? more.next : null
      page = { rows, groups: more.groups, next }
    }
    return page
  }

  /** The next page, when the end comes near. */
  async more(): Promise<void> {
    if (this.loading || !this.next || this.waiting) return
    const ticket = ++this.#ticket
    this.loading = true
    try {
      const page = await this.host.list(this.#query(this.next, PAGE))
      if (ticket !== this.#ticket) return
      const rows = joined(this.rows, page.rows)
      this.next = rows.length > this.rows.length ? page.next : null
      this.rows = rows
      this.groups = page.groups
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
    } finally {
      if (ticket === this.#ticket) this.loading = false
    }
  }

  #take(page: ListPage): void {
    if (!this.loaded || !this.held || sameOrder(this.rows, page.rows)) {
      this.#apply(page)
      return
    }
    // Words and marks may change in place; who stands where may not.
    const fresh = new Map(page.rows.map((r) => [r.id, r]))
    this.rows = this.rows.map((row) => {
      const now = fresh.get(row.id)
      return now ? { ...now, group: row.group } : row
    })
    this.waiting = page
  }

  #apply(page: ListPage): void {
    this.rows = page.rows
    this.groups = page.groups
    this.next = page.next
    this.waiting = null
    if (this.activeId && !page.rows.some((r) => r.id === this.activeId)) this.activeId = null
  }

  /** The user asked for the new order, or nothing holds it back any more. */
  settle(): void {
    if (this.waiting) this.#apply(this.waiting)
  }

  pointer(inside: boolean): void {
    this.#pointer = inside
    if (!inside) this.rest()
  }

  /** Called when time has passed: applies what waited once the hands are off the list. */
  rest(): void {
    if (!this.held) this.settle()
  }

  /** Moves the keyboard by so many rows and says where it is now. */
  step(by: number): ConversationRow | null {
    this.#keysUntil = this.read() + KEY_REST
    if (this.rows.length === 0) return null
    const at = this.rows.findIndex((r) => r.id === this.activeId)
    const to =
      at < 0 ? (by > 0 ? 0 : this.rows.length - 1) : Math.min(this.rows.length - 1, Math.max(0, at + by))
    const row = this.rows[to]!
    this.activeId = row.id
    return row
  }

  /** The row after this one, for going on when it is done. */
  after(id: string): string | null {
    const at = this.rows.findIndex((r) => r.id === id)
    return (this.rows[at + 1] ?? this.rows[at - 1])?.id ?? null
  }
}

/** Two pages as one: a row that moved between the two questions is in both. */
function joined(before: ConversationRow[], after: ConversationRow[]): ConversationRow[] {
  const known = new Set(before.map((r) => r.id))
  return [...before, ...after.filter((r) => !known.has(r.id))]
}

function sameOrder(a: ConversationRow[], b: ConversationRow[]): boolean {
  return a.length === b.length && a.every((row, i) => row.id === b[i]!.id && row.group === b[i]!.group)
}
