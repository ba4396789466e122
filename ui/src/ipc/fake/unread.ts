import type { AgainOutcome, QuarantineRow, UnreadableProgressEvent } from '../client'
import { HostError, type Host } from '../host'
import { HOUR, iso, MINUTE } from './model'

/** What a pretend shop could not read, newest first. */
export function unreadOf(now: number): QuarantineRow[] {
  type Rest = Omit<QuarantineRow, 'id' | 'at' | 'first_at' | 'tried_at' | 'barred'>
  const row = (id: string, ago: number, rest: Rest, barred: QuarantineRow['barred'] = null) => ({
    id,
    barred,
    tried_at: null as string | null,
    at: iso(now - ago),
    first_at: iso(now - ago - (rest.seen - 1) * 20 * MINUTE),
    ...rest,
  })
  return [
    row(
      'q4',
      12 * MINUTE,
      {
        store_name: 'Shopee SG',
        source: 'shopee.get_order_detail',
        cause: 'missing',
        why: 'an order without update_time',
        seen: 3,
        size: 412,
        head: '{"order_sn":"2411203BKQ7M2","order_status":"string","item_list":[{"item_id":"number"}]}',
      },
      'outline',
    ),
    row('q3', 50 * MINUTE, {
      store_name: '',
      source: 'shopee.push',
      cause: 'foreign_shop',
      why: 'a push for a shop that is not connected: 220099',
      seen: 1,
      size: 203,
      head: '{"shop_id":220099,"code":10,"data":{"type":"message"…',
    }),
    row('q2', 2 * HOUR, {
      store_name: '速卖通 · 彩电旗舰店',
      source: 'aliexpress.im',
      cause: 'not_json',
      why: 'not JSON: EOF while parsing a string at line 1 column 1834',
      seen: 1,
      size: 1834,
      head: '{"message_id":"19283","content":"Здравствуйте, где мо',
    }),
    row(
      'q1',
      26 * HOUR,
      {
        store_name: 'admin@彩电.com',
        source: 'mail.imap',
        cause: 'unknown',
        why: 'INBOX:7:1204: the parser gave up: no message',
        seen: 1,
        size: 0,
        head: '',
      },
      'nothing',
    ),
  ]
}

/** What the newest version can read that an older could not. */
const READABLE = 'q2'

/** The quarantine of a pretend shop: one of its payloads can be read by now. */
export class FakeUnread {
  readonly #listeners = new Set<(event: UnreadableProgressEvent) => void>()
  #rows: QuarantineRow[] | null = null
  #stop = () => {}
  /** Whoever tries all comes no further than so many; in a test, until they may. */
  allTo = Infinity
  /** What was saved; a test reads it. */
  readonly saved: (string | null)[] = []

  constructor(
    readonly now: () => number,
    readonly empty: boolean,
    readonly trouble: boolean,
    readonly changed: () => void,
  ) {}

  get rows(): QuarantineRow[] {
    return (this.#rows ??= this.empty ? [] : unreadOf(this.now()))
  }

  retry: Host['retryUnreadable'] = async (id) => {
    await this.#takesTime()
    const outcome = this.#tryOne(id)
    this.changed()
    return [outcome, this.rows.find((row) => row.id === id) ?? null]
  }
  retryAll: Host['retryAllUnreadable'] = async () => {
    let stopped = false
    const asked = new Promise<void>((done) => {
      this.#stop = () => {
        stopped = true
        done()
      }
    })
    const counts = { read: 0, unreadable: 0, barred: 0, waits: 0, gone: 0 }
    const rows = this.rows.toReversed()
    for (const [at, row] of rows.entries()) {
      await Promise.race([asked, at < this.allTo ? this.#takesTime() : new Promise(() => {})])
      if (stopped) break
      counts[this.#tryOne(row.id)] += 1
      this.#listeners.forEach((tell) => tell({ done: at + 1, total: rows.length }))
    }
    this.changed()
    const { read, unreadable, barred } = counts
    return { read, unreadable, barred, waiting: 0, failed: 0, stopped }
  }
  stop = async () => {
    this.#stop()
  }
  export: Host['exportUnreadable'] = async (id) => {
    if (this.trouble) throw new HostError('invalid', 'export: /mnt/usb: Permission denied')
    this.saved.push(id)
    const name =
      id === null ? '潮铃未能读取的内容 2026-11-20.ndjson' : `潮铃未能读取的内容 ${id} 2026-11-20.json`
    return { payloads: id === null ? this.rows.length : 1, file: `/home/amin/下载/${name}` }
  }
  listen = (listener: (event: UnreadableProgressEvent) => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #takesTime = () => new Promise((done) => setTimeout(done, 40))

  #tryOne(id: string): AgainOutcome {
    const row = this.rows.find((other) => other.id === id)
    if (!row) return 'gone'
    if (row.barred !== null) return 'barred'
    if (id === READABLE) {
      this.#rows = this.rows.filter((other) => other !== row)
      return 'read'
    }
    row.tried_at = iso(this.now())
    return 'unreadable'
  }
}
