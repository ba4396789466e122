import type { BridgeKeyDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'

/** What a bridge's details ask for. */
export type BridgeHost = Pick<Host, 'bridge' | 'rotateBridgeToken' | 'revokeBridgeToken'>
export type BridgeField = 'name' | 'label' | 'webhook'
export type BridgeFault = 'missing' | 'webhook'
export const BRIDGE_FIELDS: readonly BridgeField[] = ['name', 'label', 'webhook']

const LOCAL = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(\/\S*)?$/

/** The first thing that is wrong with a field, before anything is sent. */
export function bridgeFault(field: BridgeField, typed: string): BridgeFault | null {
  const value = typed.trim()
  if (field !== 'webhook') return value === '' ? 'missing' : null
  return value === '' || LOCAL.test(value) ? null : 'webhook'
}

/** A first call that a program can make with its key. */
export const firstCall = (key: BridgeKeyDto): string =>
  [
    `curl "${key.address}/v1/hello" \\`,
    `  -H "Authorization: Bearer ${key.token}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"client": {"name": "my-bridge"}, "can": ["chat_read", "chat_send"]}'`,
  ].join('\n')

/** The form that makes a bridge, and the key that comes out of it once. */
export class BridgeState {
  values = $state<Record<BridgeField, string>>({ name: '', label: '', webhook: '' })
  /** Faults are shown once somebody tried. */
  tried = $state(false)
  /** Shown once: gone when the dialog closes. */
  key = $state<BridgeKeyDto | null>(null)
  readonly task = new Task()

  constructor(readonly host: Pick<Host, 'createBridge'>) {}

  readonly ready = $derived(BRIDGE_FIELDS.every((field) => bridgeFault(field, this.values[field]) === null))

  faultOf(field: BridgeField): BridgeFault | null {
    return this.tried ? bridgeFault(field, this.values[field]) : null
  }

  reset(): void {
    this.values = { name: '', label: '', webhook: '' }
    this.tried = false
    this.key = null
    this.task.error = null
  }

  async create(): Promise<boolean> {
    this.tried = true
    if (!this.ready) return false
    const { name, label, webhook } = this.values
    return this.task.run(async () => {
      this.key = await this.host.createBridge({
        name: name.trim(),
        label: label.trim(),
        webhook: webhook.trim(),
      })
    })
  }
}
