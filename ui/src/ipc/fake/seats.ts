import type { SeatRow, StoreRow } from '../client'
import { HOUR, iso, MINUTE } from './model'

const seat = (
  id: string,
  name: string,
  presence: SeatRow['presence'],
  today: number,
  owing: number,
): SeatRow => ({
  id,
  name,
  is_main: !name.includes(':'),
  me: id === 'amin',
  presence,
  participates: name.includes(':'),
  weight: 1,
  today,
  owing,
})

export const ME = 'amin'

export const seats = (): SeatRow[] => [
  seat('main', '彩电卖家', 'online', 0, 2),
  seat('xiaoli', '彩电卖家:小李', 'online', 14, 5),
  seat('amin', '彩电卖家:阿敏', 'online', 13, 12),
  seat('laozhou', '彩电卖家:老周', 'suspended', 9, 3),
  seat('night', '彩电卖家:夜班', 'offline', 0, 0),
]

const nightly = (now: number) => ({
  folder: 'INBOX',
  at: iso(now - 15 * HOUR),
  on_server: 214,
  missing: 0,
  fetched: 0,
  gone: 0,
})

export const stores = (now: number): StoreRow[] => [
  {
    id: 's1',
    name: '速卖通 · 彩电旗舰店',
    platform: 'aliexpress',
    label: null,
    light: 'fresh',
    heard_again_at: null,
    last_success_at: iso(now - 20_000),
    last_error: null,
    paused: null,
    token_days: null,
    multi_device_sync: false,
    off: [],
    demo: true,
    mailbox: null,
  },
  {
    id: 's2',
    name: 'Shopee SG',
    platform: 'shopee',
    label: null,
    light: 'care',
    heard_again_at: null,
    last_success_at: iso(now - 45_000),
    last_error: null,
    paused: null,
    token_days: 2,
    multi_device_sync: true,
    off: [['disputes', 'ERR_PERMISSION']],
    demo: true,
    mailbox: null,
  },
  {
    id: 's3',
    name: 'admin@彩电.com',
    platform: 'mail',
    label: null,
    light: 'fresh',
    heard_again_at: null,
    last_success_at: iso(now - 3 * MINUTE),
    last_error: null,
    paused: null,
    token_days: null,
    multi_device_sync: true,
    off: [],
    demo: true,
    mailbox: { backlog: null, checks: [nightly(now)], import: null, missing: [] },
  },
]

/** A store that has gone silent, for the error scenes. */
export const silentStore = (now: number): StoreRow => ({
  id: 's4',
  name: 'Shopee MY',
  platform: 'shopee',
  label: null,
  light: 'stale',
  heard_again_at: null,
  last_success_at: iso(now - 5 * HOUR),
  last_error: 'ERR_TOKEN_EXPIRED',
  paused: { until: iso(now + 11 * MINUTE), why: 'ERR_TOKEN_EXPIRED', open: true, named: false },
  token_days: 0,
  multi_device_sync: true,
  off: [],
  demo: false,
  mailbox: null,
})

/** A store that was connected just now. */
export const freshStore = (
  id: string,
  name: string,
  platform: StoreRow['platform'],
  label: string | null = null,
): StoreRow => ({
  id,
  name,
  platform,
  label,
  light: 'waiting',
  last_success_at: null,
  last_error: null,
  paused: null,
  heard_again_at: null,
  token_days: null,
  multi_device_sync: true,
  off: [],
  demo: false,
  mailbox: platform === 'mail' ? { backlog: null, checks: [], import: null, missing: [] } : null,
})
