import { HostError } from '../ipc/host'

/** A thing the user started: it runs once at a time, and its failure is kept until the next start. */
export class Task {
  running = $state(false)
  error = $state<HostError | null>(null)

  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.running) return false
    this.running = true
    this.error = null
    try {
      await work()
      return true
    } catch (error) {
      this.error = HostError.from(error)
      return false
    } finally {
      this.running = false
    }
  }
}
