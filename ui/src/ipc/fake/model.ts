import type {
  AssignmentDto,
  BodyDto,
  BuyerCard,
  DeadlineDto,
  FiredDto,
  ItemDto,
  KindDto,
  MessageDto,
  OfferDto,
  OrderCard,
  OutboxDto,
  PlatformDto,
  SeatRow,
  StoreRow,
  TimelineItem,
} from '../client'

/** One conversation of the pretend shop. */
export interface Talk {
  id: string
  kind: KindDto
  platform: PlatformDto
  storeId: string
  title: string
  country: string | null
  ownerId: string | null
  messages: MessageDto[]
  assignments: AssignmentDto[]
  firings: FiredDto[]
  offers: OfferDto[]
  outbox: OutboxDto[]
  deadlines: DeadlineDto[]
  orders: OrderCard[]
  items: ItemDto[]
  buyer: BuyerCard | null
  draft: string
  done: boolean
  unread: number
  openedAt: number | null
  sensitive: string | null
  suspicious: boolean
  /** Why nothing can be sent here. */
  closed: string | null
}

/** Everything the fake host knows. */
export interface World {
  talks: Map<string, Talk>
  stores: StoreRow[]
  seats: SeatRow[]
  me: string
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** All platform time is UTC+8. */
const BEIJING = 8 * HOUR

/** When something on a timeline happened. */
export function atOf(item: TimelineItem): string {
  if (item.item === 'message') return item.message.at
  if (item.item === 'assignment') return item.assignment.at
  return item.item === 'climb' ? item.climb.at : item.fired.at
}

export const iso = (ms: number) => new Date(ms).toISOString()
export const ms = (instant: string) => Date.parse(instant)

/** Midnight UTC+8 after `at`. */
export const nextMidnight = (at: number) => (Math.floor((at + BEIJING) / DAY) + 1) * DAY - BEIJING

/** The plain working week: Monday to Friday, 09:00 to 22:00 UTC+8. */
export function isWorking(at: number): boolean {
  const local = new Date(at + BEIJING)
  const day = local.getUTCDay()
  const hour = local.getUTCHours()
  return day >= 1 && day <= 5 && hour >= 9 && hour < 22
}

/** Non-working stretches between two instants, to the quarter of an hour. */
export function offHours(from: number, until: number): { from: string; to: string }[] {
  const step = 15 * MINUTE
  const spans: { from: string; to: string }[] = []
  let start: number | null = null
  for (let at = Math.floor(from / step) * step; at <= until; at += step) {
    if (!isWorking(at) && start === null) start = Math.max(at, from)
    if (start !== null && (isWorking(at) || at + step > until)) {
      spans.push({ from: iso(start), to: iso(Math.min(at, until)) })
      start = null
    }
  }
  return spans
}

/** A generator that gives the same shop for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The words of a body, as the host's preview and search see them. */
export function wordsOf(body: BodyDto): string {
  switch (body.type) {
    case 'text':
    case 'emoji':
    case 'note':
      return body.text
    case 'mail':
      return `${body.subject} ${body.text}`
    case 'notice':
      return `${body.title} ${body.text}`
    case 'order_card':
      return body.order_no
    case 'item_card':
      return body.title ?? ''
    case 'unsupported':
      return body.summary
    case 'image':
    case 'video':
    case 'sticker':
    case 'erased':
      return ''
  }
}
