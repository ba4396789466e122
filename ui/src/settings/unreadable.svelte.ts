import type { QuarantineRow, UnreadableProgressEvent } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'
import { Resource } from '../shared/resource.svelte'
import type { Told } from '../words/unreadable'

export type UnreadableHost = Pick<
  Host,
  | 'quarantine'
  | 'retryUnreadable'
  | 'retryAllUnreadable'
  | 'stopUnreadable'
  | 'exportUnreadable'
  | 'showExport'
  | 'onUnreadableProgress'
>

/** What could not be read: the list, another try of one or all, and files of it. One thing at a time. */
export class Unreadable {
  readonly rows = new Resource<QuarantineRow[]>()
  readonly task = new Task()
  /** Where the next page begins. */
  next = $state<string | null>(null)
  /** What runs: a row by its id, or all. */
  trying = $state<string | null>(null)
  saving = $state<string | null>(null)
  /** For what somebody is asked whether it should be saved: a row by its id, or all. */
  asking = $state<string | null>(null)
  progress = $state<UnreadableProgressEvent | null>(null)
  told = $state<Told | null>(null)

  constructor(readonly host: UnreadableHost) {}

  /** Listens for progress until the returned function is called. */
  watch(): () => void {
    return this.host.onUnreadableProgress((event) => {
      if (this.trying === ALL) this.progress = event
    })
  }

  load(cursor: string | null = null): Promise<unknown> {
    return this.rows.load(async () => {
      const before = cursor === null ? [] : (this.rows.value ?? [])
      const [page, more] = await this.host.quarantine(cursor)
      this.next = more
      return [...before, ...page]
    })
  }

  /** Tries one again. It leaves the list if it can be read, or is gone. */
  async again(row: QuarantineRow): Promise<boolean> {
    this.#forget()
    this.trying = row.id
    const done = await this.task.run(async () => {
      const [outcome, now] = await this.host.retryUnreadable(row.id)
      const rows = this.rows.value ?? []
      this.rows.value = now
        ? rows.map((other) => (other.id === row.id ? now : other))
        : rows.filter((other) => other.id !== row.id)
      this.told = { what: 'one', outcome, source: row.source }
    })
    this.trying = null
    return done
  }

  /** Tries all of them again, those on other pages too. */
  async againAll(): Promise<void> {
    this.#forget()
    this.trying = ALL
    this.progress = null
    await this.task.run(async () => {
      this.told = { what: 'all', report: await this.host.retryAllUnreadable() }
    })
    this.trying = null
    await this.load()
  }

  stop(): void {
    void this.host.stopUnreadable().catch(() => undefined)
  }

  /** Writes one or all to a file; the system asks where. */
  async save(which: string): Promise<void> {
    this.#forget()
    this.saving = which
    await this.task.run(async () => {
      const saved = await this.host.exportUnreadable(which === ALL ? null : which)
      // Nobody chose a place: nothing happened that would have to be told.
      this.told = saved && { what: 'saved', saved }
    })
    this.saving = null
  }

  #forget(): void {
    this.told = null
    this.asking = null
  }
}

/** All of them, where a row's id could stand. */
export const ALL = 'all'
