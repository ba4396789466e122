import type { PlatformDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { BridgeState } from './bridge.svelte'
import type { Direct, FieldName } from './connection/draft'
import { ConnectionForm, type FormHost } from './connection/form.svelte'
import { FolderChoice } from './folders.svelte'

export type ConnectHost = FormHost &
  Pick<Host, 'testConnection' | 'draftFolders' | 'connectStore' | 'beginSignIn' | 'createBridge'>

/** The form that connects a store: typed, tested, then kept. */
export class ConnectState extends ConnectionForm {
  /** Whether a bridge is made instead. */
  bridged = $state(false)
  readonly bridge: BridgeState
  /** Those of the mailbox; known once a test has passed. */
  readonly folders: FolderChoice
  readonly #host: ConnectHost

  constructor(host: ConnectHost) {
    super(host)
    this.#host = host
    this.bridge = new BridgeState(host)
    this.folders = new FolderChoice(() => host.draftFolders(this.draft()))
  }

  /** Whether it is still to be learnt what the form asks for. */
  readonly waiting = $derived.by(() => !this.bridged && this.directory.value === null)

  /** Whether there are folders to pick from. */
  readonly picking = $derived.by(
    () => this.platform === 'mail' && this.report !== null && this.report.verdict !== 'unfit',
  )

  /** With what is picked so far: a second test leaves it as it is. */
  override draft() {
    return { ...super.draft(), folders: [...this.folders.picked] }
  }

  override set(field: FieldName, value: string): void {
    super.set(field, value)
    if (field === 'host' || field === 'account') this.folders.clear()
  }

  protected override clear(platform: Direct): void {
    super.clear(platform)
    this.folders.clear()
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
    const tested = await this.tests(() => this.#host.testConnection(this.draft()))
    if (tested && this.picking) void this.folders.ask()
    return tested
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
