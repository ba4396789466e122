import type {
  AssignmentDto,
  BodyDto,
  DeadlineDto,
  FiredDto,
  ItemDto,
  KindDto,
  MessageDto,
  OrderCard,
} from '../client'
import { HOUR, isWorking, iso, MINUTE, ms, type Talk } from './model'
import { seats } from './seats'

/** A line of a script: minutes before now, who, what, and what the platform's clock made of it. */
export interface Line {
  ago: number
  by: 'buyer' | 'auto' | 'system' | string
  body: BodyDto | string
  mobile?: boolean
  counting?: string
  degraded?: boolean
}

/** A conversation as it is written down in the scripts. */
export interface Script {
  title: string
  kind?: KindDto
  store: 's1' | 's2' | 's3'
  country?: string
  language?: string
  owner: string | null
  lines: Line[]
  order?: Partial<OrderCard> & { order_no: string }
  items?: ItemDto[]
  sensitive?: string
  suspicious?: boolean
  /** A clock of its own: kind, minutes until due, hours that it runs. */
  clock?: [kind: string, inMinutes: number, hours: number]
  promiseHours?: number
  openedAgo?: number
  unread?: number
  done?: boolean
  closed?: string
  tags?: string[]
  private?: boolean
  /** What a message rule offers as an answer, since the last message. */
  offer?: { rule_name: string; language: string; text: string }
  moves?: { ago: number; from: string | null; to: string; reason: string; note?: string }[]
}

const PLATFORM = { s1: 'aliexpress', s2: 'shopee', s3: 'mail' } as const
const nameOf = (id: string) => seats().find((s) => s.id === id)?.name ?? id

export const bodyOf = (words: BodyDto | string): BodyDto =>
  typeof words === 'string' ? { type: 'text', text: words } : words

/** Whether a message of ours stops the clock, and if not, why. */
export function countingOf(body: BodyDto, author: string, mobile: boolean, sync: boolean): string | null {
  if (author === 'buyer' || author === 'system') return null
  if (author === 'auto') return 'auto'
  if (body.type !== 'text') return body.type
  return mobile && !sync ? 'mobile_without_sync' : 'counts'
}

function messagesOf(script: Script, id: string, now: number): MessageDto[] {
  let owing: number | null = null
  return script.lines.map((line, index) => {
    const at = now - line.ago * MINUTE
    const body = bodyOf(line.body)
    const author = ['buyer', 'auto', 'system'].includes(line.by) ? line.by : 'seller'
    const counting = line.counting ?? countingOf(body, author, line.mobile ?? false, script.store !== 's1')
    if (author === 'buyer' && owing === null) owing = at
    const response = counting === 'counts' && owing !== null ? Math.round((at - owing) / 1000) : null
    if (counting === 'counts') owing = null
    return {
      id: `${id}-m${index}`,
      author,
      account_name: author === 'seller' ? nameOf(line.by) : null,
      device: line.mobile ? 'mobile' : 'pc',
      body,
      at: iso(at),
      counting,
      response_s: response,
      degraded: line.degraded ?? false,
    }
  })
}

/** The clocks of a conversation as its messages stand: reply and its limit, plus promise and escalation. */
export function clocksOf(talk: Talk, script: Partial<Script>, now: number): DeadlineDto[] {
  const last = talk.messages.findLastIndex((m) => m.counting === 'counts')
  const open = talk.messages.slice(last + 1).filter((m) => m.author === 'buyer')
  const clocks: DeadlineDto[] = []
  const add = (kind: string, from: number, due: number, code: string, params: Record<string, string>) =>
    clocks.push({
      id: `${talk.id}-${kind}`,
      kind,
      from: iso(from),
      due: iso(due),
      status: 'open',
      summary: { code, params },
      alerts: kind !== 'badge_reply',
    })
  const plus = (setting: string, hours: number) => ({ setting, seconds: String(hours * 3600) })
  if (script.clock) {
    const [kind, minutes, hours] = script.clock
    const due = now + minutes * MINUTE
    add(kind, due - hours * HOUR, due, 'plus', plus(`${kind}_s`, hours))
  }
  const first = open[0]
  if (!first || talk.kind !== 'chat') return clocks
  const reply = open
    .map((m) => ({ at: ms(m.at), working: isWorking(ms(m.at)) }))
    .map((m) => ({ ...m, due: m.at + (m.working ? 3 : 6) * HOUR }))
    .sort((a, b) => a.due - b.due)[0]!
  add(
    'reply',
    reply.at,
    reply.due,
    'plus',
    reply.working ? plus('reply_working_s', 3) : plus('reply_otherwise_s', 6),
  )
  if (script.promiseHours) {
    const sent = ms(talk.messages.find((m) => m.author === 'auto')!.at)
    add('team_promise', sent, sent + script.promiseHours * HOUR, 'promised', {
      at: iso(sent),
      seconds: String(script.promiseHours * 3600),
    })
  }
  if (talk.sensitive) {
    const from = ms(open.at(-1)!.at)
    add('escalation', from, from + 2 * HOUR, 'plus', plus('escalation_s', 2))
  }
  if (talk.openedAt !== null) {
    add('read_silent', talk.openedAt, talk.openedAt + 4 * HOUR, 'plus', plus('read_silent_s', 4))
  }
  add('reply_limit', ms(first.at), ms(first.at) + 24 * HOUR, 'plus', plus('reply_limit_s', 24))
  return clocks
}

