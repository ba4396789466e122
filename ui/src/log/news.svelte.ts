import type { LogEntryDto, LogFilterDto, LogPageDto } from '../ipc/client'
import type { Host } from '../ipc/host'

/** Changes come in bursts; the log is asked once for all of one. */
const GATHER = 400
/** Pages that are looked through for what is new; beyond them it is simpler to begin again at the top. */
const PAGES = 5
/** What is held back for a reader further down. */
const HELD = 1000

/** The list that the news are for. */
export interface Shelf {
  filter(): LogFilterDto
  /** The number of the newest entry that is shown, and whether it can be followed now. */
  readonly newest: string | null
  readonly following: boolean
  /** Grows with every question; what was found for an earlier one is dropped. */
  readonly ticket: number
  /** Whether new entries may come in on top without moving anything that is read. */
  readonly still: boolean
  take(entries: LogEntryDto[]): void
  ask(): Promise<void>
}

/** New entries of the push log while it is open: taken at once at the top, held back from whoever reads further down. */
export class LogNews {
  /** Held back, newest first. */
  held = $state.raw<LogEntryDto[]>([])
  /** There are more than are worth holding back. */
  many = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false

  constructor(
    readonly host: Pick<Host, 'logPage' | 'onChanged' | 'onNotice'>,
    readonly shelf: Shelf,
  ) {}

  /** Follows whatever the shell says has happened; returns the way to stop. */
  watch(): () => void {
    const offs = [this.host.onChanged(() => this.#soon()), this.host.onNotice(() => this.#soon())]
    return () => {
      offs.forEach((off) => off())
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.forget()
    }
  }

  forget(): void {
    this.held = []
    this.many = false
  }

  /** The reader wants to see them. */
  async show(): Promise<void> {
    const { held, many } = this
    this.forget()
    if (many) await this.shelf.ask()
    else this.shelf.take(held)
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#look()
    }, GATHER)
  }

  async #look(): Promise<void> {
    const { shelf } = this
    if (!shelf.following) return
    if (this.#asking) return this.#soon()
    this.#asking = true
    const ticket = shelf.ticket
    try {
      const found = await this.#since(this.held[0]?.number ?? shelf.newest)
      if (ticket !== shelf.ticket) return this.#soon()
      if (found === null || found.length + this.held.length > HELD) this.many = true
      else if (found.length === 0) return
      else this.held = [...found, ...this.held]
      if (shelf.still) await this.show()
    } catch {
      // The next change asks again; what is on the screen is still true.
    } finally {
      this.#asking = false
    }
  }

  /** What is newer than an entry; null if that is too much. */
  async #since(number: string | null): Promise<LogEntryDto[] | null> {
    const known = number === null ? -1n : BigInt(number)
    const filter = this.shelf.filter()
    let found: LogEntryDto[] = []
    let cursor: string | null = null
    for (let page = 0; page < PAGES; page += 1) {
      const { entries, next }: LogPageDto = await this.host.logPage(filter, cursor)
      const fresh = entries.filter((entry) => BigInt(entry.number) > known)
      found = [...found, ...fresh]
      if (fresh.length < entries.length || next === null || BigInt(next) <= known) return found
      cursor = next
    }
    return null
  }
}
