/** The one clock of the window: every countdown reads it, and it runs as the host's clock does. */
export class Clock {
  now = $state(0)
  #offset = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly read: () => number = Date.now) {
    this.now = read()
  }

  /** Takes over the host's instant: the two clocks may differ. */
  follow(hostNow: number): void {
    this.#offset = hostNow - this.read()
    this.now = hostNow
  }

  start(): () => void {
    const tick = () => {
      clearTimeout(this.#timer)
      this.now = this.read() + this.#offset
      // Nobody sees a window in the tray; it goes on when it is shown.
      if (document.hidden) return
      // Wakes just after the next full second, so that all countdowns change together.
      this.#timer = setTimeout(tick, 1000 - (this.now % 1000) + 4)
    }
    tick()
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearTimeout(this.#timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }
}
