import type { OutboxDto, TimelineItem } from '../ipc/client'
import { dayNumber, ms } from '../shared/format'
import { itemAt, itemId } from './talk.svelte'

/** What the timeline draws, in order: days, messages, assignments, replies on their way, the warning at the end. */
export type Entry =
  | { key: string; is: 'older' }
  | { key: string; is: 'day'; at: number }
  | { key: string; is: 'item'; item: TimelineItem }
  | { key: string; is: 'outbox'; reply: OutboxDto }
  | { key: string; is: 'sync-off' }

export function entriesOf(
  items: TimelineItem[],
  outbox: OutboxDto[],
  more: boolean,
  syncOff: boolean,
): Entry[] {
  const entries: Entry[] = more ? [{ key: 'older', is: 'older' }] : []
  let day: number | null = null
  for (const item of items) {
    const at = ms(itemAt(item))
    if (dayNumber(at) !== day) {
      day = dayNumber(at)
      entries.push({ key: `day-${day}`, is: 'day', at })
    }
    entries.push({ key: `${item.item}-${itemId(item)}`, is: 'item', item })
  }
  for (const reply of outbox) entries.push({ key: `outbox-${reply.client_id}`, is: 'outbox', reply })
  if (syncOff) entries.push({ key: 'sync-off', is: 'sync-off' })
  return entries
}
