import type { ErasedDto, OrderCard, PersonalDto, PersonalFieldDto, StorePrivacyDto } from '../client'
import { HostError } from '../host'
import { FakeMailboxes } from './mailboxes'
import type { Talk } from './model'

const FIELDS: readonly PersonalFieldDto[] = ['phone', 'address']
const MASKED = { phone: '346****0042', address: 'M** · Madrid, ES, ****' }
const FULL = { phone: '+34 600 000 042', address: 'María García\nCalle Falsa 123, 4.º B\n28001, Madrid, ES' }

/** Least data as the shell keeps it. A buyer to whom a reply is on its way is not erased. */
export class FakePrivacy extends FakeMailboxes {
  #days = new Map<string, number>()
  #kept = new Set<string>()
  /** Every look at a field in full, as the push log would have it; a test reads it. */
  readonly looks: string[] = []
  /** Who signed for what; a test reads it. */
  readonly signed: string[] = []
  /** The key store refuses; a test says so. */
  keysLocked = false

  privacy = async (): Promise<StorePrivacyDto[]> => {
    await this.answer()
    return this.world.stores.map(({ id, name, platform }) => ({
      id,
      name,
      keep_days: this.#days.get(id) ?? 0,
      personal:
        platform === 'mail' || platform === 'bridge'
          ? []
          : FIELDS.map((field) => ({
              field,
              on: this.#keeps(id, field),
              kept: this.#keeps(id, field) ? this.#orders(id) : 0,
            })),
    }))
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
  keepPersonal = async (storeId: string, field: PersonalFieldDto, signed: string): Promise<null> => {
    await this.answer()
    if (this.keysLocked) throw new HostError('key_store', 'the key store is locked')
    if (signed.trim() === '') throw new HostError('invalid', 'missing:signature')
    this.signed.push(`${storeId} ${field} ${signed.trim()}`)
    this.#kept.add(`${storeId} ${field}`)
    this.everythingChanged()
    return null
  }
  dropPersonal = async (storeId: string, field: PersonalFieldDto): Promise<null> => {
    await this.answer()
    this.#kept.delete(`${storeId} ${field}`)
    this.everythingChanged()
    return null
  }
  showPersonal = async (id: string, orderNo: string, field: PersonalFieldDto): Promise<string> => {
    await this.answer()
    if (this.keysLocked) throw new HostError('key_store', 'the key store is locked')
    const kept = this.ordersOf(this.talk(id)).find((order) => order.order_no === orderNo)?.personal
    if (!kept?.some((own) => own.field === field && own.masked !== null))
      throw new HostError('invalid', 'personal_gone')
    this.looks.push(`${orderNo} ${field}`)
    return FULL[field]
  }
  /** The orders of a talk with what is kept of their recipients; in the scene `trouble` keys are missing. */
  protected ordersOf(talk: Talk): OrderCard[] {
    const trouble = this.scene === 'trouble'
    const own = (field: PersonalFieldDto): PersonalDto =>
      trouble && field === 'address'
        ? { field, state: 'lost', masked: null }
        : { field, state: trouble ? 'stale' : 'kept', masked: MASKED[field] }
    const there = FIELDS.filter((field) => trouble || this.#keeps(talk.storeId, field))
    const erased = talk.buyer?.name === ''
    return talk.orders.map((order) => ({ ...order, personal: erased ? [] : there.map(own) }))
  }
  #keeps = (storeId: string, field: PersonalFieldDto) => this.#kept.has(`${storeId} ${field}`)
  #orders = (storeId: string) =>
    [...this.world.talks.values()].filter((talk) => talk.storeId === storeId && talk.orders.length > 0).length
}
