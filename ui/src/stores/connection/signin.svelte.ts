import type { SignInDto, SignedInDto } from '../../ipc/client'
import { HostError, type Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'

export type SignInHost = Pick<Host, 'finishSignIn' | 'landSignIn' | 'cancelSignIn'>
export type Phase = 'idle' | 'opening' | 'waiting' | 'done'

/** A sign-in through the browser, from its page to the tokens in the key store. */
export class SignInState {
  phase = $state<Phase>('idle')
  start = $state.raw<SignInDto | null>(null)
  result = $state.raw<SignedInDto | null>(null)
  error = $state.raw<HostError | null>(null)
  /** The address on which the browser landed, copied by hand. */
  pasted = $state('')
  readonly pasting = new Task()
  /** Each attempt has its own; what is heard of an older one counts no more. */
  #attempt = 0

  constructor(
    readonly host: SignInHost,
    readonly begin: () => Promise<SignInDto>,
    readonly ondone: (result: SignedInDto) => void,
  ) {}

  /** Opens the platform's page and waits until the browser comes back. */
  async run(): Promise<void> {
    this.reset()
    const attempt = this.#attempt
    const current = () => attempt === this.#attempt
    this.phase = 'opening'
    try {
      const start = await this.begin()
      if (!current()) return this.#giveUp(start.id)
      this.start = start
      this.phase = 'waiting'
      const result = await this.host.finishSignIn(start.id)
      if (!current()) return
      this.result = result
      this.phase = 'done'
      this.ondone(result)
    } catch (error) {
      if (!current()) return
      this.error = HostError.from(error)
      this.phase = 'idle'
    }
  }

  /** Hands in the address that was copied; the attempt that waits goes on with it. */
  async paste(): Promise<void> {
    const { start } = this
    if (start === null || this.phase !== 'waiting') return
    await this.pasting.run(() => this.host.landSignIn(start.id, this.pasted.trim()))
  }

  /** Gives up what was begun, with the tokens that nobody uses. */
  reset(): void {
    this.#attempt += 1
    if (this.start) this.#giveUp(this.start.id)
    this.phase = 'idle'
    this.start = null
    this.result = null
    this.error = null
    this.pasted = ''
    this.pasting.error = null
  }

  #giveUp(id: string): void {
    void this.host.cancelSignIn(id).catch(() => undefined)
  }
}
