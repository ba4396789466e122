import type { PushDto, PushPatch } from '../client'
import { HostError } from '../host'

const PATH = '/shopee/push/2001234'

/** The receiver of pushes as the shell keeps it: one for all shops of an application. */
export class FakePushes {
  #kept: PushDto = {
    on: false,
    state: 'off',
    address: '',
    callback: null,
    local: null,
    own_key: false,
    stores: [],
    taken: 0,
    refused: 0,
    waiting: 0,
    last_at: null,
  }

  get(stores: string[]): PushDto {
    return { ...this.#kept, stores }
  }

  set({ on, address, key }: PushPatch, lastAt: string): void {
    const typed = address.trim().replace(/\/+$/, '')
    if ((on || typed !== '') && !/^https:\/\/[^\s?#]+$/.test(typed))
      throw new HostError('invalid', `push_address: ${typed}`)
    this.#kept = {
      ...this.#kept,
      on,
      address: typed,
      state: on ? 'listening' : 'off',
      callback: typed === '' ? null : typed + PATH,
      local: on ? `http://127.0.0.1:8716${PATH}` : this.#kept.local,
      own_key: key === null ? this.#kept.own_key : key !== '',
      ...(on ? { taken: 128, refused: 3, last_at: lastAt } : {}),
    }
  }
}
