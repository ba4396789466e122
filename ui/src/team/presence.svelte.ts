import type { PresenceDto, WhatIf } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'
import { Resource } from '../shared/resource.svelte'
import type { LightTone } from '../shared/ui/Light.svelte'

export const PRESENCE_LIGHT: Readonly<Record<PresenceDto, LightTone>> = {
  online: 'good',
  suspended: 'care',
  offline: 'off',
}

/** My presence. Before 挂起 or 离线 takes effect, what would follow is shown and asked about. */
export class PresenceState {
  asked = $state<PresenceDto | null>(null)
  readonly outcome = new Resource<WhatIf>()
  readonly change = new Task()

  constructor(
    readonly host: Pick<Host, 'whatIf' | 'setPresence'>,
    readonly me: () => string,
  ) {}

  async pick(presence: PresenceDto): Promise<void> {
    if (presence === 'online') {
      await this.change.run(() => this.host.setPresence(this.me(), presence))
      return
    }
    this.outcome.clear()
    this.asked = presence
    await this.preview()
  }

  async preview(): Promise<void> {
    const { asked } = this
    if (asked) await this.outcome.load(() => this.host.whatIf(this.me(), asked))
  }

  async confirm(): Promise<void> {
    const { asked } = this
    if (!asked) return
    if (await this.change.run(() => this.host.setPresence(this.me(), asked))) this.asked = null
  }

  cancel(): void {
    this.asked = null
    this.change.error = null
  }
}
