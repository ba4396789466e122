import type { BridgeDto, BridgeKeyDto, NewBridgeDto, StoreRow } from '../client'
import { HostError } from '../host'
import { freshStore } from './seats'

const ADDRESS = 'http://127.0.0.1:8715'

/** Bridges as the shell keeps them: a token is made, told and forgotten. */
export class FakeBridges {
  readonly #bridges = new Map<string, BridgeDto>()
  #made = 0

  create(id: string, { name, label, webhook }: NewBridgeDto): [StoreRow, BridgeKeyDto] {
    const address = ADDRESS
    this.#bridges.set(id, {
      label,
      address,
      webhook: webhook || null,
      open: true,
      client: null,
      last_seen_at: null,
    })
    return [freshStore(id, name, 'bridge', label), this.#key(id)]
  }

  get(id: string): BridgeDto {
    const bridge = this.#bridges.get(id)
    if (!bridge) throw new HostError('not_found', 'bridge')
    return { ...bridge }
  }

  rotate(id: string): BridgeKeyDto {
    this.#bridges.set(id, { ...this.get(id), open: true })
    return this.#key(id)
  }

  revoke(id: string): void {
    this.#bridges.set(id, { ...this.get(id), open: false })
  }

  #key(store_id: string): BridgeKeyDto {
    this.#made += 1
    return { store_id, address: ADDRESS, token: `tbr_pretend-${this.#made}` }
  }
}
