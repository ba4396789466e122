import type { NewStore, PlatformDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'
import { BridgeState } from './bridge.svelte'

export type FieldName = Exclude<keyof NewStore, 'platform'>
/** Platforms that are reached directly; a bridge is made, and calls by itself. */
export type Direct = Exclude<PlatformDto, 'bridge'>
export type DirectStore = NewStore & { platform: Direct }

/** What each platform asks for, in the order in which its console shows it. */
export const FIELDS: Readonly<Record<Direct, readonly FieldName[]>> = {
  shopee: ['name', 'host', 'account', 'secret', 'shop_id', 'access_token', 'refresh_token'],
  aliexpress: ['name', 'host', 'account', 'secret', 'access_token', 'refresh_token'],
  mail: ['name', 'host', 'account', 'secret'],
}
export const SECRETS: ReadonlySet<FieldName> = new Set(['secret', 'access_token', 'refresh_token'])
/** Where the platforms answer; editable, because each has regional gateways. */
export const HOSTS: Readonly<Record<Direct, string>> = {
  shopee: 'https://partner.shopeemobile.com',
  aliexpress: 'https://api-sg.aliexpress.com',
  mail: '',
}
export type Fault = 'missing' | 'host' | 'digits' | 'spaces'

const empty = (platform: Direct): DirectStore => ({
  platform,
  name: '',
  host: HOSTS[platform],
  account: '',
  shop_id: '',
  secret: '',
  access_token: '',
  refresh_token: '',
})

const HOST =
  /^(?:https?:\/\/)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?::\d{1,5})?\/?$/u

/** The first thing that is wrong with a field, before anything is sent. */
export function faultOf(store: NewStore, field: FieldName): Fault | null {
  const value = store[field].trim()
  if (value === '') return field === 'refresh_token' && store.platform === 'aliexpress' ? null : 'missing'
  if (field === 'host' && !HOST.test(value)) return 'host'
  if (field === 'shop_id' && !/^\d+$/.test(value)) return 'digits'
  if (store.platform === 'shopee' && field === 'account' && !/^\d+$/.test(value)) return 'digits'
  if (SECRETS.has(field) && store.platform !== 'mail' && /\s/.test(value)) return 'spaces'
  return null
}

/** The form that connects a store. What is secret stays only as long as the form is open. */
export class ConnectState {
  store = $state<DirectStore>(empty('shopee'))
  /** Whether a bridge is made instead. */
  bridged = $state(false)
  readonly bridge: BridgeState
  /** Faults are shown once somebody tried to send. */
  tried = $state(false)
  readonly task = new Task()

  constructor(readonly host: Pick<Host, 'connectStore' | 'createBridge'>) {
    this.bridge = new BridgeState(host)
  }

  readonly fields = $derived(FIELDS[this.store.platform])
  readonly faults = $derived(
    Object.fromEntries(this.fields.map((field) => [field, faultOf(this.store, field)])) as Partial<
      Record<FieldName, Fault | null>
    >,
  )
  readonly ready = $derived(Object.values(this.faults).every((fault) => fault === null))

  choose(platform: PlatformDto): void {
    this.bridged = platform === 'bridge'
    if (platform === 'bridge') return
    const { name } = this.store
    this.store = { ...empty(platform), name }
    this.tried = false
    this.task.error = null
  }

  reset(): void {
    this.store = empty('shopee')
    this.bridged = false
    this.bridge.reset()
    this.tried = false
    this.task.error = null
  }

  /** True once a store is connected. A bridge is made, but its key must still be put away. */
  async connect(): Promise<boolean> {
    if (this.bridged) {
      await this.bridge.create()
      return false
    }
    this.tried = true
    if (!this.ready) return false
    const trimmed = Object.fromEntries(
      Object.entries(this.store).map(([key, value]) => [
        key,
        key === 'secret' && this.store.platform === 'mail' ? value : value.trim(),
      ]),
    ) as NewStore
    const ok = await this.task.run(() => this.host.connectStore(trimmed))
    if (ok) this.reset()
    return ok
  }
}
