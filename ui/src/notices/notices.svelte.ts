import type { NoticeEvent } from '../ipc/client'

export interface Toast {
  key: number
  notice: NoticeEvent
}

/** What the window tells by itself: a few toasts, and words for screen readers. */
export class NoticeState {
  toasts = $state.raw<Toast[]>([])
  /** Read out when there is time. */
  polite = $state('')
  /** Read out at once: a deadline within ten minutes. */
  urgent = $state('')
  #keys = 0

  /** Alerts come as system notifications; in the window they are only said, not shown twice. */
  take(notice: NoticeEvent): void {
    if (['alert', 'digest', 'fired'].includes(notice.code)) return
    const same = (t: Toast) =>
      t.notice.code === notice.code && t.notice.params['store'] === notice.params['store']
    this.toasts = [...this.toasts.filter((t) => !same(t)), { key: ++this.#keys, notice }]
  }

  /** What a conversation's bar asked for has been done: somebody looks at it. */
  settle(conversationId: string): void {
    this.toasts = this.toasts.filter((t) => t.notice.conversation_id !== conversationId)
  }

  /** The stores there are: what speaks of another has nobody any more who could do something about it. */
  known(stores: readonly { id: string }[]): void {
    const gone = ({ params }: NoticeEvent) =>
      params['store_id'] !== undefined && !stores.some((store) => store.id === params['store_id'])
    if (this.toasts.some((t) => gone(t.notice))) this.toasts = this.toasts.filter((t) => !gone(t.notice))
  }

  dismiss(key: number): void {
    this.toasts = this.toasts.filter((t) => t.key !== key)
  }

  /** A no-break space makes the same words a change, so that they are read again. */
  say(words: string): void {
    this.polite = this.polite === words ? `${words}\u00a0` : words
  }

  shout(words: string): void {
    this.urgent = this.urgent === words ? `${words}\u00a0` : words
  }
}
