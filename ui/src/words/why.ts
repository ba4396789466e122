import type { AssignmentDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { seatName } from '../shared/person'

/** A seat inside a sentence: `小李`, or `me`. */
export const seatWithin = (name: string, myName: string) => (name === myName ? m.me_within() : seatName(name))

/** Whether a decision looked at weights; those of before there were any did not. */
export const weighed = ({ seats }: Pick<AssignmentDto, 'seats'>) => seats.some((seat) => seat.weight !== null)

interface Owned {
  owner_id: string | null
  owner_name: string | null
}

/** 为什么是我？ asked of whoever owns a conversation, or of nobody; a button has no room for names. */
export function whyButton(of: Owned, myId: string): string {
  if (of.owner_id === myId) return m.why_button()
  return of.owner_name ? m.why_button_other() : m.why_button_nobody()
}

/** The same question with the owner's name. */
export function whyTitle(of: Owned, myId: string): string {
  if (of.owner_id === myId || !of.owner_name) return whyButton(of, myId)
  return m.why_title({ who: seatName(of.owner_name) })
}
