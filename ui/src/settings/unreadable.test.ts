import { describe, expect, it, vi } from 'vitest'
import type { AgainOutcome, AgainReportDto, QuarantineRow, UnreadableProgressEvent } from '../ipc/client'
import { unreadOf } from '../ipc/fake/unread'
import { HostError } from '../ipc/host'
import { ALL, Unreadable, type UnreadableHost } from './unreadable.svelte'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const REPORT: AgainReportDto = { read: 1, unreadable: 2, barred: 0, waiting: 0, failed: 0, stopped: false }

async function list(over: Partial<UnreadableHost> = {}) {
  let tell: (event: UnreadableProgressEvent) => void = () => undefined
  const host = {
    quarantine: vi.fn(async (cursor: string | null): Promise<[QuarantineRow[], string | null]> => {
      const rows = unreadOf(NOW)
      return cursor === null ? [rows.slice(0, 3), 'q2'] : [rows.slice(3), null]
    }),
    retryUnreadable: vi.fn(async (): Promise<[AgainOutcome, QuarantineRow | null]> => [
      'read' as const,
      null,
    ]),
    retryAllUnreadable: vi.fn(async () => REPORT),
    stopUnreadable: vi.fn(async () => null),
    exportUnreadable: vi.fn<UnreadableHost['exportUnreadable']>(async () => null),
    showExport: vi.fn(async () => null),
    onUnreadableProgress: (listener: (event: UnreadableProgressEvent) => void) => {
      tell = listener
      return () => undefined
    },
  }
  const made = new Unreadable({ ...host, ...over })
  made.watch()
  await made.load()
  return { host, made, tell: (done: number) => tell({ done, total: 4 }) }
}
const ids = (made: Unreadable) => made.rows.value?.map((row) => row.id)

describe('the list of what could not be read', () => {
  it('goes on where a page ends', async () => {
    const { made } = await list()
    expect([ids(made), made.next]).toEqual([['q4', 'q3', 'q2'], 'q2'])
    await made.load(made.next)
    expect([ids(made), made.next]).toEqual([['q4', 'q3', 'q2', 'q1'], null])
  })

  it('lets go of what can be read, and says so', async () => {
    const { made } = await list()
    await made.again(made.rows.value![1]!)
    expect(ids(made)).toEqual(['q4', 'q2'])
    expect(made.told).toEqual({ what: 'one', outcome: 'read', source: 'shopee.push' })
    expect(made.trying).toBeNull()
  })

  it('shows what this version says of what it cannot read either', async () => {
    const now = { ...unreadOf(NOW)[1]!, cause: 'missing' as const, tried_at: '2026-11-20T10:32:00Z' }
    const { made } = await list({ retryUnreadable: async () => ['unreadable', now] })
    await made.again(made.rows.value![1]!)
    expect(made.rows.value![1]).toEqual(now)
  })

  it('keeps a row that could not even be tried, with the error', async () => {
    const refuse = async () => Promise.reject(new HostError('disk_full', 'full'))
    const { made } = await list({ retryUnreadable: refuse })
    expect(await made.again(made.rows.value![0]!)).toBe(false)
    expect([ids(made), made.told, made.task.error?.code]).toEqual([['q4', 'q3', 'q2'], null, 'disk_full'])
  })

  it('hears how far a round is while it runs, and looks anew when it is over', async () => {
    let end: (report: AgainReportDto) => void = () => undefined
    const { host, made, tell } = await list({ retryAllUnreadable: () => new Promise((done) => (end = done)) })
    tell(9)
    expect(made.progress, 'nobody has begun one').toBeNull()
    const running = made.againAll()
    tell(2)
    expect([made.trying, made.progress?.done]).toEqual([ALL, 2])
    made.stop()
    expect(host.stopUnreadable).toHaveBeenCalledOnce()
    end(REPORT)
    await running
    expect([made.trying, made.told]).toEqual([null, { what: 'all', report: REPORT }])
    expect(host.quarantine, 'the list is another now').toHaveBeenCalledTimes(2)
  })

  it('saves one or all, and says nothing when nobody chose a place', async () => {
    const { host, made } = await list()
    made.asking = 'q3'
    await made.save('q3')
    expect([made.asking, made.told]).toEqual([null, null])
    host.exportUnreadable.mockResolvedValueOnce({ payloads: 4, file: '/x.ndjson' })
    await made.save(ALL)
    expect(host.exportUnreadable.mock.calls).toEqual([['q3'], [null]])
    expect(made.told).toEqual({ what: 'saved', saved: { payloads: 4, file: '/x.ndjson' } })
  })
})
