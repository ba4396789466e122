import type { PersonalFieldDto } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'

/** So long a field stays open. */
const OPEN_MS = 60_000

/** A field of an order, as it stands masked on its card. */
export interface Place {
  conversationId: string
  orderNo: string
  field: PersonalFieldDto
  masked: string
}

const keyOf = (place: Place) => [place.conversationId, place.orderNo, place.field, place.masked].join('\n')

/** The one phone number or address that is open: until the conversation is left, another is asked for, or a minute is over. */
export class Look {
  /** What was opened; a field that changed meanwhile has another key. */
  #open = $state.raw<{ key: string; text: string } | null>(null)
  #asked = $state.raw<string | null>(null)
  #failed = $state.raw<{ key: string; error: HostError } | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly host: Pick<Host, 'showPersonal'>) {}

  text = (place: Place) => (this.#open?.key === keyOf(place) ? this.#open.text : null)
  busy = (place: Place) => this.#asked === keyOf(place)
  error = (place: Place) => (this.#failed?.key === keyOf(place) ? this.#failed.error : null)

  /** Asks for it; an answer that comes when the person is elsewhere is dropped. */
  async show(place: Place): Promise<void> {
    const key = keyOf(place)
    if (this.#asked === key) return
    this.close()
    this.#asked = key
    try {
      const text = await this.host.showPersonal(place.conversationId, place.orderNo, place.field)
      if (this.#asked !== key) return
      this.#open = { key, text }
      this.#timer = setTimeout(() => this.close(), OPEN_MS)
    } catch (error) {
      if (this.#asked === key) this.#failed = { key, error: HostError.from(error) }
    } finally {
      if (this.#asked === key) this.#asked = null
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#open = null
    this.#asked = null
    this.#failed = null
  }
}
