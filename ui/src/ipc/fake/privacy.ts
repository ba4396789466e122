import type { ErasedDto, StorePrivacyDto } from '../client'
import { HostError } from '../host'
import { FakeMailboxes } from './mailboxes'

/** Least data as the shell keeps it. A buyer to whom a reply is on its way is not erased. */
export class FakePrivacy extends FakeMailboxes {
  #days = new Map<string, number>()

  privacy = async (): Promise<StorePrivacyDto[]> => {
    await this.answer()
    return this.world.stores.map(({ id, name }) => ({ id, name, keep_days: this.#days.get(id) ?? 0 }))
  }
  keepFor = async (storeId: string, days: number): Promise<null> => {
    await this.answer()
    if (days !== 0 && days < 30) throw new HostError('invalid', 'keep_days')
    this.#days.set(storeId, days)
    return null
  }
  eraseBuyer = async (buyerId: string): Promise<ErasedDto> => {
    await this.answer()
    const talks = [...this.world.talks.values()].filter((talk) => talk.buyer?.id === buyerId)
    if (
      talks.some((talk) =>
        talk.outbox.some((reply) => reply.state === 'unknown' || reply.state === 'sending'),
      )
    )
      throw new HostError('invalid', 'erase_busy')
    let messages = 0
    for (const talk of talks) {
      for (const message of talk.messages) {
        message.body = { type: 'erased' }
        messages += 1
      }
      if (talk.buyer) talk.buyer = { ...talk.buyer, name: '', country: null, language: null, tags: [] }
      talk.title = ''
    }
    this.changed(talks.map((talk) => talk.id))
    return { conversations: talks.length, messages }
  }
}