function assignmentsOf(script: Script, id: string, now: number): AssignmentDto[] {
  const moves =
    script.moves ??
    (script.owner ? [{ ago: script.lines[0]!.ago, from: null, to: script.owner, reason: 'least_today' }] : [])
  return moves.map((move, index) => ({
    id: `${id}-a${index}`,
    at: iso(now - move.ago * MINUTE + 1000),
    from_name: move.from ? nameOf(move.from) : null,
    to_name: nameOf(move.to),
    reason: move.reason,
    seats: seats().map((s) => ({
      name: s.name,
      presence: s.presence,
      participates: s.participates,
      weight: null,
      today: Math.max(0, s.today - (s.id === move.to ? 2 : 0)),
      chosen: s.id === move.to,
    })),
    recent_name: move.reason === 'recent' ? nameOf(move.to) : null,
    recent_days: move.reason === 'recent' ? 12 : null,
    by_name: move.reason === 'manual' && move.from ? nameOf(move.from) : null,
    note: 'note' in move ? (move.note ?? null) : null,
  }))
}

/** The rule that offers a text fired at the last message. */
function firingsOf({ offer, lines }: Script, id: string, now: number): FiredDto[] {
  if (!offer) return []
  return [
    {
      id: `${id}-fired1`,
      at: iso(now - (lines.at(-1)?.ago ?? 0) * MINUTE),
      rule_name: offer.rule_name,
      trigger: 'buyer_enquiry',
      saw: [{ saw: 'words', values: ['заказ'] }],
      to_names: [nameOf('amin')],
      everybody: false,
      groups: [],
      reply: 'offered',
      handed_to: null,
    },
  ]
}

/** Makes a conversation from its script, with every instant relative to `now`. */
export function build(script: Script, id: string, now: number): Talk {
  const kind = script.kind ?? 'chat'
  const talk: Talk = {
    id,
    kind,
    platform: PLATFORM[script.store],
    storeId: script.store,
    title: script.title,
    country: script.country ?? null,
    ownerId: script.owner,
    messages: messagesOf(script, id, now),
    assignments: assignmentsOf(script, id, now),
    firings: firingsOf(script, id, now),
    offers: script.offer ? [{ id: `${id}-o1`, ...script.offer }] : [],
    outbox: [],
    deadlines: [],
    orders: script.order
      ? [
          {
            status: 'WAIT_BUYER_ACCEPT_GOODS',
            amount: '',
            currency: '',
            lines: [],
            paid_at: null,
            logistics: null,
            personal: [],
            ...script.order,
          },
        ]
      : [],
    items: script.items ?? [],
    buyer:
      kind === 'chat'
        ? {
            id: `b-${id}`,
            name: script.title,
            country: script.country ?? null,
            language: script.language ?? null,
            orders: script.order ? 3 : 0,
            conversations: 2,
            last_agent: nameOf('amin'),
            last_agent_at: iso(now - 12 * 24 * HOUR),
            tags: script.tags ?? [],
            private: script.private ?? false,
          }
        : null,
    draft: '',
    done: script.done ?? false,
    unread: script.unread ?? 0,
    openedAt: script.openedAgo === undefined ? null : now - script.openedAgo * MINUTE,
    sensitive: script.sensitive ?? null,
    suspicious: script.suspicious ?? false,
    closed: script.closed ?? (kind === 'chat' ? null : 'read_only_kind'),
  }
  talk.deadlines = clocksOf(talk, script, now)
  return talk
}
