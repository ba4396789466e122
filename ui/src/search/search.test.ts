import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SearchHit, SearchPage, SearchQuery } from '../ipc/client'
import { pieces, SearchState } from './search.svelte'

const hit = (id: string) => ({ conversation_id: id }) as SearchHit
const NOW = Date.parse('2026-11-20T10:00:00Z')

describe('the search', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('asks once when the typing pauses', async () => {
    const search = vi.fn(async (): Promise<SearchPage> => ({
      hits: [hit('a')],
      next: null,
      rebuilding: null,
    }))
    const state = new SearchState({ search }, () => NOW)
    state.type('p')
    state.type('pe')
    await vi.advanceTimersByTimeAsync(200)
    expect(search, 'one question for two letters').toHaveBeenCalledTimes(1)
    expect(state.answered).toBe('pe')
  })

  it('forgets an answer that was overtaken', async () => {
    const waiting: ((page: SearchPage) => void)[] = []
    const state = new SearchState(
      { search: () => new Promise<SearchPage>((done) => waiting.push(done)) },
      () => NOW,
    )
    state.text = 'a'
    const first = state.ask()
    state.text = 'ab'
    const second = state.ask()
    waiting[1]?.({ hits: [hit('new')], next: null, rebuilding: null })
    await second
    waiting[0]?.({ hits: [hit('old')], next: null, rebuilding: null })
    await first
    expect(state.hits, 'the later words win').toEqual([hit('new')])
  })

  it('hands its filters on as instants and codes', async () => {
    const seen: SearchQuery[] = []
    const state = new SearchState(
      {
        search: async (query) => {
          seen.push(query)
          return { hits: [], next: null, rebuilding: 40 }
        },
      },
      () => NOW,
    )
    state.text = ' 退款 '
    state.filter({ direction: 'in', age: 'week', storeId: 's1' })
    await vi.advanceTimersByTimeAsync(0)
    expect(seen[0]).toMatchObject({
      text: '退款',
      direction: 'in',
      store_id: 's1',
      from: '2026-11-13T10:00:00.000Z',
    })
    expect(state.rebuilding, 'the panel says that hits may be missing').toBe(40)
  })

  it('forgets its words when it is left, and keeps them while a hit is looked at', async () => {
    const asked: string[] = []
    const state = new SearchState(
      {
        search: async (query) => {
          asked.push(query.text)
          return { hits: [hit('a')], next: null, rebuilding: null }
        },
      },
      () => NOW,
    )
    state.show()
    state.type('pedido')
    await vi.advanceTimersByTimeAsync(200)
    state.close()
    state.show()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.text, 'a look at a hit is not the end').toBe('pedido')
    expect(asked, 'what it found may have changed meanwhile').toEqual(['pedido', 'pedido'])
    state.leave()
    await vi.advanceTimersByTimeAsync(200)
    expect([state.open, state.text, state.hits.length], 'nothing of it stays').toEqual([false, '', 0])
    state.show()
    expect(asked, 'no words, no question').toHaveLength(2)
  })

  it('stays inside its hits and pages on near the end', async () => {
    const search = vi.fn(async (query: SearchQuery): Promise<SearchPage> =>
      query.cursor
        ? { hits: [hit('c')], next: null, rebuilding: null }
        : { hits: [hit('a'), hit('b')], next: '2', rebuilding: null },
    )
    const state = new SearchState({ search }, () => NOW)
    state.text = 'x'
    await state.ask()
    state.step(-1)
    expect(state.active, 'not above the first').toBe(0)
    state.step(1)
    await vi.advanceTimersByTimeAsync(0)
    expect(state.hits.length, 'the next page is fetched before it is needed').toBe(3)
  })
})

describe('marks', () => {
  it('cut a snippet into plain and marked pieces', () => {
    expect(pieces('su pedido fue', [{ from: 3, to: 9 }])).toEqual([
      { text: 'su ', marked: false },
      { text: 'pedido', marked: true },
      { text: ' fue', marked: false },
    ])
  })

  it('do no harm when they overlap or run over the end', () => {
    const cut = pieces('abcdef', [
      { from: 4, to: 99 },
      { from: 1, to: 3 },
      { from: 2, to: 4 },
    ])
    expect(cut.map((p) => p.text).join(''), 'no letter is lost or doubled').toBe('abcdef')
  })
})
