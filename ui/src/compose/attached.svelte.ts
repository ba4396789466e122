import type { OutboxDto, PictureGate } from '../ipc/client'

/** A picture that was chosen; `id` goes with it as the id of its reply. */
export interface Picked {
  id: string
  /** An address that holds it. */
  url: string
}
/** An order that goes along as a card. */
export interface PickedCard {
  id: string
  number: string
}
/** A product that goes along as a card. */
export interface PickedItem {
  id: string
  itemId: string
  /** Empty: only its number is known. */
  title: string
}

const STARTS: readonly [kind: string, start: readonly number[]][] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
]

/** What a picture is, by its bytes: a file's name is only a claim. */
export const kindOf = (bytes: Uint8Array): string | null =>
  STARTS.find(([, start]) => start.every((byte, at) => bytes[at] === byte))?.[0] ?? null

/** The bytes of an address that holds them, in base64. */
export const dataOf = (url: string): string => url.slice(url.indexOf(',') + 1)

function base64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** What goes along with a reply: pictures, and an order and a product as cards. */
export class Attached {
  pictures = $state<Picked[]>([])
  card = $state<PickedCard | null>(null)
  item = $state<PickedItem | null>(null)
  /** Why the last file was not taken. */
  fault = $state<string | null>(null)

  constructor(readonly newId: () => string) {}

  readonly empty = $derived(this.pictures.length === 0 && this.card === null && this.item === null)

  /** Takes files in that the platform takes; says of the others why not. */
  async add(files: readonly Blob[], gate: PictureGate): Promise<void> {
    this.fault = gate.code
    if (gate.code !== null) return
    for (const file of files) {
      if (file.size > gate.max_bytes) {
        this.fault = 'picture_too_large'
        continue
      }
      const bytes = new Uint8Array(await file.arrayBuffer())
      const kind = kindOf(bytes)
      if (kind === null || !gate.kinds.includes(kind)) this.fault = 'picture_type'
      else this.put(`data:image/${kind};base64,${base64(bytes)}`)
    }
  }

  put(url: string): void {
    this.pictures = [...this.pictures, { id: this.newId(), url }]
  }

  putCard(number: string): void {
    this.card = { id: this.newId(), number }
  }

  putItem(itemId: string, title: string): void {
    this.item = { id: this.newId(), itemId, title }
  }

  remove(id: string): void {
    this.pictures = this.pictures.filter((picture) => picture.id !== id)
    if (this.card?.id === id) this.card = null
    if (this.item?.id === id) this.item = null
    this.fault = null
  }

  /** A reply that was taken back: what it showed is here again. */
  back(reply: OutboxDto, picture: string | null): void {
    if (reply.kind === 'order_card') this.putCard(reply.text)
    else if (reply.item_id !== null) this.putItem(reply.item_id, reply.text)
    else if (picture !== null) this.put(picture)
  }
}
