import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LogEntryDto, LogFilterDto, LogPageDto } from '../ipc/client'
import { HostError } from '../ipc/host'
import { LogState, type LogHost } from './log.svelte'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const entry = (number: number): LogEntryDto => ({
  number: String(number),
  at: '2026-11-20T10:00:00Z',
  kind: 'received',
  conversation_id: 'c1',
  there: true,
  title: 'María G.',
  store_name: 'Shopee SG',
  facts: {},
  detail: '{}',
  before: '00',
  hash: 'ff',
})
const page = (numbers: number[], next: string | null, total: number | null = null): LogPageDto => ({
  entries: numbers.map(entry),
  next,
  looked_to: next === null ? null : '2026-11-01T00:00:00Z',
  total,
})

function state(...pages: LogPageDto[]) {
  const logPage = vi.fn<(filter: LogFilterDto, cursor: string | null) => Promise<LogPageDto>>()
  pages.forEach((one) => logPage.mockResolvedValueOnce(one))
  logPage.mockResolvedValue(page([], null))
  let tell: () => void = () => undefined
  const host: LogHost = {
    logPage,
    logRobots: async () => [],
    onChanged: (listener) => {
      tell = () => listener({ conversations: [], rail: true, all: false })
      return () => (tell = () => undefined)
    },
    onNotice: () => () => undefined,
  }
  return { logPage, log: new LogState(host, () => NOW), tell: () => tell() }
}
const numbers = (log: LogState) => log.entries.map((one) => one.number)

describe('asking the log', () => {
  it('goes on by itself while pages hold little, and says how far it looked', async () => {
    const { log, logPage } = state(page([9], '8', 300), page([], '4'), page([3], null))
    await log.start(null)
    expect(numbers(log), 'what was found on the way').toEqual(['9', '3'])
    expect(
      logPage.mock.calls.map(([, cursor]) => cursor),
      'each page where the last one stopped',
    ).toEqual([null, '8', '4'])
    expect([log.more, log.lookedTo, log.total], 'all of it was looked through').toEqual([false, null, 300])
  })

  it('stops at a screen full and goes on when asked', async () => {
    const full = Array.from({ length: 60 }, (_, i) => 100 - i)
    const { log, logPage } = state(page(full, '41', 100), page([40, 39], null))
    await log.start(null)
    expect([log.entries.length, log.more, logPage.mock.calls.length]).toEqual([60, true, 1])
    await log.older()
    expect([log.entries.length, log.more, log.total], 'the next page is added').toEqual([62, false, 100])
    await log.older()
    expect(logPage, 'nothing is asked for at the beginning of the log').toHaveBeenCalledTimes(2)
  })

  it('forgets an answer that was overtaken by a later question', async () => {
    const { log, logPage } = state()
    let answer: (page: LogPageDto) => void = () => undefined
    logPage.mockReset()
    logPage.mockImplementationOnce(() => new Promise((done) => (answer = done)))
    logPage.mockResolvedValueOnce(page([5], null))
    const first = log.ask()
    await log.narrow({ group: 'replies' })
    answer(page([9], null))
    await first
    expect(numbers(log), 'the filter of now').toEqual(['5'])
  })

  it('stops looking when told to, and keeps what was found', async () => {
    const { log, logPage } = state(page([9], '8'))
    logPage.mockImplementationOnce(async () => {
      log.stop()
      return page([3], null)
    })
    await log.start(null)
    expect([numbers(log), log.loading, log.more]).toEqual([['9'], false, true])
  })

  it('keeps an error until the next question', async () => {
    const { log, logPage } = state()
    logPage.mockReset()
    logPage.mockRejectedValueOnce(new HostError('internal', 'locked'))
    logPage.mockResolvedValue(page([1], null))
    await log.start(null)
    expect(log.error?.detail).toBe('locked')
    await log.ask()
    expect([log.error, numbers(log)]).toEqual([null, ['1']])
  })
})

describe('what is asked for', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }))
  afterEach(() => void vi.useRealTimers())

  it('everything is asked for without a filter', () => {
    const { log } = state()
    expect(log.filter()).toEqual({
      group: null,
      store_id: null,
      conversation_id: null,
      robot_id: null,
      from: null,
      to: null,
      words: '',
    })
    expect(log.narrowed).toBe(false)
  })

  it('a day is one in Beijing, and both ends are in it', async () => {
    const { log } = state()
    await log.narrow({ age: 'dates', from: '2026-11-01', to: '2026-11-07' })
    const span = () => [log.filter().from, log.filter().to]
    expect(span()).toEqual(['2026-10-31T16:00:00.000Z', '2026-11-07T16:00:00.000Z'])
    await log.narrow({ from: '2026-11-07', to: '2026-11-01' })
    expect(span(), 'mixed up, they mean the same').toEqual([
      '2026-10-31T16:00:00.000Z',
      '2026-11-07T16:00:00.000Z',
    ])
    await log.narrow({ from: '', to: '2026-11-07' })
    expect(span(), 'one end is open').toEqual([null, '2026-11-07T16:00:00.000Z'])
    await log.narrow({ from: '2026-11-01', to: '' })
    expect(span(), 'or the other').toEqual(['2026-10-31T16:00:00.000Z', null])
    await log.narrow({ age: 'today' })
    expect(span(), 'since midnight').toEqual(['2026-11-19T16:00:00.000Z', null])
  })

  it('a robot narrows it down, also for an export, until everything is asked for again', async () => {
    const { log } = state()
    await log.narrow({ robotId: 'r2' })
    expect([log.filter().robot_id, log.narrowed]).toEqual(['r2', true])
    await log.clear()
    expect([log.filter().robot_id, log.narrowed]).toEqual([null, false])
  })

  it('words are looked for when the hands rest', async () => {
    const { log, logPage } = state()
    log.type('9300')
    log.type(' 93000 ')
    await vi.advanceTimersByTimeAsync(200)
    expect(logPage).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(100)
    expect(logPage.mock.calls.map(([filter]) => filter.words)).toEqual(['93000'])
  })

  it('the place that it was opened for can be left again', async () => {
    const { log } = state()
    await log.start({ id: 'c7', title: 'María G.' })
    expect([log.filter().conversation_id, log.narrowed]).toEqual(['c7', true])
    await log.narrow({ only: null })
    expect([log.filter().conversation_id, log.narrowed]).toEqual([null, false])
  })

  it('one entry is shown by its number, whatever was asked for before', async () => {
    const { log, logPage } = state(page([57, 56], null))
    await log.narrow({ group: 'team' })
    logPage.mockClear()
    logPage.mockResolvedValueOnce(page([57, 56], null))
    await log.reveal('57')
    expect(logPage.mock.calls[0], 'from the one after it').toEqual([
      expect.objectContaining({ group: null }),
      '58',
    ])
    expect(log.open).toBe('57')
    logPage.mockResolvedValueOnce(page([56], null))
    await log.reveal('57')
    expect(log.open, 'it may be the one that is missing').toBeNull()
  })

  it('the keys stay within the entries', async () => {
    const { log } = state(page([3, 2, 1], null))
    await log.start(null)
    log.step(-1)
    expect(log.active).toBe(0)
    log.step(1e9)
    expect(log.active).toBe(2)
  })
})

