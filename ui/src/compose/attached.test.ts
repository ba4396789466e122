import { describe, expect, it, vi } from 'vitest'
import type { ConversationDto, OutboxDto, PictureGate } from '../ipc/client'
import { HostError } from '../ipc/host'
import { Attached, dataOf, kindOf } from './attached.svelte'
import { ComposerState } from './composer.svelte'

const gate: PictureGate = { code: null, kinds: ['jpeg', 'png'], max_bytes: 1000 }
const file = (start: number[], size = 20) => {
  const bytes = new Uint8Array(size)
  bytes.set(start)
  return new Blob([bytes])
}
const JPEG = [0xff, 0xd8, 0xff]
const dto = (id: string) => ({ id, draft: '' }) as ConversationDto
const image = { client_id: 'r1', kind: 'image', text: '', item_id: null } as OutboxDto
const itemCard = { client_id: 'r2', kind: 'item_card', text: 'Cup', item_id: '40058' } as OutboxDto

type Calls = ConstructorParameters<typeof ComposerState>[0]

function setup(sendPicture = vi.fn<Calls['sendPicture']>(async () => image)) {
  const host = {
    sendReply: vi.fn<Calls['sendReply']>(async () => image),
    sendPicture,
    sendOrderCard: vi.fn<Calls['sendOrderCard']>(async () => image),
    sendItemCard: vi.fn<Calls['sendItemCard']>(async () => image),
    outboxPicture: vi.fn<Calls['outboxPicture']>(async () => 'data:image/png;base64,AAAA'),
    saveDraft: vi.fn<Calls['saveDraft']>(async () => null),
    undoSend: vi.fn<Calls['undoSend']>(async () => true),
    settleUnknown: vi.fn<Calls['settleUnknown']>(async () => null),
    sendAgain: vi.fn<Calls['sendAgain']>(async () => null),
    retryRefused: vi.fn<Calls['retryRefused']>(async () => null),
    dropRefused: vi.fn<Calls['dropRefused']>(async () => null),
  }
  let n = 0
  return { host, composer: new ComposerState(host, () => `id-${++n}`) }
}

describe('pictures beside a reply', () => {
  it('are told by their bytes, not by a name', () => {
    expect(kindOf(new Uint8Array(JPEG))).toBe('jpeg')
    expect(kindOf(new TextEncoder().encode('GIF89a'))).toBe('gif')
    expect(kindOf(new TextEncoder().encode('<svg/>')), 'no picture of a platform').toBeNull()
    expect(dataOf('data:image/png;base64,AAAA'), 'what goes to the host').toBe('AAAA')
  })

  it('are refused before anything is uploaded, with the cause, and the good ones stay', async () => {
    const attached = new Attached(() => crypto.randomUUID())
    await attached.add([file(JPEG), file(JPEG, 1001)], gate)
    expect([attached.pictures.length, attached.fault], 'one of two').toEqual([1, 'picture_too_large'])
    await attached.add([file([0x47, 0x49, 0x46, 0x38])], gate)
    expect(attached.fault, 'a type that is not taken').toBe('picture_type')
    attached.remove(attached.pictures[0]?.id ?? '')
    expect([attached.empty, attached.fault], 'taken out again').toEqual([true, null])
    await attached.add([file(JPEG)], { ...gate, code: 'picture_needs_address' })
    expect([attached.empty, attached.fault], 'where none can be sent').toEqual([
      true,
      'picture_needs_address',
    ])
  })

  it('go before the words, each once, with what the agent has seen', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    await composer.attached.add([file(JPEG), file(JPEG)], gate)
    composer.attached.putCard('A1')
    composer.attached.putItem('40058', 'Cup')
    expect(composer.empty, 'pictures alone can be sent').toBe(false)
    composer.edit('Here it is')
    await Promise.all([composer.send('m1'), composer.send('m1')])
    expect(host.sendPicture.mock.calls.map(([, id]) => id)).toEqual(['id-1', 'id-2'])
    expect(host.sendOrderCard.mock.calls).toEqual([['c1', 'id-3', 'A1', 'm1']])
    expect(host.sendItemCard.mock.calls, 'the product too').toEqual([['c1', 'id-4', '40058', 'm1']])
    expect(host.sendReply).toHaveBeenCalledTimes(1)
    expect(host.sendPicture.mock.invocationCallOrder[1], 'in order').toBeLessThan(
      host.sendReply.mock.invocationCallOrder[0] ?? 0,
    )
    expect([composer.empty, composer.attached.empty], 'the field is free').toEqual([true, true])
  })

  it('keep their ids when the host refuses, so that a second press is the same picture', async () => {
    const answers = [new HostError('invalid', 'picture_damaged')]
    const sendPicture = vi.fn<Calls['sendPicture']>(async () => {
      const error = answers.shift()
      if (error) throw error
      return image
    })
    const { composer } = setup(sendPicture)
    composer.open(dto('c1'))
    composer.edit('words')
    await composer.attached.add([file(JPEG)], gate)
    expect(await composer.send('m1')).toBe(false)
    expect([composer.text, composer.attached.fault], 'nothing is lost').toEqual(['words', 'picture_damaged'])
    expect(await composer.send('m1')).toBe(true)
    expect(sendPicture.mock.calls.map(([, id]) => id)).toEqual(['id-1', 'id-1'])
  })

  it('hold one product, which comes back when it is taken back, and keeps its id when it is refused', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.attached.putItem('1', 'Plate')
    composer.attached.putItem('40058', 'Cup')
    host.sendItemCard.mockRejectedValueOnce(new HostError('cannot_send', 'no_cards'))
    expect(await composer.send('m1')).toBe(false)
    expect(composer.attached.item, 'the last one chosen is still there').toMatchObject({ itemId: '40058' })
    expect(await composer.send('m1')).toBe(true)
    expect(host.sendItemCard.mock.calls.map(([, id, item]) => [id, item])).toEqual([
      ['id-2', '40058'],
      ['id-2', '40058'],
    ])
    expect(composer.attached.empty, 'gone with the reply').toBe(true)
    expect(await composer.undo(itemCard)).toBe(true)
    expect(composer.attached.item, 'with its name').toMatchObject({ itemId: '40058', title: 'Cup' })
    expect(composer.text, 'a card is no words').toBe('')
    composer.attached.remove(composer.attached.item?.id ?? '')
    expect(composer.attached.empty, 'and can be taken out').toBe(true)
  })

  it('wait in their conversation, and come back when they are taken back', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    await composer.attached.add([file(JPEG)], gate)
    composer.open(dto('c2'))
    expect(composer.attached.empty, 'they do not go to somebody else').toBe(true)
    expect(await composer.undo(image)).toBe(true)
    expect(composer.attached.pictures.map((picture) => picture.url)).toEqual(['data:image/png;base64,AAAA'])
    expect(host.outboxPicture.mock.invocationCallOrder[0], 'asked for while it is there').toBeLessThan(
      host.undoSend.mock.invocationCallOrder[0] ?? 0,
    )
    composer.open(dto('c1'))
    expect(composer.attached.pictures.length, 'the first one still waits').toBe(1)
  })
})
