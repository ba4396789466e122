import type { SearchHit, SearchPage, SearchQuery } from '../client'
import { ms, wordsOf, type World } from './model'

/** Folded for comparing, unit for unit, so that marks fit the snippet. */
const fold = (text: string) =>
  [...text]
    .map((c) => {
      const plain = c.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
      return plain.length === c.length ? plain : c
    })
    .join('')

function around(text: string, at: number, length: number): { snippet: string; from: number } {
  const start = Math.max(0, at - 40)
  const lead = start > 0 ? '…' : ''
  return { snippet: lead + text.slice(start, at + length + 90), from: at - start + lead.length }
}

/** Plain containment over everything; enough for a pretend shop. */
export function findIn(world: World, query: SearchQuery): SearchPage {
  const needle = fold(query.text.trim())
  if (needle === '') return { hits: [], next: null, rebuilding: null }
  const hits: SearchHit[] = []
  for (const talk of world.talks.values()) {
    if (query.store_id && talk.storeId !== query.store_id) continue
    const base = {
      conversation_id: talk.id,
      title: talk.title,
      platform: talk.platform,
      store_name: world.stores.find((s) => s.id === talk.storeId)?.name ?? '',
    }
    const last = talk.messages.at(-1)!.at
    if (!query.direction) {
      const inName = fold(talk.title).indexOf(needle)
      if (inName >= 0) {
        hits.push({
          ...base,
          kind: 'buyer',
          message_id: null,
          snippet: talk.title,
          marks: [{ from: inName, to: inName + needle.length }],
          ours: false,
          at: last,
        })
      }
      const order = talk.orders[0]?.order_no ?? ''
      const inOrder = order.indexOf(needle)
      if (order && inOrder >= 0) {
        hits.push({
          ...base,
          kind: 'order',
          message_id: null,
          snippet: order,
          marks: [{ from: inOrder, to: inOrder + needle.length }],
          ours: false,
          at: last,
        })
      }
    }
    for (const message of talk.messages) {
      const ours = message.author === 'seller' || message.author === 'auto'
      if ((query.direction === 'in' && ours) || (query.direction === 'out' && !ours)) continue
      const words = wordsOf(message.body)
      const at = fold(words).indexOf(needle)
      if (at < 0) continue
      const { snippet, from } = around(words, at, needle.length)
      hits.push({
        ...base,
        kind: 'message',
        message_id: message.id,
        snippet,
        marks: [{ from, to: from + needle.length }],
        ours,
        at: message.at,
      })
    }
  }
  const inTime = hits
    .filter((h) => (!query.from || h.at >= query.from) && (!query.to || h.at < query.to))
    .sort((a, b) => ms(b.at) - ms(a.at))
  const start = query.cursor ? Number(query.cursor) : 0
  const end = start + query.limit
  return { hits: inTime.slice(start, end), next: end < inTime.length ? String(end) : null, rebuilding: null }
}
