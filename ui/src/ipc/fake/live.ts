import type { OutboxDto } from '../client'
import { clocksOf } from './builder'
import { iso, seeded, type Talk } from './model'
import { deliver, dispatch } from './replies'
import type { FakeBase } from './base'

const WORDS = [
  '¿Alguna novedad sobre mi pedido?',
  'Есть новости по моему заказу?',
  'Alguma novidade sobre o meu pedido?',
  'Une réponse, s’il vous plaît ?',
  'Any news on this, please?',
  'هل من جديد بخصوص طلبي؟',
]

/** What happens by itself: buyers write, replies leave when they can no longer be taken back. */
export class Livestream {
  readonly #random = seeded(7)
  /** Replies that can still be taken back: what lets each of them go. */
  readonly #waiting = new Set<() => void>()
  constructor(readonly host: FakeBase) {}

  start(): void {
    setInterval(() => {
      const talks = [...this.host.world.talks.values()].filter((t) => t.kind === 'chat' && !t.done)
      const talk = talks[Math.floor(this.#random() * talks.length)]
      if (talk) this.arrive(talk.id, WORDS[Math.floor(this.#random() * WORDS.length)]!)
    }, 25_000)
  }

  arrive(id: string, text: string): void {
    const talk = this.host.world.talks.get(id)
    if (!talk) return
    const now = this.host.now()
    talk.messages.push({
      id: `${id}-m${talk.messages.length}`,
      author: 'buyer',
      account_name: null,
      device: 'pc',
      body: { type: 'text', text },
      at: iso(now),
      counting: null,
      response_s: null,
      degraded: false,
    })
    talk.unread += 1
    talk.done = false
    if (!talk.deadlines.some((d) => d.status === 'open')) talk.deadlines = clocksOf(talk, {}, now)
    this.host.changed([id])
  }

  deliver(talk: Talk, reply: OutboxDto): void {
    deliver(talk, this.host.world, reply, this.host.now())
    this.host.changed([talk.id])
  }

  /** The time for taking them back is over; in a test, on command. */
  hurry(): void {
    this.#waiting.forEach((go) => go())
  }

  deliverLater(talk: Talk, reply: OutboxDto, seconds: number): void {
    const go = () => {
      if (!this.#waiting.delete(go) || !talk.outbox.includes(reply)) return
      reply.state = 'sending'
      reply.undo_until = null
      this.host.changed([talk.id])
      setTimeout(() => {
        if (!talk.outbox.includes(reply)) return
        dispatch(talk, this.host.world, reply, this.host.now())
        this.host.changed([talk.id])
      }, 700)
    }
    this.#waiting.add(go)
    setTimeout(go, seconds * 1000)
  }
}
