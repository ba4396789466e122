import type { HostError } from '../ipc/host'
import { m } from '../paraglide/messages.js'
import { gateWords, GATE } from './codes'
import { DETAIL } from './details'

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

/** What a platform's or the host's own word means, if that is known. */
export const detailOf = (detail: string) => meaning(detail)?.()
const meaning = (detail: string) =>
  DETAIL[detail] ?? DETAIL[detail.split(':').at(-1)?.trim() ?? ''] ?? DETAIL[detail.split(':')[0] ?? '']

/** The sentence for an error; the detail's own sentence when it has one. */
export function errorWords(error: HostError): string {
  if (error.code === 'cannot_send' && GATE[error.detail]) return gateWords(error.detail)
  return detailOf(error.detail) ?? ERROR[error.code]()
}

/** Of these the sentence cannot say all. */
const TECHNICAL: readonly HostError['code'][] = ['internal', 'key_store']
/** Whether the technical words still add something to the sentence. */
export const errorDetail = (error: HostError) =>
  detailOf(error.detail) === undefined && TECHNICAL.includes(error.code) ? error.detail : ''

const OVER: readonly unknown[] = [m.store_error_token_expired, m.store_error_mail_sign_in, m.local_token_over]
/** Whether an error of a store means that its authorisation is over. */
export const authorisationOver = (code: string | null) => code !== null && OVER.includes(meaning(code))

/** The last error of a store in words, with its code when there are none. */
export const storeErrorWords = (code: string) => detailOf(code) ?? m.store_error_other({ code })
