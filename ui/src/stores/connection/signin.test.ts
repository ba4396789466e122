import { describe, expect, it, vi } from 'vitest'
import type { SignedInDto } from '../../ipc/client'
import { HostError, type Host } from '../../ipc/host'
import { until } from '../../../tests/until'
import { SignInState } from './signin.svelte'

/** A browser that a test plays, and the calls that reached the host. */
function desk() {
  let land: (result: SignedInDto) => void = () => undefined
  let refuse: (error: HostError) => void = () => undefined
  let begun = 0
  const host = {
    finishSignIn: vi.fn<Host['finishSignIn']>(
      () =>
        new Promise((done, failed) => {
          land = done
          refuse = failed
        }),
    ),
    landSignIn: vi.fn<Host['landSignIn']>(async () => null),
    cancelSignIn: vi.fn<Host['cancelSignIn']>(async () => null),
  }
  const begin = async () => {
    begun += 1
    return {
      id: `in${begun}`,
      url: 'https://p.example/authorise',
      redirect: 'http://127.0.0.1:1/',
      opened: true,
    }
  }
  const done = vi.fn()
  const state = new SignInState(host, begin, done)
  return { state, host, done, land: (r: SignedInDto) => land(r), refuse: (e: HostError) => refuse(e) }
}
const shop = { shops: ['220011'], seller: '' }
const waiting = (state: SignInState) => until(() => expect(state.phase).toBe('waiting'))

describe('a sign-in through the browser', () => {
  it('waits for the browser and says what it gave', async () => {
    const { state, done, land } = desk()
    const run = state.run()
    await waiting(state)
    expect(state.start?.url, 'shown, for a browser that was not opened').toBe('https://p.example/authorise')
    land(shop)
    await run
    expect([state.phase, done.mock.calls], 'the form learns which shop').toEqual(['done', [[shop]]])
  })

  it('goes on with an address that was pasted, and says what is wrong with another', async () => {
    const { state, host, land } = desk()
    const run = state.run()
    await waiting(state)
    host.landSignIn.mockRejectedValueOnce(new HostError('invalid', 'sign_in_state'))
    state.pasted = ' https://e.example/?code=c '
    await state.paste()
    expect(host.landSignIn.mock.calls[0], 'without the spaces around it').toEqual([
      'in1',
      'https://e.example/?code=c',
    ])
    expect([state.phase, state.pasting.error?.detail], 'it can be pasted again').toEqual([
      'waiting',
      'sign_in_state',
    ])
    await state.paste()
    land(shop)
    await run
    expect([state.phase, state.pasting.error], 'the second one counts').toEqual(['done', null])
  })

  it('begins anew after a refusal', async () => {
    const { state, refuse } = desk()
    const run = state.run()
    await waiting(state)
    refuse(new HostError('invalid', 'sign_in_refused'))
    await run
    expect([state.phase, state.error?.detail], 'with the cause').toEqual(['idle', 'sign_in_refused'])
  })

  it('is given up at the host when nobody waits any more, and hears no more of it', async () => {
    const { state, host, done, land } = desk()
    const run = state.run()
    await waiting(state)
    state.reset()
    expect(host.cancelSignIn.mock.calls, 'its port is closed').toEqual([['in1']])
    land(shop)
    await run
    expect([state.phase, state.error, done.mock.calls.length], 'too late').toEqual(['idle', null, 0])
  })

  it('gives the tokens up when another sign-in begins', async () => {
    const { state, host, land } = desk()
    const run = state.run()
    await waiting(state)
    land(shop)
    await run
    void state.run()
    await waiting(state)
    expect([host.cancelSignIn.mock.calls, state.start?.id], 'one at a time').toEqual([[['in1']], 'in2'])
  })
})
