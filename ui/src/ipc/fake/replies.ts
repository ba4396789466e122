import type { CardGate, MessageDto, OutboxDto, PictureGate } from '../client'
import { HostError } from '../host'
import { countingOf } from './builder'
import { iso, ms, type Talk, type World } from './model'

const EMOJI_ONLY = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f\s]+$/u

/** The pictures of replies. */
export const PICTURES = new Map<string, string>()

/** What the platform of a talk takes. */
export const picturesOf = (talk: Talk): PictureGate =>
  talk.platform === 'shopee'
    ? { code: null, kinds: ['jpeg', 'png', 'gif'], max_bytes: 2_000_000 }
    : { code: 'picture_needs_address', kinds: [], max_bytes: 0 }

/** Which cards a talk takes; in the scene `trouble` AliExpress is reached by its old interface. */
export function cardsOf(talk: Talk, scene: string): CardGate {
  const old = scene === 'trouble' && talk.platform === 'aliexpress'
  const code = talk.kind !== 'chat' ? 'read_only_kind' : old ? 'cards_not_by_old_interface' : null
  return { orders: code === null, items: code === null, code }
}

/** Turns a waiting reply into a message and stops the clocks that it stops. */
export function deliver(talk: Talk, world: World, reply: OutboxDto, now: number): void {
  talk.outbox = talk.outbox.filter((o) => o !== reply)
  const emoji = EMOJI_ONLY.test(reply.text)
  const body: MessageDto['body'] =
    reply.kind === 'image'
      ? { type: 'image', url: PICTURES.get(reply.client_id) ?? '', thumb: null }
      : reply.kind === 'order_card'
        ? { type: 'order_card', order_no: reply.text }
        : reply.item_id !== null
          ? { type: 'item_card', item_id: reply.item_id, title: reply.text || null }
          : emoji
            ? { type: 'emoji', text: reply.text }
            : { type: 'text', text: reply.text }
  const counting = countingOf(body, 'seller', false, true)
  const clock = talk.deadlines.find((d) => d.kind === 'reply' && d.status === 'open')
  talk.messages.push({
    id: `${talk.id}-m${talk.messages.length}`,
    author: 'seller',
    account_name: world.seats.find((s) => s.id === world.me)?.name ?? null,
    device: 'pc',
    body,
    at: iso(now),
    counting,
    response_s: counting === 'counts' && clock ? Math.round((now - ms(clock.from)) / 1000) : null,
    degraded: false,
  })
  talk.offers = []
  if (counting !== 'counts') return
  for (const deadline of talk.deadlines) {
    if (deadline.status === 'open') deadline.status = ms(deadline.due) < now ? 'late' : 'met'
  }
  talk.openedAt = null
}

/** The stale-send stop and the outcomes that a text can ask for: `#refuse`, `#unknown`,
 * `#asking` and `#lost`, which the platform, asked again, does not show. */
export function queue(
  talk: Talk,
  world: World,
  clientId: string,
  text: string,
  seen: string,
  now: number,
  undoSeconds: number,
): OutboxDto {
  if (talk.closed) throw new HostError('cannot_send', talk.closed)
  const known = talk.outbox.find((o) => o.client_id === clientId)
  if (known) return known
  if (talk.messages.findLast((m) => m.author === 'buyer' && m.id > '') && newerThan(talk, seen)) {
    throw new HostError('stale', seen)
  }
  const reply: OutboxDto = {
    client_id: clientId,
    kind: 'text',
    item_id: null,
    uploaded: null,
    text,
    state: 'waiting',
    asking: false,
    undo_until: iso(now + undoSeconds * 1000),
    detail: null,
    at: iso(now),
    account_name: world.seats.find((s) => s.id === world.me)?.name ?? '',
  }
  talk.outbox.push(reply)
  return reply
}

function newerThan(talk: Talk, seen: string): boolean {
  const index = talk.messages.findIndex((m) => m.id === seen)
  return talk.messages.slice(index + 1).some((m) => m.author === 'buyer')
}

/** What becomes of a reply once it can no longer be taken back. */
export function dispatch(talk: Talk, world: World, reply: OutboxDto, now: number): void {
  reply.undo_until = null
  if (reply.text.includes('#refuse')) {
    reply.state = 'refused'
    reply.detail = 'ERR_MSG_BLOCKED: the text holds a contact detail'
  } else if (reply.text.includes('#asking')) {
    reply.state = 'unknown'
    reply.asking = true
  } else if (reply.text.includes('#lost')) {
    reply.state = 'not_arrived'
    reply.detail = 'not_arrived'
  } else if (reply.text.includes('#unknown')) {
    reply.state = 'unknown'
    reply.detail = 'reread_no_answer'
  } else {
    deliver(talk, world, reply, now)
  }
}
