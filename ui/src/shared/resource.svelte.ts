import { HostError } from '../ipc/host'

/** Something asked of the host: its value, whether it is on its way (and for long), and what went wrong. */
export class Resource<T> {
  value = $state<T | null>(null)
  error = $state<HostError | null>(null)
  loading = $state(false)
  /** On its way for more than a second: time to say so. */
  slow = $state(false)
  #ticket = 0

  /** Asks; an answer that was overtaken by a later question is dropped. */
  async load(ask: () => Promise<T>): Promise<T | null> {
    const ticket = ++this.#ticket
    this.loading = true
    const timer = setTimeout(() => (this.slow = ticket === this.#ticket), 1000)
    try {
      const value = await ask()
      if (ticket !== this.#ticket) return null
      this.value = value
      this.error = null
      return value
    } catch (error) {
      if (ticket === this.#ticket) this.error = HostError.from(error)
      return null
    } finally {
      clearTimeout(timer)
      if (ticket === this.#ticket) this.loading = this.slow = false
    }
  }

  clear(): void {
    this.#ticket += 1
    this.value = null
    this.error = null
    this.loading = this.slow = false
  }
}
