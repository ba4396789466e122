import { describe, expect, it } from 'vitest'
import type { ConversationDto, MessageDto, TimelineItem, TimelinePage } from '../ipc/client'
import { entriesOf } from './entries'
import { hasRemoteImages, hostOf, isLocal, mailPage } from './mail'
import { itemId, TalkState } from './talk.svelte'

const item = (n: number, at = `2026-11-20T0${n % 10}:00:00Z`): TimelineItem => ({
  item: 'message',
  message: { id: `m${n}`, author: 'buyer', at, body: { type: 'text', text: String(n) } } as MessageDto,
})
const page = (from: number, to: number, before: string | null): TimelinePage => ({
  items: Array.from({ length: to - from }, (_, i) => item(from + i)),
  outbox: [],
  before,
  seen: `m${to - 1}`,
})

function host(pages: Record<string, TimelinePage>) {
  return {
    conversation: async (id: string) => ({ id }) as ConversationDto,
    timeline: async (_id: string, before: string | null) => pages[before ?? 'newest']!,
    opened: async () => null,
  }
}
const ids = (talk: TalkState) => talk.items.map(itemId)

describe('an open conversation', () => {
  it('pages upwards and keeps what it has', async () => {
    const talk = new TalkState(host({ newest: page(4, 6, '4'), '4': page(2, 4, '2'), '2': page(0, 2, null) }))
    await talk.open('c1')
    await talk.up()
    expect([ids(talk), talk.prepending], 'older ones go on top, position kept from the end').toEqual([
      ['m2', 'm3', 'm4', 'm5'],
      true,
    ])
  })

  it('keeps the pages above when the newest page comes again', async () => {
    const pages: Record<string, TimelinePage> = { newest: page(4, 6, '4'), '4': page(2, 4, '2') }
    const talk = new TalkState(host(pages))
    await talk.open('c1')
    await talk.up()
    pages['newest'] = page(4, 7, '4')
    await talk.refresh()
    expect(ids(talk), 'a new message must not throw away what was read above').toEqual([
      'm2',
      'm3',
      'm4',
      'm5',
      'm6',
    ])
    expect([talk.before, talk.seen]).toEqual(['2', 'm6'])
  })

  it('finds a message far above by paging to it', async () => {
    const talk = new TalkState(host({ newest: page(4, 6, '4'), '4': page(2, 4, '2'), '2': page(0, 2, null) }))
    await talk.open('c1')
    expect(await talk.reach('m1'), 'a search hit may be old').toBe(1)
    expect(await talk.reach('nowhere'), 'and may be erased').toBe(-1)
  })
})

describe('the timeline', () => {
  it('marks each day of UTC+8 once', () => {
    const items = [
      item(1, '2026-11-19T15:00:00Z'),
      item(2, '2026-11-19T15:59:00Z'),
      item(3, '2026-11-19T16:00:00Z'),
    ]
    const kinds = entriesOf(items, [], false, false).map((e) => e.is)
    expect(kinds, '16:00 UTC is midnight in Beijing').toEqual(['day', 'item', 'item', 'day', 'item'])
  })

  it('has a key of its own for every entry', () => {
    const keys = entriesOf([item(1), item(2)], [], true, true).map((e) => e.key)
    expect(new Set(keys).size, 'the list recycles rows by key').toBe(keys.length)
  })
})

describe('a mail', () => {
  it('may load nothing unless it was asked to', () => {
    expect(mailPage('<p>x</p>', false)).toContain("default-src 'none'; img-src data:;")
    expect(mailPage('<p>x</p>', true)).toContain('img-src data: https:')
  })

  it('is known to want pictures from elsewhere', () => {
    expect(hasRemoteImages('<img alt=x src="https://a.example/p.gif">')).toBe(true)
    expect(hasRemoteImages('<img src="data:image/png;base64,AA">')).toBe(false)
  })

  it('shows the host that a link really leads to', () => {
    expect(hostOf('https://aliexpress.com@evil.example/login'), 'not the name before the @').toBe(
      'evil.example',
    )
    expect(hostOf('javascript:alert(1)'), 'no host at all').toBe('javascript')
    expect(hostOf('nonsense')).toBe('')
  })

  it('takes only pictures of this computer as local', () => {
    expect([isLocal('http://127.0.0.1:9000/p.jpg'), isLocal('data:image/png;base64,AA')]).toEqual([
      true,
      true,
    ])
    expect(
      [isLocal('http://127.0.0.1.evil.example/p.jpg'), isLocal('https://a.example/')],
      'look-alikes are remote',
    ).toEqual([false, false])
  })
})
