import type { LogEntryDto, LogGroupDto } from '../client'
import { HOUR, iso, MINUTE, ms, seeded, type Talk, type World } from './model'

export interface FakeEntry extends LogEntryDto {
  group: LogGroupDto
  storeId: string | null
}

type Detail = Record<string, string | number | null>
interface Draft {
  at: number
  kind: string
  group: LogGroupDto
  facts: Detail
  talk: Talk | null
  storeId: string | null
}

const BROKEN = 'notifications are switched off (org.freedesktop.DBus.Error.ServiceUnknown)'

/** What a conversation leaves in the log: what came, who saw it, what was answered, what rang. */
function ofTalk(talk: Talk, world: World, dice: () => number): Draft[] {
  const owner = world.seats.find((seat) => seat.id === talk.ownerId)?.name
  const drafts: Draft[] = []
  const add = (at: number, group: LogGroupDto, kind: string, facts: Detail) =>
    drafts.push({ at, group, kind, facts, talk, storeId: talk.storeId })
  for (const message of talk.messages.slice(-4)) {
    const at = ms(message.at)
    if (message.author === 'seller') {
      add(at - 6000, 'replies', 'reply_written', { by: owner ?? null, reply: message.id })
      add(at - 1000, 'replies', 'reply_sending', { by: owner ?? null, reply: message.id })
      add(at, 'replies', 'reply_sent', {
        by: owner ?? null,
        reply: message.id,
        provider_id: `p-${message.id}`,
      })
    } else add(at, 'messages', 'received', { author: message.author, provider_id: `p-${message.id}` })
  }
  const first = ms(talk.messages[0]?.at ?? iso(0))
  if (owner) add(first + 500, 'messages', 'assigned', { to: owner, from: null, reason: 'least_today' })
  if (owner && dice() > 0.4) add(first + 3 * MINUTE, 'messages', 'shown', { to: owner, unread: 1 })
  for (const deadline of talk.deadlines.slice(0, 1)) {
    const due = ms(deadline.due)
    const facts = { deadline: deadline.kind, due_ms: due }
    add(due - HOUR, 'alerts', 'alert_raised', { ...facts, stage_s: -3600, late_ms: 1200 })
    add(due - HOUR + 80, 'alerts', 'alert_shown', { ...facts, notice: 'due' })
  }
  return drafts
}

/** What a shop leaves beside its conversations. */
function ofShop(world: World, now: number): Draft[] {
  const minutes = (n: number) => now - n * MINUTE
  const draft = (ago: number, group: LogGroupDto, kind: string, facts: Detail): Draft => ({
    at: minutes(ago),
    group,
    kind,
    facts,
    talk: null,
    storeId: typeof facts['store'] === 'string' ? facts['store'] : null,
  })
  const [first] = world.stores
  return [
    draft(9000, 'stores', 'store_added', { store: first?.id ?? 's1', what: first?.name ?? '' }),
    draft(8990, 'team', 'account_added', { account: '彩电卖家:小李', what: '彩电卖家:小李' }),
    draft(8000, 'settings', 'robot_added', { robot: '客服群', what: '客服群' }),
    draft(700, 'settings', 'setting', { key: 'policy', value: '{}' }),
    draft(400, 'stores', 'multi_device_sync', { store: first?.id ?? 's1', what: 'off' }),
    draft(95, 'messages', 'order_received', {
      store: 's2',
      order_no: '2611208BXKQ7M2',
      status: 'READY_TO_SHIP',
    }),
    draft(120, 'messages', 'quarantined', { store: 's2', source: 'shopee.push', sha256: '5d41402abc4b2a76' }),
    draft(64, 'alerts', 'store_silent', { store: 's2', why: 'too_long', code: 'network' }),
    draft(63, 'outside', 'queued_outside', { robot: '客服群', id: 'silence:2', store: 's2' }),
    draft(62.9, 'outside', 'outside_failed', { robot: '客服群', result: 'later', code: '45009' }),
    draft(61, 'outside', 'pushed', { robot: '客服群', result: 'sent', id: 'silence:2', store: 's2' }),
    draft(58, 'alerts', 'store_heard', { store: 's2' }),
    draft(31, 'team', 'presence', { account: '彩电卖家:老周', what: 'suspended' }),
    draft(22, 'alerts', 'alert_refused', { notice: 'test', words: BROKEN }),
    draft(12, 'outside', 'pushed', { robot: '运营群', result: 'refused', 'end.code': '93000' }),
  ]
}

const hex = (dice: () => number) =>
  Array.from({ length: 64 }, () => Math.floor(dice() * 16).toString(16)).join('')

/** The log of a pretend shop, newest first: the same for the same shop. */
export function entriesOf(world: World, now: number): FakeEntry[] {
  const dice = seeded(20_260_302)
  const drafts = [...world.talks.values()].flatMap((talk) => ofTalk(talk, world, dice))
  if (world.stores.length > 0) drafts.push(...ofShop(world, now))
  const past = drafts.filter((draft) => draft.at <= now).sort((a, b) => a.at - b.at)
  let before = '0'.repeat(64)
  const entries = past.map((draft, index): FakeEntry => {
    const hash = hex(dice)
    const facts = Object.entries(draft.facts).filter(([, value]) => value !== null)
    const entry = {
      number: String(index + 1),
      at: iso(draft.at),
      kind: draft.kind,
      conversation_id: draft.talk?.id ?? null,
      there: draft.talk !== null,
      title: draft.talk?.title ?? '',
      store_name: world.stores.find((store) => store.id === draft.storeId)?.name ?? '',
      facts: Object.fromEntries(facts.map(([key, value]) => [key, String(value)])),
      detail: JSON.stringify(draft.facts),
      before,
      hash,
      group: draft.group,
      storeId: draft.storeId,
    }
    before = hash
    return entry
  })
  return entries.reverse()
}
