import { getContext, setContext } from 'svelte'
import type { TimelineItem } from '../ipc/client'
import { hostOf, isLocal } from './mail'

const KEY = Symbol('pictures')

/** Whose pictures somebody asked for all of, in the conversation that is open and in no other. */
export class RemotePictures {
  readonly #asked = $state<{ talk: string; hosts: string[] }>({ talk: '', hosts: [] })

  constructor(readonly talk: () => { id: string | null; items: readonly TimelineItem[] }) {}

  readonly #counts = $derived.by(() => {
    const counts = new Map<string, number>()
    for (const item of this.talk().items) {
      if (item.item !== 'message' || item.message.body.type !== 'image') continue
      const { url } = item.message.body
      if (!isLocal(url)) counts.set(hostOf(url), (counts.get(hostOf(url)) ?? 0) + 1)
    }
    return counts
  })

  /** How many of them the conversation has, as far as it was read. */
  count = (host: string) => this.#counts.get(host) ?? 0
  all = (host: string) => this.#asked.talk === this.talk().id && this.#asked.hosts.includes(host)
  ask(host: string): void {
    const { id } = this.talk()
    if (id === null) return
    if (this.#asked.talk !== id) Object.assign(this.#asked, { talk: id, hosts: [] })
    this.#asked.hosts.push(host)
  }
}

export const providePictures = (talk: RemotePictures['talk']) => setContext(KEY, new RemotePictures(talk))
/** None where a picture stands alone. */
export const usePictures = () => getContext<RemotePictures | undefined>(KEY)
