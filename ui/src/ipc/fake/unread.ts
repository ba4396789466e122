import type { QuarantineRow } from '../client'
import { HOUR, iso, MINUTE } from './model'

/** What a pretend shop could not read, newest first. */
export function unreadOf(now: number): QuarantineRow[] {
  const row = (id: string, ago: number, rest: Omit<QuarantineRow, 'id' | 'at' | 'first_at'>) => ({
    id,
    at: iso(now - ago),
    first_at: iso(now - ago - (rest.seen - 1) * 20 * MINUTE),
    ...rest,
  })
  return [
    row('q4', 12 * MINUTE, {
      store_name: 'Shopee SG',
      source: 'shopee.get_order_detail',
      cause: 'missing',
      why: 'an order without update_time',
      seen: 3,
      size: 412,
      head: '{"order_sn":"2411203BKQ7M2","order_status":"string","item_list":[{"item_id":"number"}]}',
    }),
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
    row('q1', 26 * HOUR, {
      store_name: 'admin@彩电.com',
      source: 'mail.imap',
      cause: 'unknown',
      why: 'INBOX:7:1204: the parser gave up: no message',
      seen: 1,
      size: 0,
      head: '',
    }),
  ]
}
