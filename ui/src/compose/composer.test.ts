import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest'
import type { ConversationDto, OutboxDto } from '../ipc/client'
import { HostError } from '../ipc/host'
import { ComposerState } from './composer.svelte'

const dto = (id: string, draft = '') => ({ id, draft }) as ConversationDto
const reply = { client_id: 'r1', kind: 'text', text: 'Hola' } as OutboxDto

type Calls = ConstructorParameters<typeof ComposerState>[0]

function setup(over: Partial<{ [K in keyof Calls]: Mock<Calls[K]> }> = {}) {
  const host = {
    sendReply: vi.fn<Calls['sendReply']>(async () => reply),
    sendPicture: vi.fn<Calls['sendPicture']>(async () => reply),
    sendOrderCard: vi.fn<Calls['sendOrderCard']>(async () => reply),
    sendItemCard: vi.fn<Calls['sendItemCard']>(async () => reply),
    outboxPicture: vi.fn<Calls['outboxPicture']>(async () => null),
    saveDraft: vi.fn<Calls['saveDraft']>(async () => null),
    undoSend: vi.fn<Calls['undoSend']>(async () => true),
    sendAgain: vi.fn<Calls['sendAgain']>(async () => null),
    settleUnknown: vi.fn<Calls['settleUnknown']>(async () => null),
    retryRefused: vi.fn<Calls['retryRefused']>(async () => null),
    dropRefused: vi.fn<Calls['dropRefused']>(async () => null),
    ...over,
  }
  let n = 0
  return { host, composer: new ComposerState(host, () => `id-${++n}`) }
}

describe('the composer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('saves a draft once after the typing pauses', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.edit('H')
    composer.edit('Ho')
    await vi.advanceTimersByTimeAsync(300)
    expect(host.saveDraft.mock.calls, 'one save for one pause').toEqual([['c1', 'Ho']])
  })

  it('saves the draft of the conversation that is left', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.edit('half a sentence')
    composer.open(dto('c2', 'other'))
    await vi.advanceTimersByTimeAsync(0)
    expect(host.saveDraft.mock.calls, 'nothing typed is lost by a click').toEqual([['c1', 'half a sentence']])
    expect(composer.text, 'the other draft is shown').toBe('other')
  })

  it('sends once, however often the key is pressed', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.edit('Hola')
    await Promise.all([composer.send('m1'), composer.send('m1'), composer.send('m1')])
    expect(host.sendReply, 'three presses, one message').toHaveBeenCalledTimes(1)
    expect(composer.text, 'the field is free for the next').toBe('')
  })

  it('stops when the buyer wrote meanwhile, keeps the words, and sends anyway on demand', async () => {
    const answers = [new HostError('stale', 'm2')]
    const { host, composer } = setup({
      sendReply: vi.fn(async () => {
        const error = answers.shift()
        if (error) throw error
        return reply
      }),
    })
    composer.open(dto('c1'))
    composer.edit('Hola')
    expect(await composer.send('m1'), 'not sent').toBe(false)
    expect([composer.stop, composer.text], 'the agent decides over the same words').toEqual(['stale', 'Hola'])
    expect(await composer.send('m2', true)).toBe(true)
    expect(host.sendReply.mock.calls[1], 'the second send has seen the new message').toEqual([
      'c1',
      'id-2',
      'Hola',
      'm2',
    ])
  })

  it('warns before it sends nothing but emoji', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.edit('🙏👍🏽')
    expect(await composer.send('m1')).toBe(false)
    expect([composer.stop, host.sendReply.mock.calls.length], 'a platform would not count it').toEqual([
      'emoji',
      0,
    ])
    composer.edit('🙏 gracias')
    expect(composer.stop, 'words take the warning away').toBe('none')
  })

  it('takes an offered text in behind what was typed, and sends nothing', async () => {
    const { host, composer } = setup()
    composer.open(dto('c1'))
    composer.take('Hola')
    expect(composer.text, 'into an empty field').toBe('Hola')
    composer.edit('Buenos días, María.\n')
    composer.take('Hola')
    expect(composer.text, 'nothing typed is lost').toBe('Buenos días, María.\nHola')
    await vi.advanceTimersByTimeAsync(300)
    expect(host.sendReply, 'a person presses send').not.toHaveBeenCalled()
    expect(host.saveDraft, 'it is a draft like any other').toHaveBeenLastCalledWith('c1', composer.text)
  })

  it('puts an undone reply back without losing what was typed since', async () => {
    const { composer } = setup()
    composer.open(dto('c1'))
    composer.edit('P. S.')
    expect(await composer.undo(reply)).toBe(true)
    expect(composer.text, 'both are there').toBe('Hola\nP. S.')
  })

  it('sends once more what the platform does not show, and says so when it could not be looked at', async () => {
    const answers = [new HostError('cannot_send', 'not_checked')]
    const { host, composer } = setup({
      sendAgain: vi.fn(async () => {
        const error = answers.shift()
        if (error) throw error
        return null
      }),
    })
    composer.open(dto('c1'))
    expect(await composer.again(reply), 'nobody could be asked').toBe(false)
    expect(composer.error?.detail, 'and that is said').toBe('not_checked')
    expect(await composer.again(reply), 'a second click').toBe(true)
    expect(host.sendAgain.mock.calls, 'the same reply, not a new one').toEqual([['r1'], ['r1']])
    expect([composer.text, composer.error], 'nothing comes back into the field').toEqual(['', null])
  })

  it('leaves the field alone when it is too late to undo', async () => {
    const { composer } = setup({ undoSend: vi.fn(async () => false) })
    composer.open(dto('c1'))
    expect(await composer.undo(reply)).toBe(false)
    expect(composer.text, 'the reply is on its way').toBe('')
  })

  it('keeps the words when the host refuses', async () => {
    const { composer } = setup({
      sendReply: vi.fn(async () => {
        throw new HostError('disk_full', '')
      }),
    })
    composer.open(dto('c1'))
    composer.edit('Hola')
    await composer.send('m1')
    expect([composer.text, composer.error?.code], 'an error must not cost a reply').toEqual([
      'Hola',
      'disk_full',
    ])
  })

  it('says so when a draft could not be saved and tries again', async () => {
    let broken = true
    const { host, composer } = setup({
      saveDraft: vi.fn(async () => {
        if (broken) throw new HostError('disk_full', '')
        return null
      }),
    })
    composer.open(dto('c1'))
    composer.edit('x')
    await composer.flush()
    expect(composer.unsaved, 'the agent must know before closing').toBe(true)
    broken = false
    await composer.flush()
    expect([composer.unsaved, host.saveDraft.mock.calls.length], 'the same words are saved later').toEqual([
      false,
      2,
    ])
  })
})
