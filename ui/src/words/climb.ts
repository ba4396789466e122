import { m } from '../paraglide/messages.js'

/** A step of the ladder: who did not act, and who was asked instead; nobody for the world outside. */
export function climbWords(from: string | null, to: string | null): string {
  const who = from ?? m.climb_nobody()
  return to === null ? m.climb_outside({ from: who }) : m.climb_seat({ from: who, to })
}
