import type { ConversationDto, OutboxDto, TimelineItem, TimelinePage } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'

const PAGE = 60

function factOf(item: TimelineItem): { id: string; at: string } {
  if (item.item === 'message') return item.message
  if (item.item === 'assignment') return item.assignment
  return item.item === 'climb' ? item.climb : item.fired
}
export const itemId = (item: TimelineItem) => factOf(item).id
export const itemAt = (item: TimelineItem) => factOf(item).at

/** One opened conversation: its head and side column, and its timeline from the newest upwards. */
export class TalkState {
  id = $state<string | null>(null)
  dto = $state.raw<ConversationDto | null>(null)
  items = $state.raw<TimelineItem[]>([])
  outbox = $state.raw<OutboxDto[]>([])
  before = $state<string | null>(null)
  /** The newest message on screen; goes with a reply. */
  seen = $state('')
  loading = $state(false)
  slow = $state(false)
  older = $state(false)
  error = $state<HostError | null>(null)
  /** True while older items come in at the top, so that the scroll position is kept from the end. */
  prepending = $state(false)
  #ticket = 0

  constructor(readonly host: Pick<Host, 'conversation' | 'timeline' | 'opened'>) {}

  /** The newest message of the buyer, for the stale-send stop. */
  readonly newestWords = $derived.by(() => {
    const last = this.items.findLast((i) => i.item === 'message' && i.message.author === 'buyer')
    return last?.item === 'message' ? last.message : null
  })

  async open(id: string): Promise<void> {
    this.id = id
    this.dto = null
    this.items = []
    this.outbox = []
    this.before = null
    this.seen = ''
    this.error = null
    if (await this.#load(id)) void this.host.opened(id).catch(() => undefined)
  }

  close(): void {
    this.#ticket += 1
    this.id = null
    this.dto = null
    this.items = []
    this.outbox = []
    this.error = null
    this.loading = this.slow = false
  }

  /** Asks again for the head and the newest page; what was paged in before stays. */
  async refresh(): Promise<void> {
    if (this.id) await this.#load(this.id)
  }

  async #load(id: string): Promise<boolean> {
    const ticket = ++this.#ticket
    this.loading = true
    const timer = setTimeout(() => (this.slow = ticket === this.#ticket), 1000)
    try {
      const [dto, page] = await Promise.all([this.host.conversation(id), this.host.timeline(id, null, PAGE)])
      if (ticket !== this.#ticket) return false
      this.dto = dto
      this.#take(page)
      this.error = null
      return true
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
      return false
    } finally {
      clearTimeout(timer)
      if (ticket === this.#ticket) this.loading = this.slow = false
    }
  }

  #take(page: TimelinePage): void {
    this.prepending = false
    const first = page.items[0]
    const kept = first ? this.items.findIndex((i) => itemId(i) === itemId(first)) : -1
    if (kept > 0) {
      this.items = [...this.items.slice(0, kept), ...page.items]
    } else {
      this.items = page.items
      this.before = page.before
    }
    this.outbox = page.outbox
    this.seen = page.seen
  }

  /** One page further up. */
  async up(): Promise<void> {
    const { id, before } = this
    if (!id || !before || this.older || this.loading) return
    const ticket = this.#ticket
    this.older = true
    try {
      const page = await this.host.timeline(id, before, PAGE)
      if (id !== this.id || ticket !== this.#ticket) return
      this.prepending = true
      this.items = [...page.items, ...this.items]
      this.before = page.before
    } catch (error) {
      this.error = HostError.from(error)
    } finally {
      this.older = false
    }
  }

  /** Pages up until a found message is there; says at which place. */
  async reach(messageId: string): Promise<number> {
    const place = () => this.items.findIndex((i) => itemId(i) === messageId)
    for (let pages = 0; place() < 0 && this.before && pages < 200; pages += 1) await this.up()
    return place()
  }
}
