import type { PlatformDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { BridgeState } from './bridge.svelte'
import { ConnectionForm, type FormHost } from './connection/form.svelte'

export type ConnectHost = FormHost &
  Pick<Host, 'testConnection' | 'connectStore' | 'beginSignIn' | 'createBridge'>

/** The form that connects a store: typed, tested, then kept. */
export class ConnectState extends ConnectionForm {
  /** Whether a bridge is made instead. */
  bridged = $state(false)
  readonly bridge: BridgeState
  readonly #host: ConnectHost

  constructor(host: ConnectHost) {
    super(host)
    this.#host = host
    this.bridge = new BridgeState(host)
  }

  protected begin() {
    return this.#host.beginSignIn(this.draft(), this.redirect.trim())
  }

  choose(platform: PlatformDto): void {
    this.bridged = platform === 'bridge'
    if (platform === 'bridge') return
    const { name } = this.values
    this.clear(platform)
    this.values.name = name
  }

  reset(): void {
    this.bridged = false
    this.bridge.reset()
    this.clear('shopee')
    this.way = 'browser'
  }

  /** Tests what is typed; false while something is missing. */
  async test(): Promise<boolean> {
    this.asked = 'all'
    if (!this.ready) return false
    return this.tests(() => this.#host.testConnection(this.draft()))
  }

  /** True once the store is kept: after one more test, that nothing has changed meanwhile. */
  async connect(): Promise<boolean> {
    const anyway = this.report?.verdict === 'partly'
    let kept = false
    await this.tests(async () => {
      const done = await this.#host.connectStore(this.draft(), anyway)
      kept = done.store_id !== null
      return done.report
    })
    if (kept) this.reset()
    return kept
  }
}