describe('what comes while the log is open', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }))
  afterEach(() => void vi.useRealTimers())

  async function open(...pages: LogPageDto[]) {
    const all = state(page([3, 2, 1], null, 3), ...pages)
    await all.log.start(null)
    const stop = all.log.news.watch()
    const hear = async (times = 1) => {
      for (let n = 0; n < times; n += 1) all.tell()
      await vi.advanceTimersByTimeAsync(500)
    }
    return { ...all, hear, stop }
  }

  it('comes in on top of whoever reads the first lines, asked for once a burst', async () => {
    const { log, logPage, hear } = await open(page([5, 4, 3, 2, 1], null))
    await hear(20)
    expect([numbers(log), log.total]).toEqual([['5', '4', '3', '2', '1'], 5])
    expect(logPage, 'twenty changes are one question').toHaveBeenCalledTimes(2)
    expect(log.news.held, 'nothing is held back').toEqual([])
  })

  it('is held back from whoever reads further down, and comes when they want it', async () => {
    const { log, logPage, hear } = await open(page([4, 3], '3'), page([6, 5, 4, 3], '3'))
    log.atTop = false
    log.step(1)
    await hear()
    await hear()
    expect([numbers(log), log.active], 'nothing moves').toEqual([['3', '2', '1'], 1])
    expect(
      log.news.held.map((one) => one.number),
      'each once, newest first',
    ).toEqual(['6', '5', '4'])
    await log.news.show()
    expect([numbers(log), log.news.held.length]).toEqual([['6', '5', '4', '3', '2', '1'], 0])
    expect(log.entries[log.active]?.number, 'the hands stay where they were').toBe('2')
    expect(logPage.mock.calls.at(-1)?.[1], 'nothing more was asked').toBeNull()
  })

  it('does not push away an entry that is open', async () => {
    const { log, hear } = await open(page([4, 3], '3'))
    log.toggle('3')
    await hear()
    expect([numbers(log)[0], log.news.held.length]).toEqual(['3', 1])
  })

  it('too much of it begins again at the top', async () => {
    const many = (from: number) =>
      page(
        Array.from({ length: 100 }, (_, i) => from - i),
        String(from - 99),
      )
    const { log, logPage, hear } = await open(
      many(1000),
      many(900),
      many(800),
      many(700),
      many(600),
      page([1000, 999], null, 1000),
    )
    log.atTop = false
    await hear()
    expect([log.news.many, numbers(log)[0]], 'it is said').toEqual([true, '3'])
    await log.news.show()
    expect([log.news.many, numbers(log)], 'and asked anew').toEqual([false, ['1000', '999']])
    expect(logPage).toHaveBeenCalledTimes(7)
  })

  it('is dropped when something else was asked meanwhile, and looked for again', async () => {
    const { log, logPage, hear } = await open()
    let answer: (page: LogPageDto) => void = () => undefined
    logPage.mockImplementationOnce(() => new Promise((done) => (answer = done)))
    logPage.mockResolvedValueOnce(page([9], null, 1))
    await hear()
    await log.narrow({ group: 'replies' })
    logPage.mockResolvedValueOnce(page([10, 9], null))
    answer(page([4, 3], null))
    await vi.advanceTimersByTimeAsync(500)
    expect(numbers(log), 'what fits the filter of now').toEqual(['10', '9'])
  })

  it('disturbs nobody who looked one entry up, and no closed log', async () => {
    const { log, logPage, hear, stop } = await open(page([2, 1], null))
    await log.reveal('2')
    logPage.mockClear()
    await hear()
    expect(logPage, 'the list does not begin at its newest').not.toHaveBeenCalled()
    await log.ask()
    stop()
    logPage.mockClear()
    await hear()
    expect(logPage).not.toHaveBeenCalled()
  })

  it('a question that fails leaves the list as it is', async () => {
    const { log, logPage, hear } = await open()
    logPage.mockRejectedValueOnce(new HostError('internal', 'locked'))
    await hear()
    expect([numbers(log), log.error]).toEqual([['3', '2', '1'], null])
    logPage.mockResolvedValueOnce(page([4, 3], null))
    await hear()
    expect(numbers(log)[0], 'the next change asks again').toBe('4')
  })
})
