import { describe, expect, it, vi } from 'vitest'
import type { LogExportDto, LogFilterDto, LogProgressEvent, LogVerdictDto } from '../ipc/client'
import { HostError } from '../ipc/host'
import { LogWork, type WorkHost } from './work.svelte'

const ALL: LogFilterDto = {
  group: null,
  store_id: null,
  conversation_id: null,
  robot_id: null,
  from: null,
  to: null,
  words: '',
}

function work(over: Partial<WorkHost> = {}) {
  let tell: (event: LogProgressEvent) => void = () => undefined
  const host = {
    checkLog: vi.fn<() => Promise<LogVerdictDto | null>>(async () => ({ sound: 9, broken: null })),
    exportLog: vi.fn<() => Promise<LogExportDto | null>>(async () => null),
    stopLogWork: vi.fn(async () => null),
    showExport: vi.fn(async () => null),
    onLogProgress: (listener: (event: LogProgressEvent) => void) => {
      tell = listener
      return () => undefined
    },
  }
  const made = new LogWork({ ...host, ...over })
  made.watch()
  return { host, work: made, tell: (done: number) => tell({ done, total: 9 }) }
}

describe('a check', () => {
  it('shows how far it is while it runs, and then what it found', async () => {
    let end: (verdict: LogVerdictDto) => void = () => undefined
    const { work: made, tell } = work({ checkLog: () => new Promise((done) => (end = done)) })
    const running = made.check()
    tell(4)
    expect([made.kind, made.progress?.done]).toEqual(['check', 4])
    end({ sound: 3, broken: '4' })
    await running
    expect([made.kind, made.verdict]).toEqual([null, { sound: 3, broken: '4' }])
    tell(7)
    expect(made.progress?.done, 'what comes late belongs to nothing').toBe(4)
  })

  it('that is stopped says so and leaves no verdict', async () => {
    const { work: made } = work({ checkLog: async () => null })
    await made.check()
    expect([made.stopped, made.verdict]).toEqual([true, null])
  })

  it('that fails keeps its error until it is told again', async () => {
    const { work: made } = work({ checkLog: async () => Promise.reject(new HostError('internal', 'x')) })
    await made.check()
    expect([made.task.error?.detail, made.kind]).toEqual(['x', null])
    made.forget()
    expect(made.task.error).toBeNull()
  })
})

describe('an export', () => {
  it('nobody chose a place for is no news', async () => {
    const { work: made } = work()
    await made.export(ALL, 'csv')
    expect([made.exported, made.stopped, made.task.error]).toEqual([null, false, null])
  })

  it('that was stopped is told', async () => {
    const { work: made, host } = work()
    host.exportLog.mockImplementationOnce(async () => {
      made.stop()
      return null
    })
    await made.export(ALL, 'csv')
    expect([host.stopLogWork.mock.calls.length, made.stopped]).toEqual([1, true])
  })

  it('says where it lies, and one thing runs at a time', async () => {
    const done = { entries: 9, file: '/x/log.csv', guide: '/x/log.check.txt' }
    const { work: made, host } = work()
    host.exportLog.mockResolvedValue(done)
    const first = made.export(ALL, 'ndjson')
    await made.check()
    await first
    expect(host.exportLog).toHaveBeenCalledWith(ALL, 'ndjson')
    expect([host.checkLog.mock.calls.length, made.exported]).toEqual([0, done])
  })
})
