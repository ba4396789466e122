import type { PushDto, StoreRow } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'
import { Resource } from '../shared/resource.svelte'

export type PushHost = Pick<Host, 'pushReceiver' | 'setPushReceiver'>

/** A whole https address, as the platform calls it. */
const PUBLIC = /^https:\/\/[^\s/?#]+\.[^\s?#]+$/i
/** A relay that is tried out on this computer. */
const LOCAL = /^http:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?(\/[^\s?#]*)?$/

/** Whether the platform can call an address; said before anything is sent. */
export const isPublic = (typed: string): boolean => PUBLIC.test(typed.trim()) || LOCAL.test(typed.trim())

/** The receiver of pushes that a store shares with the other shops of its application. */
export class PushState {
  /** The store that it was opened for. */
  store = $state.raw<StoreRow | null>(null)
  values = $state({ on: false, address: '', key: '' })
  tried = $state(false)
  saved = $state(false)
  readonly kept = new Resource<PushDto>()
  readonly task = new Task()

  constructor(readonly host: PushHost) {}

  readonly fault = $derived(
    (this.values.on || this.values.address.trim() !== '') && !isPublic(this.values.address),
  )

  async open(store: StoreRow): Promise<void> {
    this.store = store
    this.tried = this.saved = false
    this.task.error = null
    this.kept.clear()
    await this.load()
  }

  close(): void {
    this.store = null
    this.values.key = ''
  }

  async load(): Promise<void> {
    const { store } = this
    if (store === null) return
    const kept = await this.kept.load(() => this.host.pushReceiver(store.id))
    if (kept !== null) this.#take(kept)
  }

  /** Keeps what was typed; an empty key leaves the one that is kept. */
  save(): Promise<boolean> {
    return this.#set(this.values.key.trim() === '' ? null : this.values.key)
  }

  /** Goes back to the partner key. */
  dropKey(): Promise<boolean> {
    return this.#set('')
  }

  async #set(key: string | null): Promise<boolean> {
    const { store } = this
    this.tried = true
    this.saved = false
    if (store === null || this.fault) return false
    const { on, address } = this.values
    return this.task.run(async () => {
      const kept = await this.host.setPushReceiver(store.id, { on, address: address.trim(), key })
      this.kept.value = kept
      this.#take(kept)
      this.saved = true
    })
  }

  #take({ on, address }: PushDto): void {
    this.values = { on, address, key: '' }
  }
}
