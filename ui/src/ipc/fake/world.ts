import { build } from './builder'
import { chats } from './chats'
import { crowd, longTalk } from './crowd'
import { letters } from './letters'
import type { World } from './model'
import { ME, seats, silentStore, stores } from './seats'

/** `shop` lives; `empty` owes nothing; `first` has no store; `error`, `slow` and `trouble` show what goes wrong. */
export const SCENES = ['shop', 'empty', 'first', 'error', 'slow', 'trouble'] as const
export type Scene = (typeof SCENES)[number]

export function worldOf(scene: Scene, now: number): World {
  if (scene === 'first')
    return { talks: new Map(), stores: [], seats: seats().filter((s) => s.is_main || s.me), me: ME }
  const scripts = scene === 'empty' ? [] : [...chats(now), ...letters, longTalk(), ...crowd(34)]
  const talks = scripts.map((script, index) => build(script, `c${index + 1}`, now))
  return {
    talks: new Map(talks.map((talk) => [talk.id, talk])),
    stores: scene === 'trouble' ? [...stores(now), silentStore(now)] : stores(now),
    seats: seats(),
    me: ME,
  }
}
