import type {
  ConversationRow,
  DeadlineDto,
  Group,
  ListPage,
  ListQuery,
  Tide,
  Urgency,
  View,
  ViewCount,
} from '../client'
import { DAY, HOUR, iso, MINUTE, ms, nextMidnight, offHours, wordsOf, type Talk, type World } from './model'

const GROUPS: Group[] = ['overdue', 'hour', 'today', 'later', 'settled']
const VIEWS: View[] = ['mine', 'team', 'unassigned', 'notices', 'mails', 'cases', 'done']

/** The earliest running clock that a person acts on; the badge's aim is not one. */
export function dueOf(talk: Talk): DeadlineDto | null {
  if (talk.done) return null
  const open = talk.deadlines.filter(
    (d) => d.status === 'open' && d.kind !== 'badge_reply' && d.kind !== 'team_promise',
  )
  return open.sort((a, b) => ms(a.due) - ms(b.due))[0] ?? null
}

export function groupOf(talk: Talk, now: number): Group {
  const due = dueOf(talk)
  if (!due) return 'settled'
  const at = ms(due.due)
  if (at <= now) return 'overdue'
  if (at - now <= HOUR) return 'hour'
  return at < nextMidnight(now) ? 'today' : 'later'
}

const urgencyOf = (at: number, now: number): Urgency =>
  at - now <= 10 * MINUTE ? 'red' : at - now <= HOUR ? 'amber' : 'calm'

const inView: Record<View, (talk: Talk, world: World) => boolean> = {
  mine: (t, w) => !t.done && t.ownerId === w.me && dueOf(t) !== null,
  team: (t) => !t.done,
  unassigned: (t) => !t.done && t.ownerId === null && t.kind === 'chat',
  notices: (t) => !t.done && t.kind === 'notice',
  mails: (t) => !t.done && t.kind === 'mail',
  cases: (t) => !t.done && t.kind === 'case',
  done: (t) => t.done,
}

export function rowOf(talk: Talk, world: World, now: number): ConversationRow {
  const last = talk.messages.at(-1)!
  const due = dueOf(talk)
  const owner = world.seats.find((s) => s.id === talk.ownerId)
  return {
    id: talk.id,
    kind: talk.kind,
    platform: talk.platform,
    store_name: world.stores.find((s) => s.id === talk.storeId)?.name ?? '',
    title: talk.title,
    country: talk.country,
    order_no: talk.orders[0]?.order_no ?? null,
    preview: last.body.type === 'notice' || last.body.type === 'mail' ? last.body.text : wordsOf(last.body),
    preview_kind: last.body.type,
    preview_ours: last.author === 'seller' || last.author === 'auto',
    due: due && { kind: due.kind, at: due.due, from: due.from },
    group: groupOf(talk, now),
    owner_name: owner?.name ?? null,
    mine: talk.ownerId === world.me,
    unread: talk.unread,
    read_silent_since: talk.openedAt !== null && due ? iso(talk.openedAt) : null,
    sensitive: talk.sensitive,
    outbox_trouble: talk.outbox.some((o) => o.state === 'refused' || o.state === 'unknown'),
    suspicious: talk.suspicious,
    last_at: last.at,
  }
}

/** One page: most urgent first, settled ones by their newest activity. */
export function pageOf(world: World, query: ListQuery, now: number): ListPage {
  const talks = [...world.talks.values()]
    .filter((t) => inView[query.view](t, world))
    .filter((t) => !query.store_id || t.storeId === query.store_id)
    .filter((t) => !query.owner_id || t.ownerId === query.owner_id)
  const rows = talks
    .map((t) => rowOf(t, world, now))
    .sort((a, b) => {
      const byGroup = GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group)
      if (byGroup) return byGroup
      return a.due && b.due ? ms(a.due.at) - ms(b.due.at) : ms(b.last_at) - ms(a.last_at)
    })
  const start = query.cursor ? Number(query.cursor) : 0
  const end = start + query.limit
  return {
    rows: rows.slice(start, end),
    groups: GROUPS.map((group) => ({ group, count: rows.filter((r) => r.group === group).length })),
    next: end < rows.length ? String(end) : null,
  }
}

export function viewsOf(world: World, now: number): ViewCount[] {
  const talks = [...world.talks.values()]
  return VIEWS.map((view) => {
    const inside = talks.filter((t) => inView[view](t, world))
    const hot = inside.some((t) => {
      const due = dueOf(t)
      return due !== null && ms(due.due) - now <= 10 * MINUTE
    })
    return {
      view,
      count: view === 'done' ? 0 : inside.length,
      hot: hot && (view === 'mine' || view === 'unassigned'),
    }
  })
}

export function tideOf(world: World, now: number): Tide {
  const until = now + DAY
  const dots = [...world.talks.values()]
    .flatMap((t) => {
      const due = dueOf(t)
      return due && ms(due.due) < until
        ? [
            {
              conversation_id: t.id,
              title: t.title,
              kind: due.kind,
              at: due.due,
              urgency: urgencyOf(ms(due.due), now),
            },
          ]
        : []
    })
    .sort((a, b) => ms(a.at) - ms(b.at))
  const next = dots.find((d) => ms(d.at) > now && world.talks.get(d.conversation_id)?.ownerId === world.me)
  return {
    now: iso(now),
    until: iso(until),
    dots: dots.slice(0, 300),
    more: Math.max(0, dots.length - 300),
    off_hours: offHours(now, until),
    calendar_unpublished: false,
    next: next
      ? { conversation_id: next.conversation_id, title: next.title, kind: next.kind, at: next.at }
      : null,
  }
}
