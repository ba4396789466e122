import type { ConversationDto, OutboxDto } from '../ipc/client'
import { HostError, type Host } from '../ipc/host'
import { isEmojiOnly } from '../shared/person'
import { Attached, dataOf } from './attached.svelte'

const DRAFT_DELAY = 300

/** What stands between the text and its sending. */
export type Stop = 'none' | 'stale' | 'emoji'

/** The reply being written in one conversation. */
export class ComposerState {
  id = $state<string | null>(null)
  text = $state('')
  stop = $state<Stop>('none')
  sending = $state(false)
  error = $state<HostError | null>(null)
  /** The draft did not reach the disk. */
  unsaved = $state(false)
  #saved = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly host: Pick<
      Host,
      | 'sendReply'
      | 'sendPicture'
      | 'sendOrderCard'
      | 'sendItemCard'
      | 'outboxPicture'
      | 'saveDraft'
      | 'undoSend'
      | 'settleUnknown'
      | 'sendAgain'
      | 'retryRefused'
      | 'dropRefused'
    >,
    readonly newId: () => string = () => crypto.randomUUID(),
  ) {}

  /** Of each conversation: a picture that was chosen waits there like a draft. */
  #attached = new Map<string, Attached>()
  attached = $state.raw(new Attached(() => this.newId()))
  readonly empty = $derived(this.text.trim() === '' && this.attached.empty)

  /** Takes a conversation up with the draft that was left there. */
  open(dto: ConversationDto): void {
    if (this.id === dto.id) return
    void this.flush()
    this.id = dto.id
    this.text = this.#saved = dto.draft
    this.stop = 'none'
    this.error = null
    this.attached = this.#attached.get(dto.id) ?? new Attached(() => this.newId())
    this.#attached.set(dto.id, this.attached)
  }

  edit(text: string): void {
    this.text = text
    if (this.stop === 'emoji') this.stop = 'none'
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), DRAFT_DELAY)
  }

  /** An offered text goes into the field, behind what was typed. */
  take(text: string): void {
    this.edit(this.text.trim() === '' ? text : `${this.text.trimEnd()}\n${text}`)
  }

  /** Saves the draft now: on blur, on unload, before another conversation. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    const { id, text } = this
    if (!id || text === this.#saved) return
    const before = this.#saved
    this.#saved = text
    try {
      await this.host.saveDraft(id, text)
      this.unsaved = false
    } catch {
      if (this.id === id && this.#saved === text) this.#saved = before
      this.unsaved = true
    }
  }

  /** Sends once, however often it is pressed; stops for what the agent has not seen. */
  async send(seen: string, anyway = false): Promise<boolean> {
    const { id } = this
    const text = this.text.trim()
    if (!id || this.empty || this.sending) return false
    if (!anyway && this.stop !== 'emoji' && text !== '' && isEmojiOnly(text)) {
      this.stop = 'emoji'
      return false
    }
    this.sending = true
    this.error = null
    clearTimeout(this.#timer)
    try {
      await this.#sendAttached(id, seen)
      if (text !== '') {
        await this.host.sendReply(id, this.newId(), text, seen)
        if (this.id === id) this.text = this.#saved = ''
        await this.host.saveDraft(id, '').catch(() => undefined)
      }
      if (this.id === id) this.stop = 'none'
      return true
    } catch (error) {
      const refused = HostError.from(error)
      if (this.id !== id) return false
      if (refused.code === 'stale') this.stop = 'stale'
      else if (refused.detail.startsWith('picture_')) this.attached.fault = refused.detail
      else this.error = refused
      return false
    } finally {
      this.sending = false
    }
  }

  /** Pictures and cards go first, in the order in which they were chosen. */
  async #sendAttached(id: string, seen: string): Promise<void> {
    const { attached } = this
    for (const picture of attached.pictures) {
      await this.host.sendPicture(id, picture.id, dataOf(picture.url), seen)
      attached.remove(picture.id)
    }
    const { card, item } = attached
    if (card) {
      await this.host.sendOrderCard(id, card.id, card.number, seen)
      attached.remove(card.id)
    }
    if (item) {
      await this.host.sendItemCard(id, item.id, item.itemId, seen)
      attached.remove(item.id)
    }
  }

  /** 再改改: back to writing. */
  reconsider(): void {
    this.stop = 'none'
  }

  /** Puts back what a reply said without losing what was typed since. */
  #back(reply: OutboxDto, picture: string | null): void {
    if (reply.kind !== 'text') this.attached.back(reply, picture)
    else this.edit(this.text.trim() === '' ? reply.text : `${reply.text}\n${this.text}`)
  }

  /** Asked for before the reply is given up: with it the host forgets its picture. */
  async #picture(reply: OutboxDto): Promise<string | null> {
    return reply.kind === 'image' ? this.host.outboxPicture(reply.client_id) : null
  }

  /** Takes a reply back; false when it was too late. */
  async undo(reply: OutboxDto): Promise<boolean> {
    return this.#settle(async () => {
      const picture = await this.#picture(reply)
      const taken = await this.host.undoSend(reply.client_id)
      if (taken) this.#back(reply, picture)
      return taken
    })
  }

  /** Somebody looked at the platform: it arrived, or it did not and comes back as a draft. */
  async settle(reply: OutboxDto, sent: boolean): Promise<boolean> {
    return this.#settle(async () => {
      const picture = sent ? null : await this.#picture(reply)
      await this.host.settleUnknown(reply.client_id, sent)
      if (!sent) this.#back(reply, picture)
      return true
    })
  }

  /** The platform does not show it: once more. */
  async again(reply: OutboxDto): Promise<boolean> {
    return this.#settle(async () => {
      await this.host.sendAgain(reply.client_id)
      return true
    })
  }

  async retry(reply: OutboxDto): Promise<boolean> {
    return this.#settle(async () => {
      await this.host.retryRefused(reply.client_id)
      return true
    })
  }

  async drop(reply: OutboxDto): Promise<boolean> {
    return this.#settle(async () => {
      const picture = await this.#picture(reply)
      await this.host.dropRefused(reply.client_id)
      this.#back(reply, picture)
      return true
    })
  }

  async #settle(work: () => Promise<boolean>): Promise<boolean> {
    this.error = null
    try {
      return await work()
    } catch (error) {
      this.error = HostError.from(error)
      return false
    }
  }
}
