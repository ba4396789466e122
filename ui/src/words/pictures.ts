import type { PictureGate } from '../ipc/client'
import { m } from '../paraglide/messages.js'

const NAMES: Readonly<Record<string, string>> = { jpeg: 'JPG', png: 'PNG', gif: 'GIF' }

/** The most that a platform takes, such as "2 MB". */
const limitOf = (gate: PictureGate) => `${Math.floor(gate.max_bytes / 100_000) / 10} MB`
const kindsOf = (gate: PictureGate) => gate.kinds.map((kind) => NAMES[kind] ?? kind).join(' / ')

/** What can be sent here, said before anything is chosen. */
export const pictureLimitWords = (gate: PictureGate) =>
  m.picture_limits({ kinds: kindsOf(gate), limit: limitOf(gate) })

/** Why a picture was not taken. */
export function pictureFaultWords(code: string, gate: PictureGate): string {
  if (code === 'picture_too_large') return m.picture_too_large({ limit: limitOf(gate) })
  if (code === 'picture_type') return m.picture_type({ kinds: kindsOf(gate) })
  if (code === 'picture_damaged') return m.picture_damaged()
  if (code === 'picture_needs_address') return m.picture_needs_address()
  if (code === 'picture_not_by_bridge') return m.picture_not_by_bridge()
  return m.picture_not_here()
}
