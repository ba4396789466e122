import { describe, expect, it } from 'vitest'
import type { ConversationRow, Group, ListPage, ListQuery } from '../ipc/client'
import { HostError } from '../ipc/host'
import { ListState } from './list.svelte'

const row = (id: string, group: Group = 'today', preview = ''): ConversationRow => ({
  id,
  kind: 'chat',
  platform: 'shopee',
  store_name: 'S',
  title: id,
  country: null,
  order_no: null,
  preview,
  preview_kind: 'text',
  preview_ours: false,
  due: null,
  group,
  owner_name: null,
  mine: true,
  unread: 0,
  read_silent_since: null,
  sensitive: null,
  outbox_trouble: false,
  suspicious: false,
  last_at: '2026-11-20T00:00:00Z',
})
const page = (rows: ConversationRow[], next: string | null = null): ListPage => ({
  rows,
  groups: [{ group: 'today', count: rows.length }],
  next,
})

/** A host whose answer each test sets. */
function host(answer: (query: ListQuery) => ListPage | Promise<ListPage>) {
  return { list: async (query: ListQuery) => answer(query) }
}
const ids = (list: ListState) => list.rows.map((r) => r.id)

describe('the conversation list', () => {
  it('keeps its order under the pointer and takes the new one when the pointer leaves', async () => {
    let now = page([row('a'), row('b')])
    const list = new ListState(host(() => now))
    await list.refresh()
    list.pointer(true)
    now = page([row('b', 'hour', 'new words'), row('a')])
    await list.refresh()
    expect(ids(list), 'a row must not move away under a click').toEqual(['a', 'b'])
    expect(list.rows[1]?.preview, 'words may change where they stand').toBe('new words')
    expect(list.rows[1]?.group, 'a held row stays in the group it is drawn in').toBe('today')
    expect(list.waiting, 'the hint shows that there is more').not.toBeNull()
    list.pointer(false)
    expect(ids(list), 'nothing holds the order back any more').toEqual(['b', 'a'])
    expect(list.waiting, 'the hint goes with it').toBeNull()
  })

  it('rests for a moment after a key before it reorders', async () => {
    let time = 0
    let now = page([row('a'), row('b')])
    const list = new ListState(
      host(() => now),
      () => time,
    )
    await list.refresh()
    list.step(1)
    now = page([row('b'), row('a')])
    await list.refresh()
    expect(ids(list), 'the next key must land where the eye expects').toEqual(['a', 'b'])
    time = 5000
    list.rest()
    expect(ids(list), 'the hands are off the keys').toEqual(['b', 'a'])
  })

  it('takes the waiting order when it is asked for', async () => {
    let now = page([row('a'), row('b')])
    const list = new ListState(host(() => now))
    await list.refresh()
    list.pointer(true)
    now = page([row('c'), row('a'), row('b')])
    await list.refresh()
    list.settle()
    expect(ids(list), 'a click on the hint is consent').toEqual(['c', 'a', 'b'])
  })

  it('puts a head before each group and counts the whole view', async () => {
    const list = new ListState(
      host(() => ({
        rows: [row('a', 'overdue'), row('b', 'today'), row('c', 'today')],
        groups: [
          { group: 'overdue', count: 1 },
          { group: 'today', count: 40 },
        ],
        next: '3',
      })),
    )
    await list.refresh()
    const heads = list.items.filter((i) => 'head' in i)
    expect(heads, 'the count is of the view, not of the page').toEqual([
      { head: 'overdue', count: 1 },
      { head: 'today', count: 40 },
    ])
  })

  it('pages on without showing a row twice', async () => {
    const list = new ListState(
      host((q) => (q.cursor === null ? page([row('a'), row('b')], '2') : page([row('b'), row('c')]))),
    )
    await list.refresh()
    // The first page asks on by itself until it has as many rows as wanted; the rest comes on demand.
    await list.more()
    expect(new Set(ids(list)).size, 'keyset pages may overlap after a change').toBe(ids(list).length)
    expect(ids(list)).toContain('c')
  })

  it('drops an answer that a later question overtook', async () => {
    let release: (p: ListPage) => void = () => undefined
    const slow = new Promise<ListPage>((done) => (release = done))
    const list = new ListState(host((q) => (q.view === 'mine' ? slow : page([row('team')]))))
    const first = list.refresh()
    await list.show('team')
    release(page([row('stale')]))
    await first
    expect(ids(list), 'the view on screen is the team').toEqual(['team'])
  })

  it('keeps its rows when the host fails, and says so', async () => {
    let broken = false
    const list = new ListState(
      host(() => {
        if (broken) throw new HostError('internal', 'locked')
        return page([row('a')])
      }),
    )
    await list.refresh()
    broken = true
    await list.refresh()
    expect(ids(list), 'what was known is still worth showing').toEqual(['a'])
    expect(list.error?.code).toBe('internal')
  })

  it('names the neighbour that comes next when a row is done', async () => {
    const list = new ListState(host(() => page([row('a'), row('b')])))
    await list.refresh()
    expect(list.after('a'), 'downwards first').toBe('b')
    expect(list.after('b'), 'upwards at the end').toBe('a')
  })
})
