import type { HostError } from '../ipc/host'
import { m } from '../paraglide/messages.js'

/** What a code of the host means for the person at the screen. */
const ERROR: Readonly<Record<HostError['code'], () => string>> = {
  not_found: m.error_not_found,
  invalid: m.error_invalid,
  stale: m.error_stale,
  cannot_send: m.error_cannot_send,
  disk_full: m.error_disk_full,
  key_store: m.error_key_store,
  internal: m.error_internal,
}

/** Details that say something of their own: what to type, what to do. */
const DETAIL: Readonly<Record<string, () => string>> = {
  empty_main: m.detail_empty_main,
  empty_suffix: m.detail_empty_suffix,
  full_width_colon: m.detail_full_width_colon,
  second_colon: m.detail_second_colon,
  main_too_long: m.detail_main_too_long,
  ERR_AUTH_MISMATCH: m.store_error_auth_mismatch,
  ERR_TOKEN_EXPIRED: m.store_error_token_expired,
  ERR_PERMISSION: m.store_error_permission,
  ERR_CLOCK_SKEW: m.store_error_clock_skew,
  ERR_SHOP_FROZEN: m.store_error_shop_frozen,
  auth: m.store_error_auth_mismatch,
  token_expired: m.store_error_token_expired,
  permission: m.store_error_permission,
  clock_skew: m.store_error_clock_skew,
  throttled: m.store_error_throttled,
  network: m.store_error_network,
  timeout: m.store_error_network,
}

const detailOf = (detail: string) =>
  DETAIL[detail]?.() ??
  DETAIL[detail.split(':').at(-1)?.trim() ?? '']?.() ??
  DETAIL[detail.split(':')[0] ?? '']?.()

/** The sentence for an error; the detail's own sentence when it has one. */
export function errorWords(error: HostError): string {
  return detailOf(error.detail) ?? ERROR[error.code]()
}

/** Whether the technical words still add something to the sentence. */
export const errorDetail = (error: HostError) =>
  detailOf(error.detail) === undefined && error.code === 'internal' ? error.detail : ''

/** The last error of a store in words, with its code when there are none. */
export const storeErrorWords = (code: string) => detailOf(code) ?? m.store_error_other({ code })
