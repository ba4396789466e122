import type { Host } from '../host'
import { PICTURES, queue } from './replies'
import { FakeRules } from './rules'

/** What is sent: words, pictures and cards. */
export class FakeSending extends FakeRules {
  sendReply: Host['sendReply'] = async (id, clientId, text, seen) => {
    await this.answer()
    const talk = this.talk(id)
    talk.draft = ''
    return this.#queued(id, clientId, text, seen, 'text')
  }
  #queued(
    id: string,
    clientId: string,
    text: string,
    seen: string,
    kind: string,
    itemId: string | null = null,
  ) {
    const talk = this.talk(id)
    const reply = queue(talk, this.world, clientId, text, seen, this.now(), this.app.undo_seconds)
    reply.kind = kind
    reply.item_id = itemId
    this.live.deliverLater(talk, reply, this.app.undo_seconds)
    this.changed([id])
    return { ...reply }
  }
  sendPicture: Host['sendPicture'] = async (id, clientId, data, seen) => {
    await this.answer()
    PICTURES.set(clientId, `data:image/png;base64,${data}`)
    return this.#queued(id, clientId, '', seen, 'image')
  }
  sendOrderCard: Host['sendOrderCard'] = async (id, clientId, orderNo, seen) => {
    await this.answer()
    return this.#queued(id, clientId, orderNo, seen, 'order_card')
  }
  sendItemCard: Host['sendItemCard'] = async (id, clientId, itemId, seen) => {
    await this.answer()
    const title = this.talk(id).items.find((item) => item.item_id === itemId)?.title ?? ''
    return this.#queued(id, clientId, title, seen, 'item_card', itemId)
  }
}
